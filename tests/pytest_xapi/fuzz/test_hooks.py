"""The fixtures `xapi_reset` and `xapi_case`."""

from __future__ import annotations

import pytest

COUNTING = """
    from pydantic import BaseModel
    from xapi import XAPI

    app = XAPI()
    rows = []

    class Row(BaseModel):
        name: str

    @app.post("/rows", status_code=201)
    def create(row: Row, tag: str = "none") -> int:
        rows.append(row.name)
        if len(rows) > LIMIT:
            raise RuntimeError("full")
        return len(rows)
"""
RESET = """
    import pytest, shop

    calls = []

    @pytest.fixture
    def xapi_reset():
        {kind} reset():
            calls.append(1)
            shop.rows.clear()
        return reset

    def pytest_terminal_summary(terminalreporter):
        terminalreporter.line(f"{{len(calls)}} resets")
"""


def resets(output: str) -> int:
    return int(next(line for line in output.splitlines() if line.endswith(" resets")).split()[0])


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_reset_runs_before_each_item_and_each_new_start(
    kind: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(COUNTING.replace("LIMIT", "1000"))
    pytester.makeconftest(RESET.format(kind=kind))
    run = fuzz()
    assert run.exit_code == 0, run.output
    assert resets(run.output) == 3  # two items, and a new start to look for properties that nobody declares


def test_a_reset_may_run_before_each_case(app_module, fuzz, pytester: pytest.Pytester) -> None:
    # Only a valid request adds a row; with two of them without a reset it would be full.
    app_module(COUNTING.replace("LIMIT", "1"))
    pytester.makeconftest(RESET.format(kind="def"))
    run = fuzz("-o", "xapi_fuzz_reset=case")
    assert run.exit_code == 0, run.output
    cases = sum(record["cases"] for record in run.records.values())
    assert resets(run.output) == cases + 3


def test_a_hook_adjusts_and_skips_cases(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(
        COUNTING.replace("LIMIT", "1000").replace(
            "rows.append(row.name)", "assert tag == 'set'; rows.append(1)"
        )
    )
    pytester.makeconftest(
        """
        import pytest

        seen = set()

        @pytest.fixture
        def xapi_case():
            def adjust(case):
                seen.add((case.operation, case.phase))
                if case.phase == "random":
                    return False
                case.query = {"tag": "set"}
            return adjust

        def pytest_terminal_summary(terminalreporter):
            terminalreporter.line(f"seen: {sorted(seen)}")
        """
    )
    run = fuzz()
    assert run.findings == set()
    assert run.records["POST /rows random"]["cases"] == 0
    assert run.records["POST /rows boundary"]["cases"] > 0
    assert "seen: [('POST /rows', 'boundary'), ('POST /rows', 'random')]" in run.output


def test_a_hook_adjusts_and_skips_the_cases_of_sequences(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(
        """
        from xapi import XAPI, Body

        app = XAPI()

        @app.post("/items", status_code=201)
        def create(name: str = Body(embed=True)) -> dict[str, str]:
            assert name == "set"
            return {"item_id": "i"}

        @app.get("/items/{item_id}")
        def read(item_id: str) -> str:
            return item_id

        @app.delete("/items/{item_id}")
        def delete(item_id: str) -> str:
            raise RuntimeError
        """
    )
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def xapi_case():
            def adjust(case):
                if case.operation.startswith("DELETE"):
                    return False
                if case.operation.startswith("POST"):
                    case.body = {"name": "set"}
            return adjust
        """
    )
    run = fuzz("--xapi-fuzz-phase=stateful")
    assert run.findings == set(), run.output
    assert set(run.records["stateful"]["answers"]) == {"POST /items", "GET /items/{item_id}"}
