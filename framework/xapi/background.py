"""Background tasks: what is done after the answer is sent."""

from __future__ import annotations

from typing import Any

from starlette.background import BackgroundTask as BackgroundTask
from starlette.background import BackgroundTasks as _BackgroundTasks

from xapi.logger import add_note


class BackgroundTasks(_BackgroundTasks):
    """Tasks that run in order after the answer is sent, plain functions in worker threads.

    The first exception ends them. It goes on to the server, with a note that names its task and those that
    did not run.
    """

    async def __call__(self) -> None:
        for number, task in enumerate(self.tasks, start=1):
            try:
                await task()
            except Exception as error:
                left = ", ".join(_name(other) for other in self.tasks[number:])
                add_note(error, f"in the background task {_name(task)}" + (left and f"; not run: {left}"))
                raise


def _name(task: BackgroundTask) -> str:
    function: Any = getattr(task, "func", task)
    return f"{getattr(function, '__qualname__', type(function).__qualname__)}()"
