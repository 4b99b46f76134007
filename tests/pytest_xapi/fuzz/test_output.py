"""What is printed fits a screen: long texts are cut, findings shown once in full, lists in part."""

from __future__ import annotations

import pytest

LONG = """
    from xapi import XAPI, Response

    app = XAPI(title="Long", version="1")

    def fail(kind: int):
        if kind == 0:
            raise LookupError("long " * 5000)
        if kind == 1:
            raise LookupError("line\\n" * 500)

    @app.get("/wide")
    def wide():
        fail(0)

    @app.get("/tall")
    def tall():
        fail(1)

    @app.get("/body")
    def body():
        return Response("row\\n" * 100, status_code=500)
"""
SEVERAL = """
    from xapi import XAPI

    app = XAPI(title="Several", version="1")

    @app.get("/a")
    def a(n: int = 1) -> float:
        if n > 100:
            raise KeyError("too much")
        if n < -100:
            raise IndexError("too little")
        return 1 / n
"""
LONG_BODY = """
    from pydantic import BaseModel, Field
    from xapi import XAPI

    app = XAPI(title="Long", version="1")

    class Text(BaseModel):
        text: str = Field(min_length=8000)

    @app.post("/texts")
    def create(text: Text) -> int:
        raise LookupError("none")
"""


@pytest.fixture(params=["", "true"], ids=["at_home", "in_ci"])
def machine(request, monkeypatch) -> None:
    """Where the run is: pytest shortens no line of its summary on CI machines."""
    monkeypatch.delenv("BUILD_NUMBER", raising=False)
    monkeypatch.setenv("CI", request.param)


@pytest.mark.usefixtures("machine")
def test_no_line_and_no_finding_is_longer_than_a_screen(app_module, fuzz) -> None:
    app_module(LONG)
    run = fuzz("--xapi-fuzz-phase=boundary", "--show-capture=no", "-p", "no:logging")
    assert run.findings == {(f"GET /{name}", "not_a_server_error") for name in ("wide", "tall", "body")}
    lines = run.output.splitlines()
    assert max(len(line) for line in lines) < 300
    assert len(run.output.partition("first run of this app")[0].splitlines()) < 3 * 40
    assert "... (25012 characters)" in run.output
    assert any(line.strip().endswith(" lines)") for line in lines)
    whole = run.records["GET /wide boundary"]["findings"][0]
    assert whole["curl"] == "curl -i http://127.0.0.1:8000/wide"


def test_commands_that_nobody_can_read_are_left_to_reports(app_module, fuzz) -> None:
    app_module(LONG_BODY)
    run = fuzz("--xapi-fuzz-phase=boundary", "--show-capture=no", "-p", "no:logging")
    assert max(len(line) for line in run.output.splitlines()) < 300
    assert "characters, which reports have: --xapi-report)" in run.output
    assert "--xapi-write-regressions FOLDER writes it)" in run.output
    (finding,) = run.records["POST /texts boundary"]["findings"]
    assert len(finding["curl"]) > 8000


@pytest.mark.usefixtures("machine")
def test_a_finding_is_shown_in_full_once(app_module, fuzz) -> None:
    app_module(SEVERAL)
    run = fuzz(cases=200)
    assert run.outcomes["xapi::GET /a random"] == "failed"
    assert run.output.count("ZeroDivisionError: division by zero\n") == 1
    assert "It is shown above, in GET /a boundary." in run.output


def test_each_line_of_the_summary_names_its_cause(app_module, fuzz) -> None:
    app_module(SEVERAL)
    run = fuzz(cases=200)
    lines = [line for line in run.output.splitlines() if line.startswith("error XF101 GET /a")]
    assert len(lines) == 3
    assert all(any(kind in line for line in lines) for kind in ("ZeroDivision", "KeyError", "IndexError"))
