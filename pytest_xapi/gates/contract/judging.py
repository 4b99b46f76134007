"""The verdict on the contract: which changes fail the gate, and which are excepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_xapi.gates.contract.changes import Change, figure
from pytest_xapi.gates.contract.compare import compare
from pytest_xapi.gates.contract.settings import GATE, ContractSettings, Excepted
from pytest_xapi.reports.model import Problem, Severity, SourceLocation, Verdict

UNUSED = "XG397"
EXPIRED = "XG398"
_WHOM = {"writer": "who writes requests", "reader": "who reads responses", "both": "all clients"}


def verdict(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    settings: ContractSettings,
    places: Mapping[str, SourceLocation],
) -> Verdict:
    """What the gate says of the changes from one document to another.

    Args:
        old: the contract.
        new: the document of the app.
        settings: what fails, and what is excepted.
        places: where the handlers of the operations are.
    """
    changes = compare(old, new)
    used: set[Excepted] = set()
    problems: list[Problem] = []
    for change in changes:
        exceptions = [given for given in settings.exceptions if given.covers(change)]
        used.update(exceptions)
        valid = next((given for given in exceptions if given.expires >= settings.today), None)
        if change.severity != "safe":
            problems.append(_problem(change, settings, places, valid))
    problems += _of_exceptions(settings, used)
    return Verdict(
        gate=GATE,
        passed=all(problem.severity != "error" for problem in problems),
        figure=figure(changes),
        threshold=f"no {settings.fails_on} changes"
        if settings.fails_on == "breaking"
        else "only safe changes",
        problems=tuple(problems),
    )


def _problem(
    change: Change,
    settings: ContractSettings,
    places: Mapping[str, SourceLocation],
    excepted: Excepted | None,
) -> Problem:
    is_error = change.severity == "breaking" or settings.fails_on == "risky"
    severity: Severity = "note" if excepted is not None else "error" if is_error else "warning"
    operation = next((name for name in change.operations if name in places), change.operation)
    return Problem(
        rule=change.rule,
        severity=severity,
        message=f"{change.severity} for {_WHOM[change.side]}: {change.message}",
        operation=operation,
        pointer=change.pointer,
        place=places.get(operation) if operation is not None else None,
        details="\n".join(_details(change, operation, excepted)),
        identity=f"{change.kind} {change.side} {change.pointer} {change.message}",
    )


def _details(change: Change, operation: str | None, excepted: Excepted | None) -> Iterator[str]:
    yield f"{change.kind} at {change.pointer} of the {change.document} document"
    others = [name for name in change.operations if name != operation]
    if others:
        yield f"also in {', '.join(others)}"
    if excepted is not None:
        yield f"excepted until {excepted.expires}: {excepted.reason}"


def _of_exceptions(settings: ContractSettings, used: set[Excepted]) -> Iterator[Problem]:
    """What is excepted for too long, or for nothing."""
    where = "[[tool.xapi.gate.contract.exceptions]]"
    for given in settings.exceptions:
        if given.expires < settings.today:
            message = f"the exception {given.name!r} of {where} expired on {given.expires}"
            rule = EXPIRED
        elif given not in used:
            message = f"the exception {given.name!r} covers no change: remove it from {where}"
            rule = UNUSED
        else:
            continue
        yield Problem(
            rule, "error", message, given.operation, given.pointer, details=given.reason, identity=given.name
        )
