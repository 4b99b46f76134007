"""What was sent to an app so far: what it keeps beyond a restart has come from there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_xapi.fuzz.model.cases import Outcome

_MOST = 2_000
_LONGEST = 20_000


class History:
    """The last requests that were not refused, of a size that can be kept."""

    def __init__(self) -> None:
        self._kept: deque[Outcome] = deque(maxlen=_MOST)
        self._is_paused = False

    def note(self, outcome: Outcome) -> None:
        """Keep what may have changed something; what was refused has not."""
        status = outcome.answer.status
        is_refused = 400 <= status < 500 and not outcome.failed
        is_large = len(outcome.request.body) + len(outcome.answer.body) > _LONGEST
        if not (self._is_paused or is_refused or is_large):
            self._kept.append(outcome)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep nothing in this block: what is sent again is there already."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def __iter__(self) -> Iterator[Outcome]:
        """What is kept, in order."""
        return iter(self._kept)
