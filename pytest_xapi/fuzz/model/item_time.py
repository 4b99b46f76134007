"""The time that one item has: for sending, and for making small what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

_FOR_FINDINGS = 0.4
"""The part of its time that an item keeps for what it has found."""


@dataclass(frozen=True)
class ItemTime:
    """From when to when an item may run, on the clock of `perf_counter`."""

    started: float
    until: float = float("inf")

    @property
    def is_up(self) -> bool:
        """Whether nothing may be sent any more."""
        return perf_counter() >= self.until

    def sending_until(self, has_findings: bool) -> float:
        """When to stop sending cases: what has been found is to be made small in the same time."""
        if self.until == float("inf") or not has_findings:
            return self.until
        return self.until - _FOR_FINDINGS * (self.until - self.started)

    @property
    def half(self) -> float:
        """When one half of it is over."""
        return self.until if self.until == float("inf") else (self.started + self.until) / 2

    def minimizing_until(self, findings: int) -> float:
        """When to stop making the next finding small, if there are so many of them."""
        now = perf_counter()
        return now + max(0.0, self.until - now) / findings
