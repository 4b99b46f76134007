"""Tables, for the terminal and for Markdown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured
from benchmarks.peers import PEERS
from benchmarks.rows import GROUPS, Kind, Target
from benchmarks.verdicts import Verdict

EMPTY = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under headings. The first `words` columns are words, the others figures."""

    title: str
    headings: Sequence[str]
    lines: Sequence[Sequence[str]]
    words: int

    def text(self) -> str:
        """For a terminal."""
        rows = [self.headings, *self.lines]
        widths = [max(len(row[column]) for row in rows) for column in range(len(self.headings))]
        printed = ["  ".join(self._aligned(row, widths)).rstrip() for row in rows]
        return "\n".join([self.title, "=" * len(self.title), *printed])

    def markdown(self) -> str:
        """For a document."""
        rule = ["---" if column < self.words else "---:" for column in range(len(self.headings))]
        lines = ["| " + " | ".join(row) + " |" for row in (self.headings, rule, *self.lines)]
        return "\n".join([f"## {self.title}", "", *lines])

    def _aligned(self, row: Sequence[str], widths: Sequence[int]) -> list[str]:
        return [
            cell.ljust(width) if column < self.words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]


def figures_table(group: str, measured: Sequence[Measured]) -> Table:
    """The medians of all contenders in a group of rows."""
    labels = list(
        dict.fromkeys(one.label for each in measured for one in each.row.contenders if one.label != "xapi")
    )
    labels.append("xapi")
    headings = ["row", "what", "unit", *(PEERS[label].title if label in PEERS else label for label in labels)]
    lines = [
        [each.row.name, each.row.title, each.row.unit, *(_figure(each, label) for label in labels)]
        for each in measured
    ]
    return Table(f"{GROUPS[group]}: CPU time and memory, medians", headings, lines, words=3)


def _figure(measured: Measured, label: str) -> str:
    if label in measured.absent:
        return "no"
    if label not in measured.samples:
        return EMPTY
    return number(statistics.median(measured.samples[label]) / measured.row.unit.size)


def verdicts_table(group: str, found: Sequence[Verdict]) -> Table:
    """What was reached beside what is to be reached."""
    headings = ["row", "what", "compared with", "verdict", "reached", "noise", "target", "held to"]
    lines = [
        [
            one.row.name,
            one.row.title,
            comparison(one.target, one.row.unit),
            one.word,
            EMPTY if one.value is None else number(one.value),
            EMPTY if one.value is None else f"±{number(one.noise)}",
            f"{'>=' if one.target.kind is Kind.FASTER else '<='} {one.target.bound:g}",
            EMPTY if one.held is None else f"{one.held:g}",
        ]
        for one in found
    ]
    return Table(f"{GROUPS[group]}: targets", headings, lines, words=4)


def comparison(target: Target, unit: str) -> str:
    """What a target's figure is, in words."""
    title = PEERS[target.against].title if target.against in PEERS else target.against
    words = {
        Kind.FASTER: f"times faster than {title}",
        Kind.WITHIN: f"times the cost of {title}",
        Kind.ADDS: f"{unit} more than {title}",
    }
    return words[target.kind]


def number(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
