"""What is measured of an exchange, where a budget asks for it: time, how long the loop was held, queries."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from pytest_xapi.gates.evidence import MOST_BLOCKING, MOST_RATIOS, Json
from xapi.testing.exchange import HTTPExchange, Message

_RECALIBRATE_SECONDS = 1.0
_CALIBRATION_RUNS = 5

_counting: ContextVar[Reading | None] = ContextVar("xapi_queries", default=None)


@dataclass(slots=True)
class Reading:
    """What was measured of one exchange."""

    seconds: float = 0.0
    """Until the response was complete."""
    blocking: float = 0.0
    """The longest time for which the app's task did not give control back to the event loop."""
    queries: int = 0


@dataclass(frozen=True)
class Measures:
    """What is to be measured."""

    latency: bool = False
    blocking: bool = False
    queries: bool = False


class Meter:
    """Measures exchanges, and keeps the measurements as evidence."""

    def __init__(self, measures: Measures | None) -> None:
        self._measures = measures or Measures()
        self.is_idle = self._measures == Measures()
        """Whether there is nothing to measure."""
        self._unit = 0.0
        self._calibrated = 0.0
        self._listens = False

    async def run(self, exchange: HTTPExchange, reading: Reading) -> None:
        """Call the app of an exchange."""
        send = exchange.send
        if self._measures.latency:
            started = perf_counter()

            async def send(message: Message) -> None:
                await exchange.send(message)
                if not reading.seconds and exchange.is_complete:
                    reading.seconds = perf_counter() - started

        if self._measures.queries:
            self._listen()
            _counting.set(reading)
        called = exchange.app(exchange.scope, exchange.receive, send)
        await (_Steps(called, reading) if self._measures.blocking else called)

    def calibrate(self) -> None:
        """Time the fixed piece of work, if times are measured and the last time was long ago."""
        if not self._measures.latency or perf_counter() - self._calibrated < _RECALIBRATE_SECONDS:
            return
        self._unit = median(_timed_work() for _ in range(_CALIBRATION_RUNS))
        self._calibrated = perf_counter()

    def keep(self, operation: Json, reading: Reading, status: int, test: str) -> None:
        """Add a measurement to the evidence of an operation."""
        operation["requests"] += 1
        if reading.queries > operation["queries"][0]:
            operation["queries"] = [reading.queries, test]
        if operation["requests"] == 1:
            return  # the first request makes what later ones find
        if self._measures.latency and 200 <= status < 300 and len(operation["ratios"]) < MOST_RATIOS:
            operation["ratios"].append(round(reading.seconds / self._unit, 3))
        if self._measures.blocking:
            longest = sorted([*operation["blocking"], round(reading.blocking, 6)], reverse=True)
            operation["blocking"] = longest[:MOST_BLOCKING]

    def stop(self) -> None:
        """Count queries no more."""
        if self._listens:
            from sqlalchemy import Engine, event

            event.remove(Engine, "before_cursor_execute", _count_query)
            self._listens = False

    def _listen(self) -> None:
        if not self._listens and "sqlalchemy.engine" in sys.modules:
            from sqlalchemy import Engine, event

            event.listen(Engine, "before_cursor_execute", _count_query)
            self._listens = True


def _count_query(connection: object, cursor: object, statement: str, *more: object) -> None:
    # Loaded here, because it imports SQLAlchemy, which is loaded by now.
    from pytest_xapi.queries import is_query

    reading = _counting.get()
    if reading is not None and is_query(statement):
        reading.queries += 1


class _Steps(Awaitable[None]):
    """Awaits a coroutine and notes the longest of its steps.

    It looks like that coroutine to those who ask where it waits.
    """

    def __init__(self, called: Awaitable[None], reading: Reading) -> None:
        self._called = called
        self._iterator: Any = called.__await__()
        self._reading = reading

    def __await__(self) -> Generator[Any, Any, None]:
        return self

    @property
    def cr_frame(self) -> Any:
        return getattr(self._called, "cr_frame", None)

    @property
    def cr_await(self) -> Any:
        return getattr(self._called, "cr_await", None)

    def __iter__(self) -> _Steps:
        return self

    def __next__(self) -> Any:
        return self._step(self._iterator.__next__)

    def send(self, value: Any) -> Any:
        return self._step(self._iterator.send, value)

    def throw(self, *error: Any) -> Any:
        return self._step(self._iterator.throw, *error)

    def close(self) -> None:
        self._iterator.close()

    def _step(self, step: Any, *arguments: Any) -> Any:
        started = perf_counter()
        try:
            return step(*arguments)
        finally:
            self._reading.blocking = max(self._reading.blocking, perf_counter() - started)


_WORK = {"names": [f"name {number}" for number in range(600)], "numbers": list(range(2_000))}


def _timed_work() -> float:
    """How long the fixed piece of work takes: about a millisecond on a machine of our days."""
    started = perf_counter()
    for _ in range(3):
        read = json.loads(json.dumps(_WORK))
        sorted(read["names"], key=str.swapcase)
    return perf_counter() - started
