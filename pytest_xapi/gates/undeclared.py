"""The gate `undeclared`: answers that the document does not declare, in whatever test they came.

| rule | what is not declared |
|---|---|
| XG201 | a status |
| XG202 | a media type |
| XG203 | a header: it is required and missing, or breaks its schema |
| XG204 | a body that breaks its schema |
| XG205 | an entry of `allow` that names no operation of the document |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.problems import place_of, pointer_to, wildcard
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports.model import Problem, Verdict
from pytest_xapi.words import counted
from xapi.openapi.reader import Document

RULES = {"status": "XG201", "media type": "XG202", "header": "XG203", "body": "XG204"}
USELESS_ALLOWANCE = "XG205"


@dataclass(frozen=True)
class Settings:
    """What may be answered undeclared."""

    allow: tuple[str, ...]
    """`OPERATION`, or `OPERATION: STATUS`; `*` stands for anything."""
    fuzz: bool
    """Whether answers count that only property tests have got: their findings have a gate of their own."""


def read(table: Table) -> Settings:
    """The settings of this gate."""
    return Settings(table.texts("allow"), table.flag("fuzz", True))


def judge(settings: Settings, evidence: Mapping[str, Any]) -> Verdict:
    """Fails if any answer was not declared."""
    apps = apps_to_judge(evidence)
    problems = list(_useless(settings.allow, apps))
    problems += [
        _problem(app, noted)
        for app in apps.values()
        for _, noted in sorted(app["undeclared"].items())
        if (settings.fuzz or not noted["only_fuzz"])
        and not any(_allows(entry, noted) for entry in settings.allow)
    ]
    found = sum(problem.rule != USELESS_ALLOWANCE for problem in problems)
    return Verdict(
        gate="undeclared",
        passed=not problems,
        figure=counted(found, "undeclared answer") if found else "none",
        threshold="none",
        problems=tuple(problems),
    )


def _useless(entries: tuple[str, ...], apps: Mapping[str, Any]) -> Iterator[Problem]:
    if not entries:
        return
    labels = [operation.label for app in apps.values() for operation in Document(app["document"]).operations]
    for entry in entries:
        pattern = wildcard(entry.partition(": ")[0])
        if not any(pattern.fullmatch(label) for label in labels):
            message = (
                f"`allow` of [tool.xapi.gate.undeclared] has {entry!r}, "
                "which is not an operation of the document"
            )
            yield Problem(USELESS_ALLOWANCE, "error", message, identity=entry)


def _allows(entry: str, noted: Mapping[str, Any]) -> bool:
    label, _, status = entry.partition(": ")
    matches_status = wildcard(status or "*").fullmatch(str(noted["status"]))
    return bool(wildcard(label).fullmatch(noted["operation"]) and matches_status)


def _problem(app: Mapping[str, Any], noted: Mapping[str, Any]) -> Problem:
    operation, status, tests = noted["operation"], noted["status"], noted["tests"]
    # Responses may be declared for a range of statuses: then there is no better place than all of them.
    steps = ["responses"]
    declared: Any = app["document"]["paths"][operation.partition(" ")[2]]
    declared = declared.get(operation.partition(" ")[0].lower(), {}).get("responses", {})
    if str(status) in declared:
        steps.append(str(status))
    return Problem(
        rule=RULES[noted["kind"]],
        severity="error",
        message=f"answered {status} in {tests[0] or 'no test'}: {noted['message']}",
        operation=operation,
        pointer=pointer_to(operation, *steps),
        place=place_of(app, operation),
        details="".join(f"{test}\n" for test in tests),
        identity=noted["identity"],
    )
