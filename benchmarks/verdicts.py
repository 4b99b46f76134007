"""From figures to verdicts: is a target reached, and is a row that was reached before still held?"""

import statistics
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import HERE
from benchmarks.measure import Measured
from benchmarks.rows import ROWS, Kind, Row, Target

HELD = HERE / "held.toml"
REASONS = HERE / "reasons.toml"


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
        if self._meets(self.target.bound, self.noise):
            return "within noise"
        return "not reached" if self.target.beyond else "missed"

    @property
    def missed(self) -> bool:
        """Whether the target is missed by more than the noise."""
        return not self.target.beyond and not self._meets(self.target.bound, self.noise)

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
    if target.of not in measured.samples or target.against not in measured.samples:
        return None, 0.0
    pairs = list(zip(_per_unit(measured, target.of), _per_unit(measured, target.against), strict=True))
    if target.kind is Kind.FASTER:
        values = [theirs / ours for ours, theirs in pairs]
    elif target.kind is Kind.WITHIN:
        values = [ours / theirs for ours, theirs in pairs]
    elif target.kind is Kind.ADDS:
        values = [(ours - theirs) / measured.row.unit.size for ours, theirs in pairs]
    else:
        values = [ours / measured.row.unit.size for ours, _ in pairs]
    return median_and_noise(values)


def _per_unit(measured: Measured, label: str) -> list[float]:
    units = next(one.units for one in measured.row.contenders if one.label == label)
    return [figure / units for figure in measured.samples[label]]


def median_and_noise(values: Sequence[float]) -> tuple[float, float]:
    """The median, and half the width of its 95 % confidence interval.

    The interval is the one between order statistics, which asks nothing of the distribution. With fewer
    than six values it is all of them.
    """
    ordered = sorted(values)
    count = len(ordered)
    outside = max(0, int((count - 1.96 * count**0.5) / 2))
    return statistics.median(ordered), (ordered[count - 1 - outside] - ordered[outside]) / 2


class FileWrong(Exception):
    """``held.toml`` or ``reasons.toml`` does not say what it should; the message says where."""


def read_held(path: Path = HELD, version: tuple[int, int] = sys.version_info[:2]) -> Mapping[str, float]:
    """The rows that are held and what each is held to, in the terms of its main target.

    Args:
        path: The file; its table `on` has other values for later versions of Python.
        version: The version of Python.

    Raises:
        FileWrong: A name is no row with a target, or a value no number.
    """
    read = tomllib.loads(path.read_text())
    held, on = read.get("held", {}), read.get("on", {}).get("{}.{}".format(*version), {})
    if unheld := [name for name in on if name not in held]:
        raise FileWrong(f"{path.name}: {unheld[0]!r} is held on one version alone")
    held |= on
    for name, value in held.items():
        if name not in ROWS or not ROWS[name].targets:
            raise FileWrong(f"{path.name}: {name!r} is no row with a target")
        if not isinstance(value, int | float):
            raise FileWrong(f"{path.name}: {name!r} is held to {value!r}, which is not a number")
    return {name: float(value) for name, value in held.items()}


def read_reasons(path: Path = REASONS) -> Mapping[tuple[str, str], str]:
    """Why targets are missed, by the names of the row and of whoever it is compared with.

    Raises:
        FileWrong: There is no such target, or it has no reason.
    """
    reasons = {}
    for entry in tomllib.loads(path.read_text()).get("missed", []):
        name, against, why = entry.get("row"), entry.get("against"), entry.get("why")
        targets = ROWS[name].targets if name in ROWS else ()
        if against not in {target.against for target in targets if not target.beyond}:
            raise FileWrong(f"{path.name}: row {name!r} has no target against {against!r}")
        if not isinstance(why, str) or not why:
            raise FileWrong(f"{path.name}: row {name!r} against {against!r} has no `why`")
        reasons[name, against] = " ".join(why.split())
    return reasons
