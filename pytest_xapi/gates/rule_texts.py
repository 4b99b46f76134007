"""The rules of the gates in words: what a problem means, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.gates.contract.kinds import KINDS, Kind
from pytest_xapi.gates.rules.catalog import RULES, Rule
from pytest_xapi.reports.model import Severity
from pytest_xapi.reports.rule_texts import RuleText

_OPENAPI = "https://spec.openapis.org/oas/v3.1.1.html"
_SPECTRAL = "https://docs.stoplight.io/docs/spectral/4dec24461f3af-open-api-rules"
_PYTHON = "https://docs.python.org/3/library/"

_COVERED = "Nobody knows whether it works as documented, and it can break unnoticed."
_UNDECLARED = "Clients that were generated from the document do not expect this response."
_SETTING = "A setting that matches nothing today can hide a new problem later."
_COST = "The request costs more than the project allows."
_DECLARE = "Declare it in `responses` of the operation, its router or the app, or correct the response."
_REMOVE = "Correct the name in pyproject.toml, or remove the entry."
_BY_HAND: tuple[tuple[str, str, str, str, str, str], ...] = (
    # id, name, summary, meaning, fix, URI
    (
        "XG101",
        "operation-not-requested",
        "No test requests the operation.",
        _COVERED,
        "Write a test that requests it, or let property tests do it (`--xapi-fuzz`).",
        f"{_OPENAPI}#operation-object",
    ),
    (
        "XG102",
        "status-not-answered",
        "No test received a documented status.",
        _COVERED,
        "Write a test that receives the status, or remove it from the document.",
        f"{_OPENAPI}#responses-object",
    ),
    (
        "XG103",
        "parameter-not-covered",
        "A parameter was never sent, never omitted, or never sent at its limits.",
        _COVERED,
        "Send it in tests, or let property tests do it (`--xapi-fuzz`).",
        f"{_OPENAPI}#parameter-object",
    ),
    (
        "XG104",
        "media-type-not-covered",
        "A documented media type was never sent, or never returned.",
        _COVERED,
        "Write a test that uses it, or remove it from the document.",
        f"{_OPENAPI}#media-type-object",
    ),
    (
        "XG105",
        "security-not-covered",
        "A protected operation was never requested with credentials, or never without.",
        _COVERED,
        "Request it both ways: nothing else proves that it is protected.",
        f"{_OPENAPI}#security-requirement-object",
    ),
    (
        "XG106",
        "response-branch-not-covered",
        "An alternative of a response schema was never returned.",
        _COVERED,
        "Write a test that receives it, or remove it from the schema.",
        f"{_OPENAPI}#schema-object",
    ),
    (
        "XG107",
        "useless-coverage-setting",
        "A setting of the gate `coverage` matches nothing in the document.",
        _SETTING,
        _REMOVE,
        f"{_OPENAPI}#operation-object",
    ),
    (
        "XG108",
        "unreadable-document",
        "A part of the document cannot be read, or it has no operations.",
        "What cannot be read cannot be tested.",
        "Correct the document at the location that the message names.",
        _OPENAPI,
    ),
    (
        "XG201",
        "undeclared-status",
        "A response has a status that the document does not declare.",
        _UNDECLARED,
        _DECLARE,
        f"{_OPENAPI}#responses-object",
    ),
    (
        "XG202",
        "undeclared-media-type",
        "A response has a media type that the document does not declare.",
        _UNDECLARED,
        _DECLARE,
        f"{_OPENAPI}#response-object",
    ),
    (
        "XG203",
        "undeclared-header",
        "A header of a response is missing, or violates its schema.",
        _UNDECLARED,
        _DECLARE,
        f"{_OPENAPI}#header-object",
    ),
    (
        "XG204",
        "undeclared-body",
        "The body of a response violates its schema.",
        _UNDECLARED,
        "Return a body that matches the schema, or correct the response model.",
        f"{_OPENAPI}#media-type-object",
    ),
    (
        "XG205",
        "useless-undeclared-setting",
        "An entry of `allow` names no operation of the document.",
        _SETTING,
        _REMOVE,
        f"{_OPENAPI}#operation-object",
    ),
    (
        "XG397",
        "useless-exception",
        "An exception of the contract covers no change.",
        _SETTING,
        "Remove the exception.",
        _OPENAPI,
    ),
    (
        "XG398",
        "expired-exception",
        "An exception of the contract has expired.",
        "The change was accepted until a date that has passed.",
        "Revert the change, update the contract, or set a later date with a reason.",
        _OPENAPI,
    ),
    (
        "XG399",
        "contract-of-no-app",
        "The contract belongs to none of the apps under test.",
        "Nothing was compared.",
        "Name the document of the app under test.",
        f"{_OPENAPI}#info-object",
    ),
    (
        "XG501",
        "latency-over-budget",
        "Responses take longer than their budget.",
        _COST,
        "Profile the operation, or set another budget with a reason.",
        f"{_PYTHON}profile.html",
    ),
    (
        "XG502",
        "blocking-over-budget",
        "Requests block the event loop longer than their budget.",
        _COST,
        "Move synchronous work to a worker thread (`def`), or await an asynchronous library.",
        f"{_PYTHON}asyncio-dev.html#running-blocking-code",
    ),
    (
        "XG503",
        "queries-over-budget",
        "A request sends more SQL statements than its budget.",
        _COST,
        "Load related rows in one statement, with joins or eager loading.",
        "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
    ),
    (
        "XG504",
        "useless-budget",
        "A budget is for an operation that is not in the document.",
        _SETTING,
        _REMOVE,
        f"{_OPENAPI}#operation-object",
    ),
    (
        "XG600",
        "useless-ignore",
        "An entry of `ignore` matches no problem.",
        _SETTING,
        "Remove the entry.",
        _OPENAPI,
    ),
)

_SECURITY = {"security-removed": 7.5, "no-script-tags-in-markdown": 5.4}
"""CVSS 3.1 base scores of the typical case."""

_SEVERITIES: dict[str, Severity] = {"breaking": "error", "risky": "warning", "safe": "note"}


def _texts() -> Iterator[RuleText]:
    for rule, name, summary, meaning, fix, uri in _BY_HAND:
        severity: Severity = "warning" if rule == "XG600" else "error"
        yield RuleText(rule, name, summary, severity, meaning, fix, uri, _tags(rule, name))
    yield from map(_of_change, KINDS)
    yield from map(_of_document, RULES)


def _of_change(kind: Kind) -> RuleText:
    return RuleText(
        id=kind.rule,
        name=kind.name,
        summary=f"{kind.summary}.",
        severity=_SEVERITIES[kind.severity("both")],
        meaning=(
            "The document of the app differs from its contract. For clients the change is "
            f"{kind.for_writers} in a request, and {kind.for_readers} in a response."
        ),
        fix=(
            "Keep the old form next to the new one, or, if the change is intended, update the contract "
            "(`xapi contract update`) or except the change for a while, with a reason."
        ),
        uri=_OPENAPI,
        tags=_tags(kind.rule, kind.name),
        security_severity=_SECURITY.get(kind.name),
    )


def _of_document(rule: Rule) -> RuleText:
    return RuleText(
        id=rule.id,
        name=rule.name,
        summary=f'The document violates the rule "{rule.summary}".',
        severity="note" if rule.level == "off" else rule.level,
        meaning=f"{rule.summary}. Tools and people that read the document rely on it.",
        fix=(
            "Correct the document at the location that the message names, or ignore the rule there, with a "
            "reason, in `[[tool.xapi.gate.rules.ignore]]`."
        ),
        uri=_SPECTRAL if rule.is_of_spectral else _OPENAPI,
        tags=_tags(rule.id, rule.name),
        security_severity=_SECURITY.get(rule.name),
    )


def _tags(rule: str, name: str) -> tuple[str, ...]:
    gate = {"1": "coverage", "2": "undeclared", "3": "contract", "5": "budgets", "6": "rules"}[rule[2]]
    return ("gate", gate, "security") if name in _SECURITY else ("gate", gate)


TEXTS = {text.id: text for text in _texts()}
"""By the id of the rule."""
