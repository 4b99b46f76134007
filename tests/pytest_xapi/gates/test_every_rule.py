"""Each rule of the gates fails on a planted fault and passes on its twin; no rule is without such a pair."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import pytest_xapi.gates
from pytest_xapi.gates import evidence, registry
from pytest_xapi.gates.contract.kinds import KINDS
from pytest_xapi.gates.rules.catalog import BY_NAME
from pytest_xapi.gates.settings import read
from pytest_xapi.reports.model import Verdict

Gate = Callable[..., Any]

HERE = Path(__file__).parent
GATES = {
    "1": "coverage",
    "2": "undeclared",
    "3": "contract",
    "5": "budgets",
    "6": "rules",
}
"""By the first digit of the ids of their rules."""

APP = """
    import time
    from typing import Annotated, Literal
    from sqlalchemy import NullPool, create_engine, text
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from xapi import XAPI, Depends, HTTPException
    from xapi.security import HTTPBearer

    app = XAPI(title="Cups")
    engine = create_engine("sqlite://", poolclass=NullPool)
    version = {"X-Version": {"required": True, "schema": {"type": "integer"}}}

    @app.get("/cup", responses={200: {"headers": version}, 404: {"description": "There is none."}})
    def cup(
        token: Annotated[object, Depends(HTTPBearer(auto_error=False))], size: int = 1
    ) -> Literal["big", "small"]:
        if size == 0:
            raise HTTPException(404)
        return JSONResponse("big" if size > 1 else "small", headers={"x-version": "1"})

    @app.get("/tea")
    async def tea() -> None:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
