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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_xapi.fuzz.model import levels
from pytest_xapi.fuzz.model.levels import Levels
from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.problems import place_of, pointer_to
from pytest_xapi.gates.sent_requests import described, in_line
from pytest_xapi.gates.tables import SettingsError, Table
from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Severity, Verdict
from pytest_xapi.words import counted, wildcard
from xapi.openapi.reader import Document

RULES = {"status": "XG201", "media type": "XG202", "header": "XG203", "body": "XG204"}
USELESS_ALLOWANCE = "XG205"
_CRASH = "not_a_server_error"


@dataclass(frozen=True)
class UndeclaredSettings:
    """What may be answered undeclared."""

    allow: tuple[str, ...]
    """`OPERATION`, or `OPERATION: STATUS`; `*` stands for anything."""
    levels: Levels
    """How much the checks count that judge the same: `[tool.xapi.checks]`."""
    fuzz: bool
    """Whether answers count that only property tests have got: their findings have a gate of their own."""


def read(table: Table) -> UndeclaredSettings:
    """The settings of this gate."""
    try:
        set_levels = levels.read(table.root)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return UndeclaredSettings(table.texts("allow"), set_levels, table.flag("fuzz", True))


def judge(settings: UndeclaredSettings, evidence: Mapping[str, Any]) -> Verdict:
    """Fails if any answer was not declared."""
    apps = apps_to_judge(evidence)
    findings = [finding for record in evidence.get("fuzz", ()) for finding in record["findings"]]
    found_problems = [
        _told(app, noted, _found(noted, findings), settings.levels)
        for app in apps.values()
        for _, noted in sorted(app["undeclared"].items())
        if (settings.fuzz or not noted["only_fuzz"])
        and not settings.levels.forgives(levels.OF_KINDS[noted["kind"]], noted["operation"], noted["status"])
    ]
    harmless = {finding["fingerprint"] for finding in findings if not finding.get("fails", True)}
    distinct = {problem.fingerprint: problem for problem in found_problems if problem is not None}
    problems = [*_useless(settings.allow, apps), *distinct.values()]
    found = sum(problem.rule != USELESS_ALLOWANCE for problem in problems)
    return Verdict(
        gate="undeclared",
        passed=all(one.severity == "note" or one.fingerprint in harmless for one in problems),
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


def _found(noted: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """What property tests say of the same answer: they have judged it, and may have accepted it."""
    of_kind = {levels.OF_KINDS[noted["kind"]], _CRASH}
    same = [
        finding
        for finding in findings
        if finding["check"] in of_kind
        and noted["operation"] in (finding.get("operations") or [finding["operation"]])
        and finding.get("requests")
        and finding["requests"][-1]["status"] == noted["status"]
    ]
    return min(same, key=lambda finding: (finding["accepted"], finding["fingerprint"]), default=None)


def _told(
    app: Mapping[str, Any], noted: Mapping[str, Any], finding: Mapping[str, Any] | None, set_levels: Levels
) -> Problem | None:
    """The problem of an answer: the finding of it, if there is one; None where it is forgiven.

    Property tests judge what they have sent themselves: what they forgive, such as a text that no framework
    can encode, is no problem here either, and neither is what the project has accepted.
    """
    if finding is None:
        level: Any = set_levels.of(levels.OF_KINDS[noted["kind"]], noted["operation"])
        return None if noted["only_fuzz"] else _problem(app, noted, level or "error")
    return None if finding["accepted"] else contents.as_problem(finding)


def _asked(noted: Mapping[str, Any]) -> str:
    request = noted.get("request")
    return f"to {in_line(request)} " if request else ""


def _problem(app: Mapping[str, Any], noted: Mapping[str, Any], severity: Severity) -> Problem:
    operation, status, tests = noted["operation"], noted["status"], noted["tests"]
    # Responses may be declared for a range of statuses: then there is no better place than all of them.
    steps = ["responses"]
    declared: Any = app["document"]["paths"][operation.partition(" ")[2]]
    declared = declared.get(operation.partition(" ")[0].lower(), {}).get("responses", {})
    if str(status) in declared:
        steps.append(str(status))
    return Problem(
        rule=RULES[noted["kind"]],
        severity=severity,
        message=f"answered {status} {_asked(noted)}in {tests[0] or 'no test'}: {noted['message']}",
        operation=operation,
        pointer=pointer_to(operation, *steps),
        place=place_of(app, operation),
        details=(described(noted["request"]) if noted.get("request") else "")
        + "".join(f"{test}\n" for test in tests),
        identity=noted["identity"],
    )
