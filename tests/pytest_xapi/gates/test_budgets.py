"""The gate `budgets`: each rule fails on a planted fault and passes on its twin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates import budgets, evidence
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports.model import Verdict

Gate = Callable[..., Any]

PATHS = {f"/{name}": {"get": {"responses": {"200": {}}}} for name in ("one", "two")}
DOCUMENT = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": PATHS}


def judged(ratios: dict[str, list[float]], **settings: Any) -> Verdict:
    """The verdict on measured times, by operation."""
    app = evidence.new_app(DOCUMENT)
    for label, times in ratios.items():
        app["operations"][label] = evidence.new_operation() | {"ratios": times}
    chosen = budgets.read(Table("tool.xapi.gate.budgets", settings, Path()))
    verdict = budgets.judge(chosen, {"apps": {"Shop": app}})
    assert verdict is not None
    return verdict


def test_a_median_above_the_budget_fails_and_one_below_passes() -> None:
    verdict = judged({"GET /one": [30.0] * 20, "GET /two": [10.0] * 20}, latency=20)
    (problem,) = verdict.problems
    assert (problem.rule, problem.operation) == ("XG501", "GET /one")
    assert problem.message == (
        "takes 30.0 times the calibration (median of 20 answers), the budget is 20; 20 are above it, by "
        "chance with p = 9.5e-07"
    )
    assert verdict.figure == "1 operation over budget"


def test_slow_answers_that_may_be_chance_do_not_fail() -> None:
    assert judged({"GET /one": [30.0] * 12 + [10.0] * 8}, latency=20).passed
    assert not judged({"GET /one": [30.0] * 16 + [10.0] * 4}, latency=20).passed


def test_the_error_rate_can_be_set() -> None:
    times = {"GET /one": [30.0] * 14 + [10.0] * 6}  # p = 0.058
    assert judged(times, latency=20).passed
    assert judged(times, latency=20, **{"error-rate": 0.05}).passed
    assert not judged(times, latency=20, **{"error-rate": 0.06}).passed


def test_the_error_rate_is_shared_by_the_operations() -> None:
    times = [30.0] * 15 + [10.0] * 5  # p = 0.021
    rate = {"error-rate": 0.03}
    assert not judged({"GET /one": times}, latency=20, **rate).passed
    assert judged({"GET /one": times, "GET /two": times}, latency=20, **rate).passed


def test_operations_with_too_few_answers_are_told() -> None:
    verdict = judged({"GET /one": [30.0] * 5, "GET /two": [10.0] * 20}, latency=20)
    assert verdict.passed
    assert verdict.figure == "0 operations over budget, 1 with too few answers to tell"


def test_as_many_runs_fail_by_chance_as_the_error_rate_says() -> None:
    # Each answer is above the budget with a chance of one half: the worst case that is not a fault.
    chances = [budgets.chance_of_as_many(above, 30) for above in range(31)]
    fails = sum(
        chances[above] - (chances[above + 1] if above < 30 else 0)
        for above in range(31)
        if chances[above] <= 0.05
    )
    assert 0.01 < fails <= 0.05


def test_an_operation_has_a_budget_of_its_own() -> None:
    times = {"GET /one": [30.0] * 20, "GET /two": [30.0] * 20}
    verdict = judged(times, latency=20, operations={"GET /one": {"latency": 40}})
    assert [problem.operation for problem in verdict.problems] == ["GET /two"]


def test_a_budget_for_no_operation_is_an_error() -> None:
    (problem,) = judged({}, operations={"GET /on": {"latency": 40}}).problems
    assert (problem.rule, problem.message) == (
        "XG504",
        "[tool.xapi.gate.budgets.operations] has 'GET /on', which is not an operation of the document",
    )


APP = """
    import time
    from pathlib import Path
    from sqlalchemy import NullPool, create_engine, text
    from xapi import XAPI

    app = XAPI(title="Shop")
    engine = create_engine("sqlite://", poolclass=NullPool)

    @app.get("/blocking")
    async def blocking() -> None:
        time.sleep(0.03)

    @app.get("/threaded")
    def threaded() -> None:
        time.sleep(0.03)

    @app.get("/queries")
    def queries(number: int) -> None:
        with engine.connect() as connection:
            for _ in range(number):
                connection.execute(text("select 1"))
"""


def test_code_that_holds_the_event_loop_fails_and_code_in_a_thread_passes(gate: Gate) -> None:
    tests = "def test_it(client):\n    for _ in range(3):\n        client.get('/{}')\n"
    settings = "[tool.xapi.gate]\ncoverage = false\nbudgets = {blocking = 0.025}\n"
    run = gate(APP, tests.format("blocking"), settings)
    (problem,) = run.problems("budgets")
    assert (problem.rule, problem.operation) == ("XG502", "GET /blocking")
    assert problem.message.startswith(
        "blocks the event loop longer than 0.025 s: its longest requests for 0.0"
    )
    assert gate(APP, tests.format("threaded"), settings).verdict("budgets").passed


def test_one_request_alone_that_holds_the_loop_does_not_fail(gate: Gate) -> None:
    settings = "[tool.xapi.gate]\ncoverage = false\nbudgets = {blocking = 0.025}\n"
    tests = "def test_it(client):\n    client.get('/blocking')\n    client.get('/blocking')\n"
    assert gate(APP, tests, settings).verdict("budgets").passed


def test_a_request_with_too_many_queries_fails_and_names_it_and_the_test(gate: Gate) -> None:
    tests = "def test_it(client):\n    client.get('/queries', params={'number': 3})\n"
    settings = "[tool.xapi.gate]\ncoverage = false\nbudgets = {queries = %d}\n"
    run = gate(APP, tests, settings % 2)
    (problem,) = run.problems("budgets")
    assert (problem.rule, problem.message) == (
        "XG503",
        "sends 3 SQL statements to answer GET /queries?number=3 in test_main.py::test_it, the budget is 2",
    )
    assert gate(APP, tests, settings % 3).verdict("budgets").passed


def test_times_are_measured_as_multiples_of_the_calibration(gate: Gate) -> None:
    tests = "def test_it(client):\n    for _ in range(3):\n        client.get('/threaded')\n"
    run = gate(APP, tests, "[tool.xapi.gate.budgets]\nlatency = 1e6\n")
    ratios = run.report.evidence["apps"]["Shop"]["operations"]["GET /threaded"]["ratios"]
    assert len(ratios) == 2, "the first request is not taken"
    assert all(ratio > 0 for ratio in ratios)
    assert run.verdict("budgets").passed


@pytest.mark.parametrize("limit", ["latency = 1e6", "blocking = 100"])
def test_a_timeout_still_tells_where_the_app_waits(gate: Gate, limit: str) -> None:
    app = """
        import anyio
        from xapi import XAPI

        app = XAPI()

        @app.get("/slow")
        async def slow() -> None:
            await anyio.sleep_forever()
    """
    tests = """
        import httpx, pytest
        def test_it(client):
            with pytest.raises(httpx.ReadTimeout, match="it waited in slow .*main.py:8"):
                client.get("/slow", timeout=0.01)
    """
    gate(app, tests, f"[tool.xapi.gate.budgets]\n{limit}\n").result.assert_outcomes(passed=1)
