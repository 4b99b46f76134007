"""The gate `coverage`: how much of the documents the tests have exercised.

| rule | what is not covered enough |
|---|---|
| XG101 | operations that were requested |
| XG102 | documented statuses that were answered |
| XG103 | parameters: given, left out, at each boundary of their schema |
| XG104 | media types that were sent and answered |
| XG105 | operations with security: requested with credentials and without |
| XG106 | branches of the schemas of successful responses |
| XG107 | an entry of `allow`, or a tag, that is nothing in the document |
| XG108 | a part of the document that cannot be read, or a document without operations |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Any

from pytest_xapi.gates.branches import Branches
from pytest_xapi.gates.coverage_items import DIMENSIONS, CoverageTarget, Points
from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.problems import place_of, pointer_to
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports import model
from pytest_xapi.reports.model import Problem, Verdict
from pytest_xapi.words import counted, wildcard
from xapi.openapi.reader import Document
from xapi.openapi.reader.checking import Area

RULES = {dimension: f"XG10{number}" for number, dimension in enumerate(DIMENSIONS, 1)}
USELESS_SETTING = "XG107"
UNREADABLE = "XG108"
_DEFAULT = {"operations": 100.0}
_MOST_SHOWN = 8

Thresholds = Mapping[str, float]
"""Percentages by dimension; those that are not there are not asked for."""


@dataclass(frozen=True)
class CoverageSettings:
    """What is to be covered."""

    fail_under: Thresholds
    tags: Mapping[str, Thresholds]
    """The same for the operations with a tag."""
    allow: tuple[str, ...]
    """What need not be covered: `OPERATION`, or `OPERATION: POINT`; `*` stands for anything."""


def read(table: Table) -> CoverageSettings:
    """The settings of this gate."""
    return CoverageSettings(
        fail_under=_thresholds(table, "fail-under") if "fail-under" in table else _nothing(table),
        tags={name: _all_of(part) for name, part in table.tables("tags").items()},
        allow=table.texts("allow"),
    )


def _nothing(table: Table) -> Thresholds:
    table.value("fail-under")
    return _DEFAULT


def _thresholds(table: Table, key: str) -> Thresholds:
    """One number for all dimensions, or a table with some."""
    value = table.value(key)
    if isinstance(value, dict):
        return _all_of(table.table(key))
    percentage = table.number(key, most=100)
    return {} if percentage is None else dict.fromkeys(DIMENSIONS, percentage)


def _all_of(table: Table) -> Thresholds:
    found = {dimension: table.number(dimension, most=100) for dimension in DIMENSIONS}
    return {dimension: value for dimension, value in found.items() if value is not None}


@dataclass
class _Operation:
    """An operation with its points."""

    app: str
    label: str
    tags: Sequence[str]
    points: Points
    missing: Points = field(default_factory=dict)


@dataclass
class _Shortfall:
    """A dimension of which too little is covered."""

    dimension: str
    tag: str | None
    percentage: float
    threshold: float


def judge(settings: CoverageSettings, evidence: Mapping[str, Any]) -> Verdict:
    """Fails if a dimension is covered less than is asked for, or an allowance allows nothing."""
    apps = apps_to_judge(evidence)
    documents = {name: Document(app["document"]) for name, app in apps.items()}
    operations = [
        operation for name, app in apps.items() for operation in _operations(name, app, documents[name])
    ]
    problems = [problem for document in documents.values() for problem in _unreadable(document)]
    problems += [*_allow(settings.allow, operations), *_useless_tags(settings, operations)]
    figures = {dimension: _percentage(operations, dimension) for dimension in DIMENSIONS}
    shortfalls = list(_shortfalls(settings, operations))
    problems += _missing(shortfalls, operations, apps)
    shown = [dimension for dimension in DIMENSIONS if dimension in settings.fail_under]
    return Verdict(
        gate="coverage",
        passed=not problems,
        figure=", ".join(f"{dimension} {_percent(figures[dimension])}" for dimension in shown) or "-",
        threshold=_asked_for(settings.fail_under, shown),
        problems=tuple(problems),
        tables=(_table(operations, len(apps) > 1),),
    )


def _asked_for(thresholds: Thresholds, shown: Sequence[str]) -> str:
    """The thresholds, once if all are the same."""
    percentages = [f"{thresholds[dimension]:g} %" for dimension in shown]
    return ", ".join(percentages if len(set(percentages)) > 1 else percentages[:1]) or "none"


def _unreadable(document: Document) -> Iterator[Problem]:
    """What of a document nothing can cover, because it cannot be read."""
    if not document.operations:
        message = f"the document of {document.title or 'the app'} has no operations, so nothing is covered"
        yield Problem(UNREADABLE, "error", message, identity="no operations")
    of_operations = (
        problem
        for checked in document.checked.values()
        for area in (Area.REQUEST, Area.RESPONSE)
        for problem in checked.problems[area]
    )
    for problem in (*document.problems, *of_operations):
        yield Problem(
            UNREADABLE,
            "error",
            f"cannot be read: {problem.message}",
            operation=problem.operation,
            pointer=problem.pointer,
            identity=problem.pointer,
        )


def _operations(name: str, app: Mapping[str, Any], document: Document) -> Iterator[_Operation]:
    branches = Branches(document)
    for documented in document.operations:
        points = CoverageTarget(document, documented, branches).all()
        seen = app["operations"].get(documented.label, {}).get("points", {})
        operation = _Operation(name, documented.label, documented.tags, points)
        operation.missing = {
            dimension: points[dimension] - set(seen.get(dimension, ())) for dimension in DIMENSIONS
        }
        yield operation


def _allow(entries: Sequence[str], operations: Sequence[_Operation]) -> Iterator[Problem]:
    """Take what need not be covered away from what is missing, and from what there is."""
    for entry in entries:
        label, _, point = entry.partition(": ")
        is_label, is_point = wildcard(label), wildcard(point or "*")
        is_used = False
        for operation in operations:
            if not is_label.fullmatch(operation.label):
                continue
            for dimension in DIMENSIONS:
                allowed = {text for text in operation.points[dimension] if is_point.fullmatch(text)}
                is_used = is_used or bool(allowed)
                operation.points[dimension] -= allowed & operation.missing[dimension]
                operation.missing[dimension] -= allowed
        if not is_used:
            message = f"`allow` of [tool.xapi.gate.coverage] has {entry!r}, which is nothing in the document"
            yield Problem(USELESS_SETTING, "error", message, identity=entry)


def _useless_tags(settings: CoverageSettings, operations: Sequence[_Operation]) -> Iterator[Problem]:
    known = sorted({name for operation in operations for name in operation.tags})
    for tag in settings.tags:
        if tag not in known:
            message = (
                f"[tool.xapi.gate.coverage.tags] has {tag!r}, which is the tag of no operation; "
                f"there are {', '.join(known) or 'no tags'}"
            )
            yield Problem(USELESS_SETTING, "error", message, identity=f"tag {tag}")


def _percentage(operations: Sequence[_Operation], dimension: str) -> float:
    whole = sum(len(operation.points[dimension]) for operation in operations)
    missing = sum(len(operation.missing[dimension]) for operation in operations)
    return 100.0 if not whole else 100 * (whole - missing) / whole


def _shortfalls(settings: CoverageSettings, operations: Sequence[_Operation]) -> Iterator[_Shortfall]:
    for dimension, threshold in settings.fail_under.items():
        percentage = _percentage(operations, dimension)
        if percentage < threshold:
            yield _Shortfall(dimension, None, percentage, threshold)
    for tag, thresholds in settings.tags.items():
        tagged = [operation for operation in operations if tag in operation.tags]
        for dimension, threshold in thresholds.items():
            percentage = _percentage(tagged, dimension)
            if percentage < threshold:
                yield _Shortfall(dimension, tag, percentage, threshold)


def _missing(
    shortfalls: Sequence[_Shortfall], operations: Sequence[_Operation], apps: Mapping[str, Any]
) -> Iterator[Problem]:
    """What is missing of each operation, once for each dimension that falls short."""
    told: set[tuple[str, str, str]] = set()
    for shortfall in shortfalls:
        of_tag = "" if shortfall.tag is None else f" of the tag {shortfall.tag}"
        for operation in operations:
            missing = operation.missing[shortfall.dimension]
            key = operation.app, operation.label, shortfall.dimension
            if (
                not missing
                or key in told
                or (shortfall.tag is not None and shortfall.tag not in operation.tags)
            ):
                continue
            told.add(key)
            yield Problem(
                rule=RULES[shortfall.dimension],
                severity="error",
                message=f"not covered: {_listed(shortfall.dimension, missing)}",
                operation=operation.label,
                pointer=pointer_to(operation.label),
                place=place_of(apps[operation.app], operation.label),
                details=(
                    f"{shortfall.dimension}{of_tag}: {_percent(shortfall.percentage)} covered, "
                    f"{shortfall.threshold:g} % asked for\n" + "\n".join(sorted(missing))
                ),
                identity=shortfall.dimension,
            )


def _table(operations: Sequence[_Operation], has_apps: bool) -> model.Table:
    rows = [
        (
            f"{operation.app}: {operation.label}" if has_apps else operation.label,
            *(_ratio([operation], dimension) for dimension in DIMENSIONS[1:]),
            _all_missing(operation),
        )
        for operation in operations
    ]
    total = ("TOTAL", *(_ratio(operations, dimension) for dimension in DIMENSIONS[1:]))
    requested = _ratio(operations, "operations")
    rows.append((*total, f"operations requested: {requested or 'none'}"))
    return model.Table("API coverage", ("operation", *DIMENSIONS[1:], "missing"), tuple(rows))


def _ratio(operations: Sequence[_Operation], dimension: str) -> str:
    whole = sum(len(operation.points[dimension]) for operation in operations)
    missing = sum(len(operation.missing[dimension]) for operation in operations)
    return f"{whole - missing}/{whole}" if whole else ""


def _all_missing(operation: _Operation) -> str:
    if operation.missing["operations"]:
        return "never requested"
    missing = [text for dimension in DIMENSIONS for text in sorted(operation.missing[dimension])]
    return _shortened(missing)


def _listed(dimension: str, missing: set[str]) -> str:
    if dimension == "operations":
        return "no test sends a request to it"
    return f"{dimension}: {_shortened(sorted(missing))}"


def _shortened(texts: Sequence[str]) -> str:
    rest = len(texts) - _MOST_SHOWN
    shown = ", ".join(texts[:_MOST_SHOWN])
    return f"{shown}, and {counted(rest, 'more point')}" if rest > 0 else shown


def _percent(percentage: float) -> str:
    # Rounded down: 99.9 is not all.
    return f"{floor(percentage * 10) / 10:g} %"
