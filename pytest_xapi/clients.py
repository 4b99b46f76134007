"""What the fixtures of one test share: its options, the replaced dependencies, and its clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi import async_bridge, discovery, lifespans, marker, override_checks, settings, usage_errors
from pytest_xapi.override import Override
from xapi.cli import loading

if TYPE_CHECKING:
    from xapi.testing import AsyncClient, LiveServer, TestClient


class ClientFactory:
    """Makes the clients of one test, or of a wider scope."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.override = request.node.stash[settings.OVERRIDE] = Override()
        self._request = request
        self._item: pytest.Item = request.node
        self._scope = request.scope
        self._options = marker.options_of(self._item)
        self._clients: dict[int, TestClient] = {}
        self._async_clients: dict[int, AsyncClient] = {}
        if self._options.overrides:
            self.override.add_all(self._options.overrides, "@pytest.mark.xapi(overrides=...)")

    def app(self, fixture: Any) -> Any:
        """The app under test: the marker's, or what the fixture gives."""
        app = self._loaded(self._options.app) if self._options.app is not None else fixture
        if isinstance(app, discovery.NoApp):
            pytest.fail(discovery.NOT_SET, pytrace=False)
        return app

    @contextmanager
    def client(self, app: Any) -> Iterator[TestClient]:
        """The synchronous client of `app`, with its lifespan running while the first to ask for it lasts."""
        if id(app) in self._clients:
            yield self._clients[id(app)]
            return
        with self.new_client(app) as client:
            self._clients[id(app)] = client
            yield client
            del self._clients[id(app)]

    @contextmanager
    def new_client(self, app: Any, **options: Any) -> Iterator[TestClient]:
        """Another one; `options` are arguments of `TestClient`, and `lifespan=`."""
        from xapi.testing import TestClient

        app = self._checked(app)
        lifespan = self._lifespan(options)
        keywords = {**self._options.keywords, **self._options.synchronous, **options}
        if lifespan in settings.SCOPES:
            shared = lifespans.of_scope(self._request, lifespan)
            loop: dict[str, Any] = {key: keywords[key] for key in ("backend", "driver") if key in keywords}
            keywords["lifespan_of"] = shared.lead(app, loop)
        client = TestClient(app, **keywords)
        try:
            if lifespan != "none":
                client.__enter__()
            yield client
        finally:
            client.close()

    def async_client(self, app: Any) -> AsyncClient:
        """The asynchronous client of `app`, which opens on the loop of the test when it is used."""
        if id(app) not in self._async_clients:
            self._async_clients[id(app)] = self.new_async_client(app, self.async_lifespans())
        return self._async_clients[id(app)]

    def async_lifespans(self) -> lifespans.AsyncLifespans | None:
        """The shared lifespans on the loop of the test; to be asked for before that loop runs."""
        if self._options.lifespan not in settings.SCOPES:
            return None
        return lifespans.of_loop(self._request, self._options.lifespan)

    def lend_later(self) -> None:
        """Let the test, and asynchronous fixtures set up from now on, use clients that are made in them."""
        async_bridge.lender_of(self._item)

    def new_async_client(
        self, app: Any, shared: lifespans.AsyncLifespans | None, **options: Any
    ) -> AsyncClient:
        """Another one; `options` are arguments of `AsyncClient`, and `lifespan=`, as true or false."""
        from xapi.testing import AsyncClient

        app = self._checked(app)
        lifespan = self._lifespan(options)
        if lifespan in settings.SCOPES and lifespan != self._options.lifespan:
            pytest.fail(
                f"make_async_client(lifespan={lifespan!r}): set it in the marker, @pytest.mark.xapi(lifespan="
                f"{lifespan!r}), or the ini option xapi_lifespan; a client alone has lifespan=True or False",
                pytrace=False,
            )
        lead = shared.lead(app) if shared is not None and lifespan in settings.SCOPES else None
        client = AsyncClient(app, **{**self._options.keywords, **options}, lifespan_of=lead)

        async def enter() -> None:
            if shared is not None and lead is not None:
                await shared.open(lead)
            if lifespan != "none":
                await client.__aenter__()

        async_bridge.lender_of(self._item).lend(client, enter, client.__aexit__)
        return client

    def wider_async_client(self, app: Any) -> AsyncClient:
        """The asynchronous client of `app` for a wider scope, which opens on the loop of that scope."""
        from xapi.testing import AsyncClient

        if id(app) not in self._async_clients:
            opened = lifespans.of_loop(self._request, self._scope)
            client = AsyncClient(self._checked(app), **self._options.keywords)
            opened.lend(client, self._scope)
            self._async_clients[id(app)] = client
        return self._async_clients[id(app)]

    @contextmanager
    def live_server(self, app: Any) -> Iterator[LiveServer]:
        """A server of `app`, with its lifespan, which sees what the test replaces."""
        from xapi.testing import LiveServer

        with LiveServer(self._checked(app)) as server:
            yield server

    def finish(self) -> None:
        """End the overrides, and judge those that were never used."""
        uses = list(self.override.uses())
        fault = self.override.fault() if self._scope != "function" else None
        self.override.remove_all()
        del self._item.stash[settings.OVERRIDE]
        if not self._item.stash.get(settings.FAILED, False):
            override_checks.judge(self._item.config, uses)
        if fault is not None:
            raise fault

    def _lifespan(self, options: dict[str, Any]) -> str:
        said = options.pop("lifespan", self._options.lifespan)
        lifespan = marker.lifespan_name(said)
        if lifespan in settings.SCOPES and self._scope != "function":
            wide = lifespans.LOOP_SCOPES
            lifespan = lifespan if wide.index(lifespan) >= wide.index(self._scope) else "client"
        if lifespan not in settings.LIFESPANS:
            pytest.fail(
                f"lifespan={said!r}: give True, False, or one of {', '.join(map(repr, settings.LIFESPANS))}",
                pytrace=False,
            )
        return lifespan

    def _checked(self, app: Any) -> Any:
        app = self._loaded(app)
        fault = loading.fault(app)
        if fault is not None:
            pytest.fail(f"the app under test {fault}; return one from the fixture `xapi_app`", pytrace=False)
        return app

    def _loaded(self, app: Any) -> Any:
        if not isinstance(app, str):
            return app
        try:
            return discovery.load_string(app, f"app of {self._item.nodeid}", self._item.config)
        except pytest.UsageError as error:
            pytest.fail(str(error), pytrace=False)


def configured_app(config: pytest.Config) -> Any:
    """The app that is set, or what stands for none."""
    if settings.read(config).app is None:
        return discovery.NoApp()
    try:
        return discovery.load(config)
    except pytest.UsageError as error:
        usage_errors.end_run(config, str(error))
