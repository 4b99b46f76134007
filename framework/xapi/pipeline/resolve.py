"""Running dependency generators: the code before `yield` in order, the code after it in reverse order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar
from typing import Any

import anyio

from xapi.exceptions import DependencyError
from xapi.logger import add_note
from xapi.pipeline.held import END, Held, HeldInThread, Open, close, name_of, yielded_twice
from xapi.tasks import asyncio_task

passing_through: ContextVar[Callable[[Any], None] | None] = ContextVar("xapi_passing_through", default=None)
"""Is told of each generator that has let an exception through, for tests of what follows its `yield`."""


async def enter_async(generator: AsyncGenerator[Any, None], opened: list[Open]) -> Any:
    """Run an async generator that never waits to its `yield`, and note that it is open."""
    try:
        value = await anext(generator)
    except StopAsyncIteration:
        raise _without_yield(generator) from None
    opened.append(generator)
    return value


async def enter_waiting(generator: AsyncGenerator[Any, None], opened: list[Open]) -> Any:
    """The same with one that may wait, and so be cancelled.

    It has to be left in this task, and before any cancel scope that is open now.
    """
    held = Held(generator)
    value = await held.enter()
    if value is END:
        await held.leave(None)
        raise _without_yield(generator)
    opened.append(held)
    if held.refused is not None:
        raise held.refused
    return value


async def enter_loosely(generator: AsyncGenerator[Any, None], opened: list[Open]) -> Any:
    """The same where code in between may leave scopes, or be in another task, before it is left."""
    try:
        return await enter_waiting(generator, opened)
    finally:
        held = opened[-1] if opened else None
        if isinstance(held, Held) and held.generator is generator:
            held.leave_scope()


async def enter_in_thread(generator: Generator[Any, None, None], opened: list[Open]) -> Any:
    """Run a sync generator to its `yield`, in a worker thread, and note that it is open."""
    value = await HeldInThread(generator).enter(opened)
    if value is END:
        raise _without_yield(generator)
    return value


def _without_yield(generator: Any) -> DependencyError:
    """The error of a generator that has ended before it was open."""
    return DependencyError(f"{name_of(generator)}() ended without a yield: it must yield once")


async def leave(opened: list[Open]) -> None:
    """Run what follows the `yield` of each open generator, the last one first, whatever cancels this task."""
    error: BaseException | None = None
    # Nearly always there is nothing else to do but this: `_close_all`, for asynchronous ones that just end.
    while opened and error is None and hasattr(opened[-1], "__anext__"):
        generator: Any = opened.pop()
        try:
            if await anext(generator, END) is not END:
                raise yielded_twice(generator)
        except BaseException as raised:
            error = _noted(generator, raised)
    if opened:
        error, _ = await _close_all(opened, error)
    if error is not None:
        raise error


async def leave_with(opened: list[Open], error: BaseException) -> BaseException:
    """Throw `error` into each open generator, the last one first, whatever cancels this task.

    Returns what is to be raised: `error` itself, what a generator raised instead, or, if one of them
    swallowed it, a DependencyError that says so. A cancellation that still holds cannot be swallowed.
    """
    left, swallowed = await _close_all(opened, error)
    if left is None and isinstance(error, anyio.get_cancelled_exc_class()) and _is_cancelled():
        return error
    return next(found for found in (left, swallowed, error) if found is not None)


def _is_cancelled() -> bool:
    """Whether this task is still cancelled, and not only was it, by a time limit that has been left."""
    task = asyncio_task()
    return (task is not None and task.cancelling() > 0) or anyio.get_current_task().has_pending_cancellation()


async def _close_all(
    opened: list[Open], error: BaseException | None
) -> tuple[BaseException | None, DependencyError | None]:
    """Close generators, the last one first; gives what they leave to be raised, and what to tell if one of
    them swallowed an exception.
    """
    told = None
    while opened:
        held = opened.pop()
        generator: Any = getattr(held, "generator", None)
        try:
            if isinstance(held, AsyncGenerator):
                generator = held
                swallowed = await close(held, error)
            else:
                swallowed = await held.leave(error)
        except BaseException as raised:
            if raised is not error:
                error = raised if generator is None else _noted(generator, raised)
            elif (told_of := passing_through.get()) is not None:
                told_of(generator)
        else:
            if swallowed and error is not None:
                told, error = _swallowed(generator, error), None
        refused = getattr(held, "refused", None)
        if refused is not None:
            refused.__context__ = error
            told, error = None, refused
    return error, told


def _noted(generator: Any, raised: BaseException) -> BaseException:
    """What was raised after a `yield`, with a note that says where."""
    if isinstance(raised, Exception):
        add_note(raised, f"after the yield of {name_of(generator)}()")
    return raised


def _swallowed(generator: Any, error: BaseException) -> DependencyError:
    told = DependencyError(
        f"no response: {type(error).__name__} was raised, and the dependency {name_of(generator)}() caught "
        "it at its yield without raising it again: write `raise` at the end of its except block"
    )
    told.__cause__ = error
    return told
