"""From figures to verdicts: is a target reached, and is a row that was reached before still held?"""

import statistics
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import HERE
from benchmarks.measure import Measured
from benchmarks.rows import ROWS, Kind, Row, Target

HELD = HERE / "held.toml"
OURS = "xapi"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one target.

    Attributes:
        row: Its row.
        target: The target.
        value: The median over the rounds of what is compared; None where a contender did not take part.
        noise: How far the median may be off; see `median_and_noise`.
        held: The value that the row is held to, if it is held and the target is its main one.
    """

    row: Row
    target: Target
    value: float | None
    noise: float
    held: float | None

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        if self.value is None:
            return "not measured"
        if self.lost:
            return "LOST"
        if self._meets(self.target.bound, 0.0):
            return "reached"
        return "within noise" if self._meets(self.target.bound, self.noise) else "missed"

    @property
    def lost(self) -> bool:
        """Whether the row is held and misses what it is held to by more than the noise."""
        return self.held is not None and not self._meets(self.held, self.noise)

    def _meets(self, bound: float, allowance: float) -> bool:
        if self.value is None:
            return False
        if self.target.kind is Kind.FASTER:
            return self.value + allowance >= bound
        return self.value - allowance <= bound


def verdicts(measured: Measured, held: Mapping[str, float]) -> list[Verdict]:
    """The verdicts of a row, one for each target."""
    row = measured.row
    return [
        Verdict(row, target, *_compared(measured, target), held.get(row.name) if position == 0 else None)
        for position, target in enumerate(row.targets)
    ]


def _compared(measured: Measured, target: Target) -> tuple[float | None, float]:
    if OURS not in measured.samples or target.against not in measured.samples:
        return None, 0.0
    pairs = list(zip(measured.samples[OURS], measured.samples[target.against], strict=True))
    if target.kind is Kind.FASTER:
        values = [theirs / ours for ours, theirs in pairs]
    elif target.kind is Kind.WITHIN:
        values = [ours / theirs for ours, theirs in pairs]
    else:
        values = [(ours - theirs) / measured.row.unit.size for ours, theirs in pairs]
    return median_and_noise(values)


def median_and_noise(values: Sequence[float]) -> tuple[float, float]:
    """The median, and half the width of its 95 % confidence interval.

    The interval is the one between order statistics, which asks nothing of the distribution. With fewer
    than six values it is all of them.
    """
    ordered = sorted(values)
    count = len(ordered)
    outside = max(0, int((count - 1.96 * count**0.5) / 2))
    return statistics.median(ordered), (ordered[count - 1 - outside] - ordered[outside]) / 2


class HeldFileWrong(Exception):
    """``held.toml`` does not say what it should; the message says where."""


def read_held(path: Path = HELD) -> Mapping[str, float]:
    """The rows that are held and what each is held to, in the terms of its main target.

    Raises:
        HeldFileWrong: A name is no row with a target, or a value no number.
    """
    held = tomllib.loads(path.read_text()).get("held", {})
    for name, value in held.items():
        if name not in ROWS or not ROWS[name].targets:
            raise HeldFileWrong(f"{path.name}: {name!r} is no row with a target")
        if not isinstance(value, int | float):
            raise HeldFileWrong(f"{path.name}: {name!r} is held to {value!r}, which is no number")
    return {name: float(value) for name, value in held.items()}
