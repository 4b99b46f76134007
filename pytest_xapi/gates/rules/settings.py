"""`[tool.xapi.gate.rules]`: how severe rules are, how names are written, what is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_xapi.gates import waivers
from pytest_xapi.gates.rules.api import Finding
from pytest_xapi.gates.rules.catalog import BY_ID, BY_NAME, LEVELS, RULES, Level, Rule
from pytest_xapi.gates.rules.naming import DEFAULTS, STYLES, SUBJECTS
from pytest_xapi.gates.tables import Table
from pytest_xapi.gates.waivers import Waiver
from pytest_xapi.settings import suggestion

GATE = "rules"
FAILING: tuple[Level, ...] = ("error", "warning", "note")


class Ignored(Waiver):
    """Where a rule need not hold."""

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding."""
        return self.holds(finding.rule, (finding.operation,), finding.pointer)


@dataclass(frozen=True)
class RuleSettings:
    """What is set for the rules."""

    fails_on: Level = "error"
    levels: Mapping[str, Level] = field(default_factory=lambda: {rule.name: rule.level for rule in RULES})
    """By the name of the rule."""
    styles: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    """By the subject of names."""
    ignored: tuple[Ignored, ...] = ()


def read(table: Table) -> RuleSettings:
    """The settings of the gate.

    Raises:
        SettingsError: a value is wrong.
    """
    fails_on = table.text("fails-on", FAILING)
    styles = dict(_styles(table))
    levels: dict[str, Level] = {rule.name: rule.level for rule in RULES}
    # A style that is given is meant to be kept.
    levels |= {f"{subject}-naming": "warning" for subject in styles}
    levels |= dict(_levels(table))
    return RuleSettings(
        fails_on=next((level for level in FAILING if level == fails_on), "error"),
        levels=levels,
        styles=DEFAULTS | styles,
        ignored=tuple(_ignored(row) for row in table.rows("ignore")),
    )


def _levels(table: Table) -> Iterator[tuple[str, Level]]:
    written = table.value("severity")
    if written is not None and not isinstance(written, dict):
        raise table.refuse("severity", f"give a table of rules, not {written!r}")
    for name, value in (written or {}).items():
        rule = _rule(name, table, "severity")
        level = next((level for level in LEVELS if level == value), None)
        if level is None:
            raise table.refuse(f"severity.{name}", f"give one of {', '.join(LEVELS)}, not {value!r}")
        yield rule.name, level


def _styles(table: Table) -> Iterator[tuple[str, str]]:
    part = table.table("naming")
    for subject in SUBJECTS:
        style = part.text(subject)
        if style is None:
            continue
        try:
            re.compile(style)
        except re.error as error:
            known = ", ".join(STYLES)
            message = f"give one of {known}, or a regular expression, not {style!r}: {error}"
            raise part.refuse(subject, message) from error
        yield subject, style


def _ignored(row: Table) -> Ignored:
    rule = _rule(row.text("rule"), row, "rule")
    reason = waivers.reason(row, "the rule need not hold")
    return Ignored(rule.name, reason, row.text("operation"), row.text("pointer"))


def _rule(name: str | None, table: Table, key: str) -> Rule:
    """A rule by its name or id."""
    rule = BY_NAME.get(name or "") or BY_ID.get(name or "")
    if rule is None:
        near = suggestion(name or "", tuple(BY_NAME))
        raise table.refuse(key, f"there is no rule {name!r}{near}; docs/contract.md lists them")
    return rule
