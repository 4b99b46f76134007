"""What a worker can be asked to run, and how its time is taken."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request, as far as peers have to agree on it.

    Attributes:
        status: The HTTP status code; 0 where there is none.
        media_type: The content type without its parameters.
        content: The body as text.
        marks: The response headers that begin with ``x-``, sorted.
    """

    status: int
    media_type: str
    content: str
    marks: list[tuple[str, str]]


class WrongAnswer(Exception):
    """A timed request did not get the answer that it should."""


class Load(Protocol):
    """One work item, ready to run."""

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """Sends the requests of these numbers and says what came back."""

    def run(self, count: int) -> int:
        """Does the work `count` times, each time with another request.

        Returns:
            The CPU time of the process, in nanoseconds.

        Raises:
            WrongAnswer: The work was not done.
        """

    def close(self) -> None:
        """Ends what runs."""


@dataclass(slots=True)
class Stopwatch:
    """What `timed` has measured."""

    nanoseconds: int = 0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Takes the CPU time of the whole process, all its threads included.

    Garbage is collected before, and what is alive then is frozen, so that collections during the round walk
    only over what the round itself made. The collector stays on: a framework pays for the cycles it leaves.
    """
    watch = Stopwatch()
    gc.collect()
    gc.freeze()
    try:
        started = time.process_time_ns()
        yield watch
        watch.nanoseconds = time.process_time_ns() - started
    finally:
        gc.unfreeze()
