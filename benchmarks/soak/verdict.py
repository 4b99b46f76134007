"""From the figures of the rounds to a verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

RESIDENT_GROWTH = 0.02
OBJECTS_GROWTH = 0.005
"""What counts as flat: there are always some that a cache or a pool has kept."""
MOST_LINES = 100


@dataclass(frozen=True)
class Round:
    """What one round did, and what the server held after it."""

    resident: int
    """Bytes."""
    objects: int
    kinds: Counter[str]
    """The objects by their type."""
    files: int
    set_up: int
    torn_down: int
    done: Counter[str]
    errors: list[str] = field(default_factory=list)


def faults(rounds: Sequence[Round], log: str, growing_after: int | None) -> Iterator[str]:
    """What is wrong, if anything is.

    Args:
        rounds: At least one.
        log: What the server has written: warnings and errors.
        growing_after: How many rounds were for warming up; `None` if the run is too short to say what grows.
    """
    for error in dict.fromkeys(error for one in rounds for error in one.errors):
        yield f"a visitor was not served: {error}"
    if complaints := log.strip().splitlines():
        yield "\n".join([f"the server complains, in {len(complaints)} lines:", *complaints[:MOST_LINES]])
    for number, one in enumerate(rounds, 1):
        if one.set_up != one.torn_down:
            yield f"round {number}: of {one.set_up} dependencies {one.torn_down} were torn down"
    if growing_after is not None:
        counting = rounds[growing_after:]
        yield from _growth(counting[max(len(counting) // 4, 1) - 1], counting[-1])


def _growth(first: Round, last: Round) -> Iterator[str]:
    resident = last.resident / first.resident - 1
    if resident >= RESIDENT_GROWTH:
        yield f"resident memory has grown by {resident:.1%}; less than {RESIDENT_GROWTH:.0%} is allowed"
    objects = last.objects / first.objects - 1
    if objects >= OBJECTS_GROWTH:
        more = (last.kinds - first.kinds).most_common(5)
        kinds = ", ".join(f"{count} {kind}" for kind, count in more)
        yield f"live objects have grown by {objects:.2%}, among them {kinds}"
