"""The gate `rules`, as `pytest_xapi.gates.registry` knows gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.problems import places_of
from pytest_xapi.gates.registry import Evidence
from pytest_xapi.gates.rules import examples, naming, operations, routes, schemas, whole
from pytest_xapi.gates.rules.api import Api, Finding
from pytest_xapi.gates.rules.catalog import BY_NAME, UNUSED_IGNORE
from pytest_xapi.gates.rules.settings import FAILING, GATE, Ignored, RuleSettings, read
from pytest_xapi.reports.model import Problem, Severity, SourceLocation, Verdict
from pytest_xapi.words import counted

__all__ = ["findings", "judge", "read", "verdict"]


def judge(settings: RuleSettings, evidence: Evidence) -> Verdict | None:
    """What the gate says of the documents of the apps under test; nothing, where there are none."""
    apps = [app for app in apps_to_judge(evidence).values() if app["document"]]
    if not apps:
        return None
    mistakes = [list(routes.findings(app.get("routes", ()))) for app in apps]
    return verdict([(app["document"], places_of(app)) for app in apps], settings, mistakes)


def findings(document: Mapping[str, Any], settings: RuleSettings) -> list[Finding]:
    """Where a document breaks a rule that is not switched off, in the order of the rules."""
    api = Api(document)
    found = [
        *whole.check(api),
        *operations.check(api),
        *schemas.check(api),
        *examples.check(api),
        *naming.check(api, settings.styles),
    ]
    order = {name: number for number, name in enumerate(BY_NAME)}
    return sorted(dict.fromkeys(_kept(found, settings)), key=lambda finding: order[finding.rule])


def verdict(
    documents: Sequence[tuple[Mapping[str, Any], Mapping[str, SourceLocation]]],
    settings: RuleSettings,
    mistakes: Sequence[Sequence[Finding]] = (),
) -> Verdict:
    """What the gate says of documents.

    Args:
        documents: each with the places of the handlers of its operations.
        settings: severities, styles, what is ignored.
        mistakes: of each document's app, the routes that are mistakes.
    """
    used: set[Ignored] = set()
    problems: list[Problem] = []
    for (document, places), found in zip(documents, mistakes or repeat(()), strict=False):
        for finding in [*findings(document, settings), *_kept(found, settings)]:
            ignored = [given for given in settings.ignored if given.covers(finding)]
            used.update(ignored)
            if not ignored:
                problems.append(_problem(finding, settings, places))
    problems += _unused(settings, used)
    failing = FAILING[: FAILING.index(settings.fails_on) + 1]
    return Verdict(
        gate=GATE,
        passed=not any(problem.severity in failing for problem in problems),
        figure=_figure(problems),
        threshold=f"no {settings.fails_on}s"
        if settings.fails_on == "error"
        else f"no {settings.fails_on}s or worse",
        problems=tuple(problems),
    )


def _kept(found: Iterable[Finding], settings: RuleSettings) -> Iterator[Finding]:
    """The findings of rules that are not switched off."""
    return (finding for finding in found if settings.levels[finding.rule] != "off")


def _problem(finding: Finding, settings: RuleSettings, places: Mapping[str, SourceLocation]) -> Problem:
    rule = BY_NAME[finding.rule]
    level = settings.levels[finding.rule]
    severity: Severity = "note" if level == "off" else level
    return Problem(
        rule=rule.id,
        severity=severity,
        message=f"{finding.message} ({rule.name})",
        operation=finding.operation,
        pointer=finding.pointer,
        place=places.get(finding.operation) if finding.operation is not None else None,
        details=f"{rule.summary}.",
        identity=f"{rule.name} {finding.pointer} {finding.message}",
    )


def _unused(settings: RuleSettings, used: set[Ignored]) -> Iterator[Problem]:
    for given in settings.ignored:
        if given not in used:
            where = f"[[tool.xapi.gate.{GATE}.ignore]]"
            yield Problem(
                UNUSED_IGNORE,
                "warning",
                f"{given.name!r} is ignored, and there is no such problem: remove it from {where}",
                given.operation,
                given.pointer,
                details=given.reason,
                identity=given.name,
            )


def _figure(problems: Sequence[Problem]) -> str:
    counts: Counter[str] = Counter(problem.severity for problem in problems)
    return ", ".join(counted(counts[level], level) for level in FAILING if counts[level]) or "no problems"
