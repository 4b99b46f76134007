"""Tables, for the terminal and for Markdown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured
from benchmarks.peers import PEERS
from benchmarks.rows import GROUPS, Kind, Row, Target
from benchmarks.verdicts import Verdict

EMPTY = "-"
NO_REASON = "no reason is known"


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


def _figure(measured: Measured, label: str, units: int = 1) -> str:
    if label in measured.absent:
        return "no"
    if label not in measured.samples:
        return EMPTY
    return number(statistics.median(measured.samples[label]) / measured.row.unit.size / units)


def growth_table(measured: Measured) -> Table:
    """The medians of a row of growth: a line for each peer, a column for each size."""
    row = measured.row
    sizes = list(dict.fromkeys(one.size for one in row.contenders))
    lines = []
    for peer in dict.fromkeys(one.peer for one in row.contenders):
        of_peer = [one for one in row.contenders if one.peer == peer]
        lines.append([PEERS[peer].title, row.unit, *(_figure(measured, one.label) for one in of_peer)])
        if row.per:
            each = [_figure(measured, one.label, one.units) for one in of_peer]
            lines.append([f"{PEERS[peer].title}, per {row.per}", row.unit, *each])
    return Table(f"{GROUPS[row.group]}: {row.title} ({row.name})", ["", "unit", *sizes], lines, words=2)


def reasons_table(missed: Sequence[Verdict], reasons: Mapping[tuple[str, str], str]) -> Table:
    """What is missed by more than the noise, and why."""
    lines = [
        [
            one.row.name,
            comparison(one.target, one.row),
            EMPTY if one.value is None else number(one.value),
            bound(one.target),
            reasons.get((one.row.name, one.target.against), NO_REASON),
        ]
        for one in missed
    ]
    return Table("Missed, and why", ["row", "compared with", "reached", "target", "why"], lines, words=5)


def verdicts_table(group: str, found: Sequence[Verdict]) -> Table:
    """What was reached beside what is to be reached."""
    headings = ["row", "what", "compared with", "verdict", "reached", "noise", "target", "held to"]
    lines = [
        [
            one.row.name,
            one.row.title,
            comparison(one.target, one.row),
            one.word,
            EMPTY if one.value is None else number(one.value),
            EMPTY if one.value is None else f"±{number(one.noise)}",
            bound(one.target),
            EMPTY if one.held is None else f"{one.held:g}",
        ]
        for one in found
    ]
    return Table(f"{GROUPS[group]}: targets", headings, lines, words=4)


def bound(target: Target) -> str:
    """What is to be reached, or would be beyond it."""
    sign = ">=" if target.kind is Kind.FASTER else "<="
    return f"{'beyond: ' if target.beyond else ''}{sign} {target.bound:g}"


def comparison(target: Target, row: Row) -> str:
    """What a target's figure is, in words."""
    title = PEERS[target.against].title if target.against in PEERS else target.against
    if target.of != "xapi":
        by_label = {one.label: one for one in row.contenders}
        theirs, ours = by_label[target.against], by_label[target.of]
        peer = "" if theirs.peer == ours.peer else f" of {PEERS[theirs.peer].title}"
        size = "" if theirs.size == ours.size else f"{theirs.size}, at "
        return f"times the cost{peer} per {row.per or 'request'} at {size}{ours.size}"
    words = {
        Kind.FASTER: f"times faster than {title}",
        Kind.WITHIN: f"times the cost of {title}",
        Kind.ADDS: f"{row.unit} more than {title}",
        Kind.MOST: f"{row.unit} more than before",
    }
    return words[target.kind]


def number(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
