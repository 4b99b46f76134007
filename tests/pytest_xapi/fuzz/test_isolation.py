"""Apps that do not answer, and apps that end the process: findings, and the run goes on and ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from pytest_xapi.fuzz.processes import xdist_arguments

HANGING = """
    import os, re, signal, time
    from xapi import XAPI

    app = XAPI(title="Hanging", version="1.0.0")
    PATTERN = re.compile(r"(a|aa|aaa)+b")

    def sleep() -> None:
        time.sleep(3600)

    def match() -> None:
        PATTERN.fullmatch("a" * 100)

    def turn() -> None:
        while True:
            pass

    @app.get("/sync/sleep")
    def sync_sleep(): sleep()

    @app.get("/sync/match")
    def sync_match(): match()

    @app.get("/sync/turn")
    def sync_turn(): turn()

    @app.get("/async/sleep")
    async def async_sleep(): sleep()

    @app.get("/async/match")
    async def async_match(): match()

    @app.get("/async/turn")
    async def async_turn(): turn()

    @app.get("/exit")
    def leave(): os._exit(3)

    @app.get("/kill")
    def kill(): os.kill(os.getpid(), signal.SIGKILL)

    @app.get("/crash")
    def crash(): os.kill(os.getpid(), signal.SIGSEGV)

    @app.get("/fine")
    async def fine() -> int:
        return 1
"""
ARGUMENTS = ("--xapi-fuzz-phase=boundary", "--xapi-fuzz-timeout=1s")


def test_each_hang_is_a_finding_and_the_run_ends_by_itself(
    app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(HANGING)
    run = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-fuzz-isolate", *ARGUMENTS, timeout=200)

    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.assert_outcomes(failed=9, passed=1)
    found = [line for line in run.outlines if line.startswith("error XF")]
    assert sorted(line.partition("]")[0] for line in found) == [
        "error XF108 GET /async/match: No answer [no_answer",
        "error XF108 GET /async/sleep: No answer [no_answer",
        "error XF108 GET /async/turn: No answer [no_answer",
        "error XF108 GET /sync/sleep: No answer [no_answer",
        "error XF108 GET /sync/turn: No answer [no_answer",
        "error XF109 GET /crash: The process ended [process_ended",
        "error XF109 GET /exit: The process ended [process_ended",
        "error XF109 GET /kill: The process ended [process_ended",
        "error XF109 GET /sync/match: The process ended [process_ended",
    ]
    run.stdout.fnmatch_lines(["*The process of xapi::GET /sync/match boundary ended while the app answered*"])
    run.stdout.fnmatch_lines(["*in match*"])
    run.stdout.fnmatch_lines(["*curl -i http://127.0.0.1:8000/exit"])


def test_without_isolation_a_hang_that_can_be_interrupted_is_a_finding_too(
    app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(HANGING)
    run = pytester.runpytest_subprocess(
        "--xapi-fuzz", "--xapi-op=GET /sync/turn", "--xapi-op=GET /async/turn", *ARGUMENTS, timeout=100
    )
    run.assert_outcomes(failed=2)
    run.stdout.fnmatch_lines(["*GET /sync/turn (sync_turn): no answer from the app after 1 s*"])


@pytest.mark.parametrize(
    ("operation", "code", "also"),
    [
        ("/sync/match", 1, "*in match*"),
        ("/exit", 3, "  GET /exit"),
        ("/kill", -9, "  GET /kill"),
        ("/crash", -11, "  GET /crash"),
    ],
)
def test_without_isolation_the_request_that_ends_pytest_is_named(
    operation: str, code: int, also: str, app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(HANGING)
    command = ("--xapi-fuzz", f"--xapi-op=GET {operation}", *ARGUMENTS, "--xapi-fuzz-timeout=100ms")
    # The last words come from another process, which has the end of this pipe until it has said them.
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *command],
        cwd=pytester.path, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert run.returncode == code
    said = pytest.LineMatcher(run.stderr.splitlines())
    said.fnmatch_lines(
        [
            f"xapi-fuzz: pytest ended while the app handled a request of xapi::GET {operation} *",
            "*With --xapi-fuzz-isolate this is a finding of that test*",
        ]
    )
    said.fnmatch_lines([also])


def test_a_run_that_ends_in_order_has_no_last_words(
    app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(HANGING)
    run = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-op=GET /fine", *ARGUMENTS, timeout=100)
    assert run.ret == pytest.ExitCode.OK
    run.stderr.no_fnmatch_line("*pytest ended*")


def test_what_an_app_leaves_by_exiting_politely_is_a_finding(
    app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(
        """
        import sys
        from xapi import XAPI

        app = XAPI(title="Leaving", version="1.0.0")

        @app.get("/leave")
        async def leave() -> None:
            sys.exit("no licence")
        """
    )
    run = pytester.runpytest_subprocess("--xapi-fuzz", *ARGUMENTS, timeout=100)
    run.assert_outcomes(failed=1)
    run.stdout.fnmatch_lines(["*SystemExit: no licence*"])


def test_isolation_without_workers_says_what_to_install(
    app_module: Callable[..., None], pytester: pytest.Pytester
) -> None:
    app_module(HANGING)
    run = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-fuzz-isolate", "-p", "no:xdist")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines([f"*{xdist_arguments.NOT_INSTALLED}*"])


def test_isolation_can_be_set_for_good(app_module: Callable[..., None], pytester: pytest.Pytester) -> None:
    app_module(HANGING, ini="xapi_fuzz_isolate = true")
    run = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-op=GET /exit", *ARGUMENTS, timeout=100)
    run.assert_outcomes(failed=1)
    run.stdout.fnmatch_lines(["*[[]process_ended, XF109, error]*"])
