"""The rules of the gates in words: what a problem means, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.gates.contract.kinds import KINDS, Kind
from pytest_xapi.gates.rules.catalog import RULES, Rule
from pytest_xapi.reports.model import Severity
from pytest_xapi.reports.rule_texts import RuleText

_OPENAPI = "https://spec.openapis.org/oas/v3.1.1.html"
_SPECTRAL = "https://docs.stoplight.io/docs/spectral/4dec24461f3af-open-api-rules"
_PYTHON = "https://docs.python.org/3/library/"

_COVERED = "Nobody knows whether it works as documented, and it may break unnoticed."
_UNDECLARED = "Clients that were generated from the document do not expect this answer."
_SETTING = "A setting that holds for nothing hides what it will hold for one day."
_COST = "It costs more than the project has said that a request may cost."
_DECLARE = (
    "Declare it in `responses` of the operation, its router or the app; or answer as the document says."
)
_REMOVE = "Correct the name in pyproject.toml, or remove the entry."
_BY_HAND: tuple[tuple[str, str, str, str, str, str], ...] = (
    # id, name, summary, meaning, mend, URI
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
        "No test has got a documented status.",
        _COVERED,
        "Write a test that gets the status, or take it out of the document.",
        f"{_OPENAPI}#responses-object",
    ),
    (
        "XG103",
        "parameter-not-covered",
        "A parameter was not given, not left out, or not sent at its limits.",
        _COVERED,
        "Send it in tests, or let property tests do it (`--xapi-fuzz`).",
        f"{_OPENAPI}#parameter-object",
    ),
    (
        "XG104",
        "media-type-not-covered",
        "A documented media type was not sent, or not answered.",
        _COVERED,
        "Write a test that uses it, or take it out of the document.",
        f"{_OPENAPI}#media-type-object",
    ),
    (
        "XG105",
        "security-not-covered",
        "A protected operation was not requested with credentials, or not without.",
        _COVERED,
        "Request it both ways: nothing else shows that it is protected.",
        f"{_OPENAPI}#security-requirement-object",
    ),
    (
        "XG106",
        "response-branch-not-covered",
        "An alternative of a response's schema was never answered.",
        _COVERED,
        "Write a test that gets it, or take it out of the schema.",
        f"{_OPENAPI}#schema-object",
    ),
    (
        "XG107",
        "useless-coverage-setting",
        "A setting of the gate `coverage` is about nothing in the document.",
        _SETTING,
        _REMOVE,
        f"{_OPENAPI}#operation-object",
    ),
    (
        "XG108",
        "unreadable-document",
        "A part of the document cannot be read, or it has no operations.",
        "What cannot be read cannot be tested either.",
        "Correct the document at the place that is named.",
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
        "A header of a response is missing, or breaks its schema.",
        _UNDECLARED,
        _DECLARE,
        f"{_OPENAPI}#header-object",
    ),
    (
        "XG204",
        "undeclared-body",
        "The body of a response breaks its schema.",
        _UNDECLARED,
        "Return what the schema says, or correct the response model.",
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
        "The change was to be accepted for a while, which is over.",
        "Undo the change, write the contract anew, or give a later date with a reason.",
        _OPENAPI,
    ),
    (
        "XG399",
        "contract-of-no-app",
        "The contract is that of none of the apps under test.",
        "Nothing was compared.",
        "Name the document of the app under test.",
        f"{_OPENAPI}#info-object",
    ),
    (
        "XG501",
        "latency-over-budget",
        "Answers take longer than their budget.",
        _COST,
        "Profile the operation, or set another budget with a reason.",
        f"{_PYTHON}profile.html",
    ),
    (
        "XG502",
        "blocking-over-budget",
        "Requests hold the event loop longer than their budget.",
        _COST,
        "Move synchronous work to a worker thread (`def`), or await an asynchronous library.",
        f"{_PYTHON}asyncio-dev.html#running-blocking-code",
    ),
    (
        "XG503",
        "queries-over-budget",
        "A request sends more SQL statements than its budget.",
        _COST,
        "Load what belongs together in one statement: joins, or eager loading.",
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
    ("XG600", "useless-ignore", "What is ignored does not occur.", _SETTING, "Remove the entry.", _OPENAPI),
)

_SECURITY = {"security-removed": 7.5, "no-script-tags-in-markdown": 5.4}
"""CVSS 3.1 base scores of the typical case."""

_SEVERITIES: dict[str, Severity] = {"breaking": "error", "risky": "warning", "safe": "note"}


def _texts() -> Iterator[RuleText]:
    for rule, name, summary, meaning, mend, uri in _BY_HAND:
        severity: Severity = "warning" if rule == "XG600" else "error"
        yield RuleText(rule, name, summary, severity, meaning, mend, uri, _tags(rule, name))
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
        mend=(
            "Keep the old form beside the new one, or, if the change is wanted, write the contract anew "
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
        summary=f'The document breaks the rule "{rule.summary}".',
        severity="note" if rule.level == "off" else rule.level,
        meaning=f"{rule.summary}. Tools and people that read the document rely on it.",
        mend=(
            "Correct the document at the place that is named, or ignore it there, with a reason, in "
            "`[[tool.xapi.gate.rules.ignore]]`."
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
