"""Iterating generators: one item at a time, cancelled where they wait, and closed at the end.

An async generator is stepped and closed in one task. It has a cancel scope of its own from its first step
until its end, as dependencies have (`pipeline.held`): what cancels the answer interrupts it once, and then it
runs to its end.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import copy_context
from typing import Any, Self

import anyio

from xapi.pipeline.held import END, first
from xapi.pipeline.shield import Shield
from xapi.pipeline.threads import Job, finish_job, run_in_thread

Convert = Callable[[Any], Any]


class Items:
    """What a generator yields, as an async iterator.

    `aclose` has to be called, in the same task, where it is not iterated to its end, or `next` has raised
    something.
    """

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            item = await self.next()
        except BaseException:
            await self.aclose()
            raise
        if item is END:
            raise StopAsyncIteration
        return item

    async def next(self) -> Any:
        """The next item, or END after the last."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Run the generator to its end, whatever cancels this task."""
        raise NotImplementedError


class AsyncItems(Items):
    """What an async generator yields, each item through `convert`."""

    def __init__(self, generator: AsyncGenerator[Any, None], convert: Convert | None = None) -> None:
        self._generator = generator
        self._convert = convert
        self._shield = Shield()
        self._scope: anyio.CancelScope | None = None
        self._has_ended = False

    async def next(self) -> Any:
        if self._has_ended:
            return END
        if self._scope is None:
            self._scope = anyio.CancelScope()
            self._scope.__enter__()
        item = END
        try:
            item = await self._shield.interruptibly(first(self._generator), self._scope)
        finally:
            if item is END:
                self._end()
        self._raise_refused()
        return item if item is END or self._convert is None else self._convert(item)

    async def aclose(self) -> None:
        if self._has_ended:
            return
        if self._scope is not None:
            self._scope.shield = True
        try:
            await self._shield.to_the_end(close_generator(self._generator))
        finally:
            self._end()
        self._raise_refused()

    def _end(self) -> None:
        self._has_ended = True
        if self._scope is not None:
            self._scope.__exit__(None, None, None)

    def _raise_refused(self) -> None:
        refused, self._shield.refused = self._shield.refused, None
        if refused is not None:
            raise refused


async def close_generator(generator: AsyncGenerator[Any, None]) -> None:
    """Run a generator of items to its end, from where it yields."""
    try:
        await generator.aclose()
    except BaseExceptionGroup as group:
        # A task group around its `yield` puts the GeneratorExit of `aclose` into a group.
        if group.split(GeneratorExit)[1] is not None:
            raise


class ThreadItems(Items):
    """What a sync generator yields, each item through `convert`: made in worker threads, in one context."""

    def __init__(self, generator: Generator[Any, None, None], convert: Convert | None = None) -> None:
        self._generator = generator
        self._convert = convert
        self._context = copy_context()
        self._has_ended = False

    async def next(self) -> Any:
        return END if self._has_ended else await run_in_thread(self._step_in_context, {})

    def _step_in_context(self) -> Any:
        return self._context.run(self._step)

    def _step(self) -> Any:
        item = next(self._generator, END)
        if item is END:
            self._has_ended = True
            return END
        return item if self._convert is None else self._convert(item)

    async def aclose(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        job = Job(self._close_in_context, {})
        await finish_job(job)
        job.outcome()

    def _close_in_context(self) -> None:
        self._context.run(self._generator.close)


def items_of(generator: Any, convert: Convert | None = None) -> Items:
    """The items of a generator of either kind."""
    return (ThreadItems if isinstance(generator, Generator) else AsyncItems)(generator, convert)
