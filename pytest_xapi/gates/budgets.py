"""The gate `budgets`: what the requests of an operation may cost.

| rule | what costs too much |
|---|---|
| XG501 | the median time of its answers 2xx, as a multiple of a fixed piece of work on the same machine |
| XG502 | the time for which it does not give control back to the event loop, in two requests or more |
| XG503 | the SQL statements of one request |
| XG504 | a budget for an operation that is not in the document |

Latency is decided by a one-sided sign test: if the median were within the budget, each answer would be
above it with a chance of at most one half, so that many of them are unlikely. An operation fails if so
many, or more, come by chance with a probability below the error rate, divided by the number of operations
that are tested (Bonferroni): so the error rate is the chance, at most, that a run fails although every
median is within its budget. The answers of an operation are taken as independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import comb, log2
from statistics import median
from typing import Any

from pytest_xapi.gates.evidence import apps_to_judge
from pytest_xapi.gates.measures import Measures
from pytest_xapi.gates.problems import place_of, pointer_to
from pytest_xapi.gates.tables import Table
from pytest_xapi.reports.model import Problem, Verdict
from pytest_xapi.words import counted
from xapi.openapi.reader import Document

_ERROR_RATE = 0.01


@dataclass(frozen=True)
class Budget:
    """What a request may cost; None where it does not matter."""

    latency: float | None
    """The median, as a multiple of the calibration."""
    blocking: float | None
    """Seconds."""
    queries: float | None


@dataclass(frozen=True)
class BudgetSettings:
    """The budgets."""

    all: Budget
    operations: Mapping[str, Budget]
    """What holds instead for single operations, by label."""
    error_rate: float

    @property
    def measures(self) -> Measures:
        """What has to be measured for them."""
        budgets = (self.all, *self.operations.values())
        return Measures(
            latency=any(budget.latency is not None for budget in budgets),
            blocking=any(budget.blocking is not None for budget in budgets),
            queries=any(budget.queries is not None for budget in budgets),
        )

    def of(self, operation: str) -> Budget:
        """The budget of an operation."""
        return self.operations.get(operation, self.all)


def read(table: Table) -> BudgetSettings:
    """The settings of this gate."""
    general = _budget(table)
    own = {name: _budget(part, general) for name, part in table.tables("operations").items()}
    rate = table.number("error-rate", _ERROR_RATE, most=0.5)
    if not rate:
        raise table.refuse("error-rate", "give a chance above 0: nothing that is measured is certain")
    return BudgetSettings(general, own, rate)


def _budget(table: Table, general: Budget | None = None) -> Budget:
    own = Budget(table.number("latency"), table.number("blocking"), table.number("queries"))
    if general is None:
        return own
    return replace(general, **{name: value for name, value in vars(own).items() if value is not None})


def judge(settings: BudgetSettings, evidence: Mapping[str, Any]) -> Verdict | None:
    """Fails if an operation costs more than its budget; None where there are no budgets."""
    if settings.measures == Measures():
        return None
    apps = apps_to_judge(evidence)
    timed = _timed(settings, apps)
    problems = [*_useless(settings, apps)]
    for app in apps.values():
        for label, seen in app["operations"].items():
            budget = settings.of(label)
            for rule, message in _excesses(budget, seen, settings.error_rate / max(1, len(timed))):
                place = place_of(app, label)
                problems.append(
                    Problem(rule, "error", message, label, pointer_to(label), place, identity=rule)
                )
    over = len({problem.operation for problem in problems if problem.operation})
    return Verdict(
        gate="budgets",
        passed=not problems,
        figure=f"{counted(over, 'operation')} over budget{_undecided(settings, apps, len(timed))}",
        threshold="none",
        problems=tuple(problems),
    )


def _excesses(budget: Budget, seen: Mapping[str, Any], error_rate: float) -> Iterator[tuple[str, str]]:
    ratios = seen["ratios"]
    if budget.latency is not None and ratios:
        above = sum(ratio > budget.latency for ratio in ratios)
        chance = chance_of_as_many(above, len(ratios))
        if chance <= error_rate:
            yield (
                "XG501",
                f"takes {median(ratios):.1f} times the calibration (median of {len(ratios)} answers), "
                f"the budget is {budget.latency:g}; {above} are above it, by chance with p = {chance:.2g}",
            )
    if budget.blocking is not None and len(seen["blocking"]) > 1 and seen["blocking"][1] > budget.blocking:
        longest = ", ".join(f"{seconds:.3f}" for seconds in seen["blocking"])
        yield (
            "XG502",
            f"blocks the event loop longer than {budget.blocking:g} s: its longest requests for {longest} s",
        )
    if budget.queries is not None and seen["queries"][0] > budget.queries:
        yield "XG503", f"sends {_most_queries(seen, budget.queries)}, the budget is {budget.queries:g}"


def _most_queries(seen: Mapping[str, Any], budget: float) -> str:
    """The request that sends the most; one of a test written by hand, which can be shown, comes first."""
    most, test, asked = seen["queries_by_hand"]
    if most > budget:
        return f"{most} SQL statements to answer {asked} in {test}"
    most, test = seen["queries"]
    return f"{most} SQL statements in one request of {test}"


def chance_of_as_many(above: int, whole: int) -> float:
    """The chance that of `whole` coins as many as `above`, or more, show heads."""
    return float(sum(comb(whole, number) for number in range(above, whole + 1)) / 2**whole)


def _timed(settings: BudgetSettings, apps: Mapping[str, Any]) -> list[Any]:
    """The measured times of each operation that has a budget for them."""
    return [
        seen["ratios"]
        for app in apps.values()
        for label, seen in app["operations"].items()
        if settings.of(label).latency is not None and seen["ratios"]
    ]


def _undecided(settings: BudgetSettings, apps: Mapping[str, Any], number: int) -> str:
    """Whether some operations had too few answers for any decision."""
    if not number:
        return ""
    fewest = -log2(settings.error_rate / number)
    few = sum(len(ratios) < fewest for ratios in _timed(settings, apps))
    return f", {few} with too few answers to tell" if few else ""


def _useless(settings: BudgetSettings, apps: Mapping[str, Any]) -> Iterator[Problem]:
    labels = {operation.label for app in apps.values() for operation in Document(app["document"]).operations}
    for label in settings.operations:
        if label not in labels:
            message = (
                f"[tool.xapi.gate.budgets.operations] has {label!r}, "
                "which is not an operation of the document"
            )
            yield Problem("XG504", "error", message, identity=label)
