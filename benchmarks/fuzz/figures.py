"""From runs to tables."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.fuzz.runs import TOOLS, Run
from benchmarks.fuzz.target import Bug
from benchmarks.tables import EMPTY, Table, number


@dataclass(frozen=True)
class Figures:
    """All runs on the corpus.

    Attributes:
        bugs: Those that were looked for.
        seeds: What the cases followed from.
        budgets: Seconds.
        runs: Of both tools, on buggy apps and on clean twins.
        by_processor: Seconds of processor time, not of wall time.
    """

    bugs: Sequence[Bug]
    seeds: Sequence[int]
    budgets: Sequence[float]
    runs: Sequence[Run]
    by_processor: bool = False

    def of(self, tool: str, fixed: bool = False, bug: Bug | None = None) -> Iterable[Run]:
        """The runs of a tool, or of a tool on one app."""
        for run in self.runs:
            job = run.job
            if (job.tool, job.fixed) == (tool, fixed) and bug in (None, self._bug(run)):
                yield run

    def took(self, run: Run, with_start: bool = False) -> float | None:
        """Seconds until the bug had shown itself; `None` if it was not reported."""
        bug = self._bug(run)
        seconds = run.took(bug.operation, bug.checks, self.by_processor)
        if seconds is None or not with_start:
            return seconds
        return run.processor["shown"] if self.by_processor else run.shown

    def found(self, tool: str, budget: float, stateful: bool = False, with_start: bool = False) -> list[int]:
        """How many bugs were found within a budget, for each seed."""
        counts = dict.fromkeys(self.seeds, 0)
        for run in self.of(tool):
            seconds = self.took(run, with_start)
            counted = self._bug(run).stateful or not stateful
            if counted and seconds is not None and seconds <= budget:
                counts[run.job.seed] += 1
        return list(counts.values())

    def false_alarms(self, tool: str) -> dict[str, set[tuple[str, str]]]:
        """What was reported of clean twins, by app."""
        found: dict[str, set[tuple[str, str]]] = {}
        for run in self.of(tool, fixed=True):
            if run.found:
                found.setdefault(run.job.app, set()).update(run.found)
        return found

    def _bug(self, run: Run) -> Bug:
        return next(bug for bug in self.bugs if bug.name == run.job.app)


def summary(figures: Figures) -> Table:
    """One line for each tool and kind of bugs."""
    headings = ["what", "tool", *(f"after {budget:g} s" for budget in figures.budgets), "of"]
    stateful = [bug for bug in figures.bugs if bug.stateful]
    kinds = (
        ("bugs found", False, False, len(figures.bugs)),
        ("stateful ones", True, False, len(stateful)),
        ("bugs found, start-up counted", False, True, len(figures.bugs)),
    )
    lines = [
        [
            title,
            tool,
            *(_median_and_worst(figures.found(tool, one, only, start)) for one in figures.budgets),
            str(of),
        ]
        for title, only, start, of in kinds
        for tool in TOOLS
    ]
    seeds = f"{len(figures.seeds)} seed{'s' * (len(figures.seeds) > 1)}"
    clock = ", seconds of processor time" * figures.by_processor
    return Table(f"Planted bugs found: median and worst over {seeds}{clock}", headings, lines, words=2)


def rates(figures: Figures) -> Table:
    """How much was sent, and what was reported without a reason."""
    lines = []
    for tool in TOOLS:
        runs = list(figures.of(tool)) + list(figures.of(tool, fixed=True))
        each = [run.distinct / run.seconds for run in runs if run.seconds]
        alarms = figures.false_alarms(tool)
        lines.append(
            [
                tool,
                str(sum(run.distinct for run in runs)),
                number(statistics.median(each)) if each else EMPTY,
                str(len(alarms)),
                str(sum(not run.ended for run in runs)),
            ]
        )
    headings = ["tool", "distinct requests", "a second, median", "clean twins with alarms", "runs cut off"]
    return Table("Requests and false alarms", headings, lines, words=1)


def details(figures: Figures) -> Table:
    """One line for each bug."""
    lines = []
    for bug in figures.bugs:
        cells = []
        for tool in TOOLS:
            taken = [figures.took(run) for run in figures.of(tool, bug=bug)]
            found = [seconds for seconds in taken if seconds is not None]
            cells += [f"{len(found)}/{len(taken)}", number(statistics.median(found)) if found else EMPTY]
        lines.append([bug.name, bug.framework, bug.classification, *cells])
    headings = ["bug", "framework", "class"]
    headings += [f"{tool}: {what}" for tool in TOOLS for what in ("seeds", "s")]
    return Table("Each bug: by how many seeds it was found, and after how long", headings, lines, words=3)


def alarms(figures: Figures) -> Table:
    """What was reported of clean twins."""
    lines = [
        [tool, app, operation, check]
        for tool in TOOLS
        for app, found in figures.false_alarms(tool).items()
        for operation, check in sorted(found)
    ]
    return Table("Reported of clean twins", ["tool", "app", "operation", "check"], lines, words=4)


def _median_and_worst(counts: Sequence[int]) -> str:
    return f"{statistics.median(counts):g} ({min(counts)})"
