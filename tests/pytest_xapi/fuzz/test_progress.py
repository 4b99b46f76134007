"""The running total on the terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from pytest_xapi.fuzz.reporting import progress

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")

APP = """
    from xapi import XAPI

    app = XAPI(document_errors="exact")

    @app.get("/a/{number}")
    def a(number: int) -> int:
        return 1 // number

    @app.get("/b")
    def b() -> int:
        return 1
"""
SO_FAR = re.compile(r"^xapi fuzz, so far: (\d) operations?, (\d+) cases? \(\d+/s\), (\d+) findings?$", re.M)
ARGUMENTS = ("--xapi-fuzz", "--xapi-max-examples=5", "--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=random")


@pytest.fixture
def on_terminal(app_module, pytester: pytest.Pytester):
    """Run pytest with a terminal, and return what it shows."""
    app_module(APP)
    pytester.makeconftest("from pytest_xapi.fuzz.reporting import progress\nprogress.SECONDS_BETWEEN = 0.0")

    def run(*arguments: str) -> str:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "pytest", "--color=no", *ARGUMENTS, *arguments]
        process = subprocess.Popen(command, cwd=pytester.path, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = bytearray()
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # Linux says so that the other end is closed
            pass
        finally:
            process.wait(timeout=60)
            os.close(ours)
        return shown.decode().replace("\r\n", "\n")

    return run


def test_the_running_total_grows_with_each_item(on_terminal) -> None:
    shown = on_terminal("-p", "no:xdist")
    totals = [tuple(map(int, found)) for found in SO_FAR.findall(shown)]
    assert [(operations, findings) for operations, _, findings in totals] == [(1, 1), (2, 1), (2, 1), (2, 1)]
    cases = [count for _, count, _ in totals]
    assert cases == sorted(cases)
    assert f"2 operations, {cases[-1]} cases in " in shown  # the summary


def test_the_controller_sums_up_what_the_processes_of_xdist_send(on_terminal) -> None:
    shown = on_terminal("-n2")
    totals = SO_FAR.findall(shown)
    assert len(totals) == 4
    operations, cases, findings = totals[-1]
    assert (operations, findings) == ("2", "1")
    assert f"2 operations, {cases} cases in " in shown


@pytest.mark.parametrize("quiet", [("-q",), ("-p", "no:terminal")])
def test_nothing_more_is_shown_to_those_who_want_less(on_terminal, quiet: tuple[str, ...]) -> None:
    assert "so far" not in on_terminal("-p", "no:xdist", *quiet)


def test_nothing_more_is_written_to_a_file(app_module, pytester: pytest.Pytester) -> None:
    app_module(APP)
    pytester.makeconftest("from pytest_xapi.fuzz.reporting import progress\nprogress.SECONDS_BETWEEN = 0.0")
    run = pytester.runpytest_subprocess(*ARGUMENTS)
    assert "2 operations" in run.stdout.str()
    assert "so far" not in run.stdout.str()


def test_an_accepted_finding_is_none_of_the_total() -> None:
    def finding(accepted: bool, fingerprint: str) -> dict[str, object]:
        return {
            "cause": "",
            "rule": "XF111",
            "check": "status_code_conformance",
            "fingerprint": fingerprint,
            "operation": "GET /",
            "severity": "warning",
            "accepted": accepted,
        }

    record = {
        "item": "GET / random",
        "answers": {"GET /": {"200": 30}},
        "cases": 30,
        "findings": [finding(True, "1"), finding(False, "2")],
    }
    assert progress.total([record], 2.0) == "xapi fuzz, so far: 1 operation, 30 cases (15/s), 1 finding"
