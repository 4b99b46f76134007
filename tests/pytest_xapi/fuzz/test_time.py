"""`--xapi-fuzz-time`: what counts, who gets how much of it, and what a run says that had too little."""

from __future__ import annotations

from statistics import median

import pytest

SLOW_TO_START = """
    import time
    from contextlib import asynccontextmanager
    from xapi import XAPI

    started = []

    @asynccontextmanager
    async def lifespan(app):
        time.sleep(0.3)
        started.append(1)
        print("starts:", len(started))
        yield

    app = XAPI(title="Slow", version="1", lifespan=lifespan)

    @app.get("/a")
    def a(n: int = 1) -> int:
        return n

    @app.get("/b")
    def b(n: int = 1) -> int:
        return n

    @app.get("/c")
    def c(n: int = 1) -> int:
        return n
"""
FAULTY = """
    from xapi import XAPI

    app = XAPI(title="Faulty", version="1")

    @app.get("/a")
    def a(n: int = 1) -> float:
        return 1 / n
"""
UNUSED = """
    from xapi import XAPI

    app = XAPI(title="Unused", version="1")

    @app.get("/a")
    def a(n: int = 1) -> int:
        return n
"""


def test_the_clock_starts_after_imports_and_the_first_start_of_the_app(app_module, fuzz) -> None:
    app_module(SLOW_TO_START)
    run = fuzz("--xapi-fuzz-time=200ms", "--xapi-fuzz-phase=boundary")
    assert run.outcomes["xapi::GET /a boundary"] == "passed"
    assert run.records["GET /a boundary"]["cases"] > 0


