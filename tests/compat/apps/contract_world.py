"""What the five apps of the contract share: what they note, and where their requests meet."""

from __future__ import annotations

import anyio


class World:
    """The notes of one app."""

    def __init__(self) -> None:
        self.is_started = False
        self.is_stopped = False
        self.done: list[str] = []
        self.cancelled: list[str] = []
        self._inside = 0
        self._all_inside: anyio.Event | None = None

    async def meet(self, number: int) -> int:
        """Wait until so many requests are here at the same time."""
        if self._all_inside is None:
            self._all_inside = anyio.Event()
        self._inside += 1
        if self._inside == number:
            self._all_inside.set()
        await self._all_inside.wait()
        return self._inside

    async def wait_for_ever(self) -> None:
        """Wait to be cancelled, and note it."""
        try:
            await anyio.sleep_forever()
        finally:
            self.cancelled.append("slow")
