"""Background tasks, which run after the response is sent."""

from __future__ import annotations

from itertools import islice
from typing import Any

from starlette.background import BackgroundTask as BackgroundTask
from starlette.background import BackgroundTasks as _BackgroundTasks

from xapi.logger import add_note

__all__ = ["BackgroundTask", "BackgroundTasks"]


class BackgroundTasks(_BackgroundTasks):
    """Tasks that run in order after the answer is sent, plain functions in worker threads.

    The first exception ends them. It goes on to the server, with a note that names its task and those that
    did not run.
    """

    _begun: int | None = None
    """How many were begun when they ran last."""

    async def __call__(self) -> None:
        await self._run_from(0)

    async def run_late(self) -> None:
        """Run the tasks that were added after the others had run."""
        if self._begun is not None and self._begun < len(self.tasks):
            await self._run_from(self._begun)

    async def _run_from(self, start: int) -> None:
        self._begun = start
        for number, task in enumerate(islice(self.tasks, start, None), start=start + 1):
            self._begun = number
            try:
                await task()
            except Exception as error:
                left = ", ".join(_name(other) for other in self.tasks[number:])
                add_note(error, f"in the background task {_name(task)}" + (left and f"; not run: {left}"))
                raise


def _name(task: BackgroundTask) -> str:
    function: Any = getattr(task, "func", task)
    return f"{getattr(function, '__qualname__', type(function).__qualname__)}()"
