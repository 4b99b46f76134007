"""Records every exchange of the plugin's clients: raw while a test runs, as evidence when it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from pytest_xapi.gates import evidence
from pytest_xapi.gates.apps import RecordedApp
from pytest_xapi.gates.coverage_items import Sent
from pytest_xapi.gates.measures import Meter, Reading
from pytest_xapi.gates.sent_requests import SentRequest
from xapi.testing.exchange import Exchange, HTTPExchange, base

_MOST_APPS = 32
"""So many apps are kept at hand: a suite may make one for each test."""


@dataclass
class CurrentTest:
    """The test that runs."""

    name: str = ""
    """Its node id."""
    is_fuzz: bool = False


class _Raw(NamedTuple):
    app: Any
    test: CurrentTest
    sent: Sent
    request: SentRequest
    reading: Reading


@dataclass
class Recorder:
    """The observer of all exchanges of this process."""

    root: Path
    meter: Meter
    test: CurrentTest = field(default_factory=CurrentTest)

    def __post_init__(self) -> None:
        self._raw: list[_Raw] = []
        self._apps: dict[int, RecordedApp] = {}
        self._under_test: list[Any] = []
        self._kept = evidence.empty()
        self._is_digesting = False

    def start(self) -> None:
        """Observe from now on."""
        base.observer = self

    def stop(self) -> None:
        """Observe no more."""
        base.observer = None
        self.meter.stop()

    async def call(self, exchange: Exchange) -> None:
        """Call the app of an exchange, and remember what was sent and answered."""
        if not isinstance(exchange, HTTPExchange) or self._is_digesting:
            await exchange.app(exchange.scope, exchange.receive, exchange.send)
            return
        # Before the app runs: it may change its scope, and outlast the test.
        scope, test = exchange.scope, self.test
        method, query, headers = scope["method"], scope["query_string"], tuple(scope["headers"])
        target = _target(scope["raw_path"], query)
        started = perf_counter()
        failed = False
        reading = Reading()
        try:
            if self.meter.is_idle:
                await exchange.app(scope, exchange.receive, exchange.send)
            else:
                await self.meter.run(exchange, reading)
        except Exception:
            failed = True
            raise
        finally:
            reading.seconds = reading.seconds or perf_counter() - started
            status = 500 if failed and exchange.status is None else exchange.status
            if status is not None:
                sent = Sent(
                    method,
                    exchange.told,
                    query,
                    headers,
                    status,
                    tuple(exchange.headers),
                    exchange.whole_body,
                )
                request = SentRequest(method, target, _content_type(headers), exchange.request_body)
                self._raw.append(_Raw(exchange.app, test, sent, request, reading))

    def note_under_test(self, app: Any) -> None:
        """Remember that an app is the one, or one of those, that the tests are for."""
        if not any(app is known for known in self._under_test):
            self._under_test.append(app)

    def digest(self) -> None:
        """Turn what was recorded into evidence; to be called where no event loop runs."""
        raw, self._raw = self._raw, []
        if not raw:
            return
        self._is_digesting = True
        try:
            self.meter.calibrate()
            for app, test, sent, request, reading in raw:
                self._recorded(app).add(sent, request, reading, test.name, test.is_fuzz)
        finally:
            self._is_digesting = False
        while len(self._apps) > _MOST_APPS:
            oldest = self._apps.pop(next(iter(self._apps)))
            self._kept = evidence.merged([self._kept, oldest.evidence(self._is_under_test(oldest.app))])

    def evidence(self) -> evidence.Json:
        """All that was recorded."""
        self.digest()
        parts: Iterable[evidence.Json] = [
            app.evidence(self._is_under_test(app.app)) for app in self._apps.values()
        ]
        return evidence.merged([self._kept, *parts])

    def _recorded(self, app: Any) -> RecordedApp:
        known = self._apps.get(id(app))
        if known is None:
            # It keeps the app, so that no other one can have its id.
            known = self._apps[id(app)] = RecordedApp(app, self.root, self.meter)
        return known

    def _is_under_test(self, app: Any) -> bool:
        return any(app is known for known in self._under_test)


def _target(raw_path: bytes, query: bytes) -> str:
    return (raw_path + (b"?" + query if query else b"")).decode("latin-1")


def _content_type(headers: tuple[tuple[bytes, bytes], ...]) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")