def test_an_item_whose_time_is_up_is_skipped_and_its_app_is_not_started(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(SLOW_TO_START)
    run = fuzz("--xapi-fuzz-time=1ms", "-rs", "-s")
    assert list(run.outcomes.values()) == ["passed"] + ["skipped"] * 5
    assert "starts: 1" in run.output
    assert "starts: 2" not in run.output
    assert "--xapi-fuzz-time: the 0.001 s were over before it could send a case" in run.output
    assert "not begun, because --xapi-fuzz-time was up: GET /b boundary, GET /c boundary, " in run.output
    assert "never sent: GET /b, GET /c: --xapi-fuzz-time: the 0.001 s were over" in run.output
    assert run.exit_code == pytest.ExitCode.OK


def test_a_finding_without_time_to_send_it_again_says_so_and_can_be_replayed(app_module, fuzz) -> None:
    app_module(FAULTY)
    run = fuzz("--xapi-fuzz-time=1ms", "--xapi-op=GET /a", "-k", "boundary", "--xapi-write-regressions=found")
    if not run.findings:  # the one case that is always sent is an ordinary one
        assert run.records["GET /a boundary"]["cut"]
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.findings == {("GET /a", "not_a_server_error")}
    again = fuzz("--xapi-fuzz-time=60s", "--xapi-fuzz-phase=replay")
    assert again.outcomes == {"xapi::GET /a replay": "failed"}
    assert "The time was up" not in again.output


def test_what_is_left_is_shared_by_the_items_that_are_left(app_module, fuzz) -> None:
    app_module(SLOW_TO_START)
    run = fuzz("--xapi-fuzz-time=600s", "--xapi-fuzz-phase=boundary", cases=1)
    assert not any(record["cut"] for record in run.records.values())


ENDLESS = """
    from contextlib import asynccontextmanager
    from time import sleep

    from xapi import XAPI

    @asynccontextmanager
    async def lifespan(app):
        sleep(0.3)
        yield

    app = XAPI(title="Endless", version="1", lifespan=lifespan)

    for name in "abcdef":
        @app.get(f"/{name}")
        def get(n: int) -> int:
            return n
"""


def test_what_passes_between_items_is_taken_from_none_of_them(app_module, fuzz) -> None:
    app_module(ENDLESS)
    run = fuzz("--xapi-fuzz-time=4s", "--xapi-fuzz-phase=random", cases=1_000_000)
    assert [record["cut"] for record in run.records.values()] == [True] * 6
    assert all(record["cases"] > 1 for record in run.records.values())


MANY = """
    from hashlib import sha256

    from xapi import XAPI

    app = XAPI(title="Many", version="1")

    for name in "abcdefghijkl":
        @app.get(f"/{name}")
        def get(n: int) -> bool:
            return sha256(str(n).encode()).hexdigest() == "0" * 64
"""


def test_items_that_take_long_to_begin_still_send_for_a_while(app_module, fuzz) -> None:
    app_module(ENDLESS)
    run = fuzz("--xapi-fuzz-time=1500ms", "--xapi-fuzz-phase=random", cases=1_000_000)
    begun = [record["cases"] for record in run.records.values() if record["cases"]]
    assert len(begun) < 6
    assert min(begun[:2]) > 1


def test_what_sends_many_operations_has_more_of_the_time(app_module, fuzz) -> None:
    app_module(MANY)
    run = fuzz("--xapi-fuzz-time=4s", "--xapi-fuzz-phase=guided", cases=1_000_000)
    seconds = {name: record["seconds"] for name, record in run.records.items()}
    assert all(record["cut"] for record in run.records.values())
    # The first one takes longer: it puts the probes into the app.
    assert seconds.pop("guided") > 1.5 * median(seconds.values())


def test_a_run_with_a_time_in_two_processes_is_cut_in_both(app_module, fuzz) -> None:
    app_module(SLOW_TO_START)
    run = fuzz("--xapi-fuzz-time=1ms", "-n2", "-p", "xdist")
    assert sorted(set(run.outcomes.values())) == ["passed", "skipped"]
    assert list(run.outcomes.values()).count("passed") <= 2
    assert run.exit_code == pytest.ExitCode.OK


REFUSING = """
    import pytest

    @pytest.fixture
    def xapi_case():
        return lambda case: False
"""
SKIPPING = """
    import pytest

    @pytest.fixture
    def xapi_app():
        pytest.skip("no database here")
"""


@pytest.mark.parametrize(
    ("conftest", "arguments", "reason"),
    [
        (REFUSING, [], "the fixture `xapi_case` skips all of its "),
        (SKIPPING, ["--xapi-openapi=it.json"], "no database here"),
        ("", ["--xapi-fuzz-phase=stateful"], "the document links no operations"),
    ],
    ids=["a hook refuses all", "a fixture skips", "no links"],
)
def test_a_run_without_cases_fails_and_its_items_are_skipped(
    conftest: str, arguments: list[str], reason: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(UNUSED.replace('"/a"', '"/a/{n}"'))
    pytester.path.joinpath("it.json").write_text(
        '{"openapi": "3.1.0", "paths": {"/a/{n}": {"get": {"responses": {}}}}}', encoding="utf-8"
    )
    pytester.makeconftest(conftest)
    run = fuzz("-rs", *arguments)
    assert set(run.outcomes.values()) <= {"skipped"}
    if run.outcomes:
        assert reason in run.output
        assert run.exit_code == pytest.ExitCode.TESTS_FAILED
        assert "no case was sent, so nothing was tested" in run.output
    else:
        assert run.exit_code == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_tests_of_the_project_do_not_make_up_for_property_tests_without_cases(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(UNUSED)
    pytester.makeconftest(REFUSING)
    pytester.makepyfile(test_own="def test_own(): pass")
    assert fuzz().exit_code == pytest.ExitCode.TESTS_FAILED
    assert fuzz("-k", "test_own").exit_code == pytest.ExitCode.OK


def test_a_recorded_failure_is_sent_as_it_is_and_serves_those_that_find_it_again(app_module, fuzz) -> None:
    app_module(FAULTY)
    fuzz("--xapi-fuzz-phase=boundary")
    run = fuzz()
    assert run.records["GET /a replay"]["cases"] == 1
    for name in ("GET /a replay", "GET /a boundary"):
        (finding,) = run.records[name]["findings"]
        assert [request["target"] for request in finding["requests"]] == ["/a?n=0"]
