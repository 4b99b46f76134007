"""What a rule means, and how to fix what breaks it: for whoever meets its id in a report."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from pytest_xapi.reports.model import Severity

_SOURCES = {"XF": "pytest_xapi.fuzz.model.rule_texts", "XG": "pytest_xapi.gates.rule_texts"}
"""By the first letters of the ids: the modules whose `TEXTS` have the rules. They lie above this package."""


@dataclass(frozen=True)
class RuleText:
    """A rule in words."""

    id: str
    name: str
    """One word for programs: that of the check, of the kind of change, of the rule."""
    summary: str
    """A sentence: what is wrong where the rule is broken."""
    severity: Severity
    """Unless it is set otherwise."""
    meaning: str
    """Why it matters, in a sentence or two."""
    fix: str
    """What to do about it."""
    uri: str
    """The standard, or the page, that says more."""
    tags: tuple[str, ...] = ()
    security_severity: float | None = None
    """From 0 to 10, as CVSS has it, for what lets somebody do what they may not."""


def of(rule: str) -> RuleText:
    """The text of a rule; one that says little for a rule that this version does not know."""
    source = _SOURCES.get(rule[:2])
    texts: dict[str, RuleText] = {} if source is None else import_module(source).TEXTS
    return texts.get(rule) or RuleText(
        id=rule,
        name=rule.lower(),
        summary=f"A rule of another version of xapi: {rule}.",
        severity="warning",
        meaning="The report was written by a version of xapi that has more rules than this one.",
        fix="Read the report with the version that wrote it.",
        uri="https://spec.openapis.org/oas/v3.1.1.html",
    )
