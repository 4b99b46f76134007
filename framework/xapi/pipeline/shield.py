"""Code that runs to its end, even if its task is cancelled.

A task is cancelled by a cancel scope (anyio's, on asyncio and trio), again and again until it leaves the
scope, or by asyncio itself (`task.cancel()`: a server that stops, `asyncio.timeout`), once. A scope of our
own keeps the first kind away. Nothing of asyncio's does that with the second: what is cancelled is the future
that the task waits for. So the task is given another future to wait for, which hears of it and says no:

    task            awaits  _Wait            the task's cancel() ends here: refused, and noted
    _Steps          steps   the coroutine    it waits for a future of its own, which nobody else knows
    the coroutine           its end, then the CancelledError that was refused

What the coroutine itself begins may cancel it: a time limit that it sets, a task group that it opens. A
cancel scope that reaches the task is inside of ours. Others are told apart by their context, which goes with
every callback and every task that is started in it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Generator
from contextvars import ContextVar
from typing import Any, TypeVar

import anyio

from xapi.tasks import asyncio_task

T = TypeVar("T")

_BY_SCOPE = "Cancelled via cancel scope"
"""How the message begins with which anyio's scopes cancel a task."""

_inside: ContextVar[object] = ContextVar("xapi_shield", default=None)
"""The shield whose coroutine has begun what runs in this context."""


class Shield:
    """Awaits coroutines, of one thing that is opened and closed, in the task that opens it.

    `refused` is asyncio's cancellation that came while one of them ran to its end. Whoever awaits them raises
    it when that is done: nobody else knows of it any more.
    """

    __slots__ = ("refused",)

    def __init__(self) -> None:
        self.refused: asyncio.CancelledError | None = None

    async def to_the_end(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine that only what it begins itself can cancel.

        The caller keeps cancel scopes away.
        """
        task = asyncio_task()
        if task is None:
            return await coroutine
        before = task.cancelling()
        try:
            result: T = await _ToTheEnd(self, coroutine)
            return result
        finally:
            if (
                task.cancelling() <= before
            ):  # who cancelled it has taken that back, as asyncio's task groups do
                self.refused = None

    async def interruptibly(self, coroutine: Coroutine[Any, Any, T], scope: anyio.CancelScope) -> T:
        """Await a coroutine that can be cancelled where it waits, and then comes to its end.

        It does that in the shielded `scope`, which has been entered in this task and is the innermost one.
        """
        try:
            result: T = await _Interruptibly(self, coroutine, scope)
            return result
        finally:
            scope.shield = False

    def refuse(self, message: Any = None) -> None:
        self.refused = asyncio.CancelledError(*(() if message is None else (message,)))


async def shielded(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine to its end, whatever cancels this task; then raise what asyncio cancelled it with."""
    shield = Shield()
    with anyio.CancelScope(shield=True):
        try:
            result = await shield.to_the_end(coroutine)
        finally:
            if shield.refused is not None:
                raise shield.refused
    return result


class _Steps:
    """Awaits a coroutine; `wait` decides what reaches it while it is suspended."""

    def __init__(self, shield: Shield, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.shield = shield
        self.coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Any = self.coroutine.send
        value: Any = None
        while True:
            token = _inside.set(self.shield)
            try:
                awaited = step(value)
            except StopIteration as ended:
                return ended.value
            finally:
                _inside.reset(token)
                value = None
            try:
                value = yield from self.wait(awaited)
                step = self.coroutine.send
            except BaseException as error:
                step, value = self.coroutine.throw, error

    def wait(self, awaited: Any) -> Generator[Any, Any, Any]:
        """Wait for what the coroutine waits for. What this raises is raised in the coroutine."""
        raise NotImplementedError


class _ToTheEnd(_Steps):
    def wait(self, awaited: Any) -> Generator[Any, Any, Any]:
        return _refusing(self.shield, awaited)


class _Interruptibly(_Steps):
    def __init__(self, shield: Shield, coroutine: Coroutine[Any, Any, Any], scope: anyio.CancelScope) -> None:
        super().__init__(shield, coroutine)
        self.scope = scope
        self.task = asyncio_task()
        self.before = self._cancellations()
        self.is_interrupted = False

    def wait(self, awaited: Any) -> Generator[Any, Any, Any]:
        # Not as soon as it is interrupted: scopes inside of ours have to see first that it was not for them.
        if self.is_interrupted and self.is_cancelled_around():
            if self.task is not None:
                return (yield from _refusing(self.shield, awaited))
            return (yield awaited)
        cancelled = anyio.get_cancelled_exc_class()
        try:
            value = yield awaited
        except cancelled:
            self.is_interrupted = True
            raise
        if isinstance(getattr(value, "error", None), cancelled):  # trio sends an outcome
            self.is_interrupted = True
        return value

    def is_cancelled_around(self) -> bool:
        """Whether what has cancelled the coroutine lies around our scope; then that keeps it away from now
        on.

        Otherwise it was a time limit inside, which may have been left meanwhile.
        """
        if self.scope.shield and self._cancellations() == self.before:
            self.scope.shield = False
        if not self.scope.shield:
            by_scope = anyio.current_effective_deadline() == -math.inf
            self.scope.shield = True
            inside = anyio.current_effective_deadline() == -math.inf
            self.scope.shield = not inside and (by_scope or self._cancellations() > self.before)
        return self.scope.shield

    def _cancellations(self) -> int:
        """How often asyncio was asked to cancel this task, without what was taken back."""
        return 0 if self.task is None else self.task.cancelling()


def _refusing(shield: Shield, awaited: Any) -> Generator[Any, Any, None]:
    """Wait, on asyncio, for a future, or for the next turn of the loop if it is None."""
    wait = _Wait(shield, awaited)
    while not wait.done():
        try:
            yield from wait
        except asyncio.CancelledError as thrown:  # by somebody who steps through this as we do
            shield.refuse(*thrown.args[:1])
    if wait.cancellation is not None:
        raise wait.cancellation


class _Wait(asyncio.Future[None]):
    """What a task waits for in the place of what its code waits for."""

    def __init__(self, shield: Shield, awaited: Any) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop=loop)
        self.shield = shield
        self.awaited = awaited
        self.cancellation: asyncio.CancelledError | None = None
        if awaited is None:
            loop.call_soon(self.end)
        else:
            awaited._asyncio_future_blocking = False  # so `asyncio.Task` says that it has begun to wait
            awaited.add_done_callback(self.end)

    def end(self, awaited: object = None) -> None:
        if not self.done():
            self.set_result(None)

    def cancel(self, msg: Any = None) -> bool:
        """What the task asks when it is cancelled. It is told that this was done, and goes on waiting."""
        by_scope = isinstance(msg, str) and msg.startswith(_BY_SCOPE)
        if not by_scope and _inside.get() is not self.shield:
            self.shield.refuse(msg)
        elif self.awaited is None or not self.awaited.cancel(msg=msg):
            self.cancellation = asyncio.CancelledError(*(() if msg is None else (msg,)))
        return True