"""
CUPS = (
    "client.get('/cup')",
    "client.get('/cup?size=2', headers={'authorization': 'Bearer t'})",
    "client.get('/cup?size=0')",
    "client.get('/cup?size=x')",
)
ALL = (*CUPS, *["client.get('/tea')"] * 3)
COVERED = "[tool.xapi.gate.coverage]\nfail-under = 100\n"
UNCOVERED = "[tool.xapi.gate]\ncoverage = false\n"


@dataclass(frozen=True)
class Project:
    """An app, the requests of its tests, and settings: what a gate judges in a run."""

    app: str = APP
    requests: tuple[str, ...] = ALL
    settings: str = COVERED

    def changed(self, old: str, new: str) -> Project:
        """With other code in the app."""
        assert old in self.app
        return replace(self, app=self.app.replace(old, new))

    def verdict(self, gate: str, run: Gate) -> Verdict:
        """What the gate says of a run; its exit status says the same."""
        calls = "".join(f"    {request}\n" for request in self.requests)
        tests = (
            f"def test_cups(make_client):\n    client = make_client(raise_server_exceptions=False)\n{calls}"
        )
        done = run(self.app, tests, self.settings)
        failed = not all(verdict.passed for verdict in done.report.verdicts)
        assert done.result.ret == (pytest.ExitCode.TESTS_FAILED if failed else pytest.ExitCode.OK)
        verdict: Verdict = done.verdict(gate)
        return verdict


WHOLE = Project()
ANSWER = 'JSONResponse("big" if size > 1 else "small", headers={"x-version": "1"})'
ANSWERED = Project(settings=UNCOVERED)


def unasked(*left_out: int) -> tuple[Project, Project]:
    """Some requests are not made."""
    requests = tuple(request for number, request in enumerate(ALL) if number not in left_out)
    return replace(WHOLE, requests=requests), WHOLE


def answering(answer: str) -> tuple[Project, Project]:
    """Something else is answered."""
    return ANSWERED.changed(ANSWER, answer), ANSWERED


def given(settings: str, wrong: str, right: str) -> tuple[Project, Project]:
    """A setting is about something that is not there."""
    return replace(WHOLE, settings=settings % wrong), replace(WHOLE, settings=settings % right)


BLOCKED = replace(ANSWERED, settings=f"{UNCOVERED}budgets = {{blocking = 0.025}}\n")
QUERIES = "[tool.xapi.gate]\ncoverage = false\nbudgets = {queries = %s}\n"
OFF = "".join(f'"{name}" = "off"\n' for name in BY_NAME if name != "route-reachable")
HIDING = replace(WHOLE, settings=f"[tool.xapi.gate.rules.severity]\n{OFF}")
RUNS: dict[str, tuple[Project, Project]] = {
    "XG101": unasked(4, 5, 6),
    "XG102": unasked(2),
    "XG103": unasked(0),
    "XG104": unasked(3),
    "XG105": unasked(1),
    "XG106": unasked(1),
    "XG107": given("[tool.xapi.gate.coverage]\nallow = ['%s']\n", "GET /cups", "GET /cup: 404"),
    "XG108": (
        WHOLE.changed(
            '@app.get("/tea")',
            '@app.get("/tea", openapi_extra={"parameters": [{"$ref": "#/components/parameters/Missing"}]})',
        ),
        WHOLE,
    ),
    "XG201": answering("Response(status_code=418)"),
    "XG202": answering('PlainTextResponse("big", headers={"x-version": "1"})'),
    "XG203": answering('JSONResponse("big")'),
    "XG204": answering('JSONResponse("huge", headers={"x-version": "1"})'),
    "XG205": given("[tool.xapi.gate.undeclared]\nallow = ['%s']\n", "GET /cups", "GET /cup: 418"),
    "XG502": (
        BLOCKED.changed("async def tea() -> None:", "async def tea() -> None:\n        time.sleep(0.03)"),
        BLOCKED.changed("async def tea() -> None:", "def tea() -> None:\n        time.sleep(0.03)"),
    ),
    "XG503": given(QUERIES, "0", "1"),
    "XG647": (
        HIDING.changed('@app.get("/tea")', '@app.get("/tea")\n    @app.get("/tea", include_in_schema=False)'),
        HIDING.changed(
            '@app.get("/tea")', '@app.get("/tea")\n    @app.get("/teas", include_in_schema=False)'
        ),
    ),
    "XG504": given("[tool.xapi.gate.budgets.operations.'%s']\nqueries = 1\n", "GET /teas", "GET /tea"),
}
"""The fault of each rule that is about a run, and its twin."""


@dataclass(frozen=True)
class Judged:
    """A document, or what was seen of its app, with settings of its gate and perhaps a contract."""

    document: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    contract: Mapping[str, Any] | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    """Of operations."""
    others: tuple[str, ...] = ()
    """The titles of other apps under test."""

    def verdict(self, gate: str, folder: Path) -> Verdict:
        """What the gate says."""
        (folder / "contract.json").write_text(json.dumps(self.contract))
        against = {} if self.contract is None else {"against": "contract.json"}
        tables: dict[str, Any] = {other.name: False for other in registry.GATES if other.name != gate}
        settings = read(tables | {gate: {**self.settings, **against}}, folder)
        app = evidence.new_app(self.document) | {"operations": self.seen}
        title = self.document.get("info", {}).get("title", "app")
        apps = {title: app} | {other: evidence.new_app(self.document) for other in self.others}
        (verdict,) = registry.evaluate(settings.gates, {"apps": apps})
        return verdict


def _figures() -> Iterator[tuple[str, tuple[Judged, Judged]]]:
    document = {"openapi": "3.1.0", "info": {"title": "Cups"}, "paths": {"/cup": {"get": {"responses": {}}}}}

    def timed(ratio: float) -> Judged:
        return Judged(
            document, {"latency": 20}, seen={"GET /cup": evidence.new_operation() | {"ratios": [ratio] * 9}}
        )

    yield "XG501", (timed(30), timed(10))


def _changes() -> Iterator[tuple[str, tuple[Judged, Judged]]]:
    """Each kind of changes that is not always safe; its twin is the same app with its contract updated."""
    cases = runpy.run_path(str(HERE / "contract/cases.py"))["cases"]()
    strict = {"fails-on": "risky"}
    for kind in KINDS:
        case = next(
            (case for case in cases if case.expected.get(kind.name) in ("breaking", "risky")),
            None,
        )
        if case is not None:
            yield kind.rule, (Judged(case.new, strict, case.old), Judged(case.new, strict, case.new))


def _exceptions() -> Iterator[tuple[str, tuple[Judged, Judged]]]:
    def document(*paths: str, title: str = "Cups") -> dict[str, Any]:
        items = {path: {"get": {"responses": {}}} for path in paths}
        return {"openapi": "3.1.0", "info": {"title": title}, "paths": items}

    def excepted(pointer: str, days: int = 1) -> Judged:
        rows = {"kind": "path-removed", "pointer": pointer, "reason": "Nobody drinks tea."}
        last = date.today() + timedelta(days=days)
        return Judged(document("/cup"), {"exceptions": [rows | {"expires": last}]}, document("/cup", "/tea"))

    yield "XG397", (excepted("/paths/~1cup"), excepted("/paths/~1tea"))
    yield "XG398", (excepted("/paths/~1tea", days=-1), excepted("/paths/~1tea", days=0))
    meant = Judged(document("/cup"), contract=document("/cup"), others=("Pots",))
    yield "XG399", (replace(meant, contract=document("/cup", title="Tea")), meant)


def _rules() -> Iterator[tuple[str, tuple[Judged, Judged]]]:
    written = runpy.run_path(str(HERE / "rules/cases.py"))
    for case in written["cases"]():
        if case.twin is not None:
            settings = {"severity": {case.rule: "error"}, "naming": case.styles}
            yield BY_NAME[case.rule].id, (Judged(case.faulty, settings), Judged(case.twin, settings))
    ignored = {"rule": "info-contact", "reason": "Everybody knows us."}
    settings = {"ignore": [ignored], "severity": {"info-contact": "error"}, "fails-on": "warning"}
    whole: dict[str, Any] = written["SOUND"]
    without = {**whole, "info": {key: value for key, value in whole["info"].items() if key != "contact"}}
    yield "XG600", (Judged(whole, settings), Judged(without, settings))


DOCUMENTS = dict([*_figures(), *_changes(), *_exceptions(), *_rules()])
"""The fault of each rule that is about a document, or about figures, and its twin."""
SAFE = {kind.rule for kind in KINDS if kind.severity("both") == "safe"}
"""The kinds of changes that never fail: `contract/test_changes.py` shows that they are found."""


@pytest.mark.parametrize("rule", RUNS)
def test_a_run_fails_on_a_fault_and_passes_on_its_twin(rule: str, gate: Gate) -> None:
    faulty, twin = (project.verdict(GATES[rule[2]], gate) for project in RUNS[rule])

    assert (faulty.passed, twin.passed) == (False, True)
    assert rule in {problem.rule for problem in faulty.problems}
    assert twin.problems == ()


@pytest.mark.parametrize("rule", DOCUMENTS)
def test_a_document_fails_with_a_fault_and_passes_as_its_twin(rule: str, tmp_path: Path) -> None:
    faulty, twin = (judged.verdict(GATES[rule[2]], tmp_path) for judged in DOCUMENTS[rule])

    assert (faulty.passed, twin.passed) == (False, True)
    assert rule in {problem.rule for problem in faulty.problems}
    assert rule not in {problem.rule for problem in twin.problems}


def test_no_rule_is_without_a_fault_and_a_twin() -> None:
    folder = Path(pytest_xapi.gates.__file__).parent
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    rules = {rule for source in sources for rule in re.findall(r"\bXG\d{3}\b", source)}

    assert len(rules) > 150
    assert rules == RUNS.keys() | DOCUMENTS.keys() | SAFE
