"""Work of an app after its response: waited for, left running, or held back for inspection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Literal, get_args

from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import Response

from xapi.testing.exchange.whereabouts import frames_of
from xapi.testing.unseen import tell

if TYPE_CHECKING:
    from xapi.testing.drivers import Driver
    from xapi.testing.exchange import HTTPExchange

BackgroundPolicy = Literal["wait", "go_on", "hold"]


class BackgroundWork:
    """What the app still has to do for one request whose response is there."""

    def __init__(self, exchange: HTTPExchange) -> None:
        self._exchange = exchange

    @property
    def request(self) -> str:
        """Method and path of the request, and the name of its endpoint."""
        return self._exchange.name

    @property
    def tasks(self) -> list[BackgroundTask]:
        """The background tasks of the response, with `func`, `args` and `kwargs`.

        Found of apps that have Starlette's; empty of other apps.
        """
        found: list[BackgroundTask] = []
        for frame in frames_of(self._exchange.coroutine):
            for value in list(frame.f_locals.values()):
                task = value.background if isinstance(value, Response) else value
                for part in task.tasks if isinstance(task, BackgroundTasks) else [task]:
                    if isinstance(part, BackgroundTask) and part not in found:
                        found.append(part)
        return found

    @property
    def ended(self) -> bool:
        """Whether it is done, or has failed."""
        return self._exchange.ended

    @property
    def exception(self) -> BaseException | None:
        """What it raised."""
        return self._exchange.exception

    def __repr__(self) -> str:
        names = [getattr(task.func, "__name__", repr(task.func)) for task in self.tasks]
        return f"<background work of {self.request}: {', '.join(names) or 'no tasks known'}>"


class BaseBackground:
    """The background work of one client."""

    def __init__(self, raises: bool) -> None:
        self.raises = raises
        self._policy: BackgroundPolicy = "wait"
        self._exchanges: list[HTTPExchange] = []

    @property
    def policy(self) -> BackgroundPolicy:
        """What happens to the app's work after a response.

        "wait", the default: the client waits for it. "go_on": the response is returned when it is complete;
        the work goes on whenever the app runs. "hold": so too, but the work does not begin before `run`.

        Raises:
            ValueError: when it is set to something else.
        """
        return self._policy

    @policy.setter
    def policy(self, policy: BackgroundPolicy) -> None:
        if policy not in get_args(BackgroundPolicy):
            raise ValueError(f'policy={policy!r} is not known: give "wait", "go_on" or "hold"')
        self._policy = policy

    @property
    def pending(self) -> list[BackgroundWork]:
        """The work that has not ended, in the order of the requests."""
        self._exchanges = [exchange for exchange in self._exchanges if not exchange.ended]
        return [BackgroundWork(exchange) for exchange in self._exchanges]

    def take(self, exchange: HTTPExchange) -> None:
        """Take care of an exchange that is about to start, after its response."""
        if self._policy == "hold":
            exchange.hold()
        self._exchanges.append(exchange)

    def tell_failed(self) -> None:
        """Tell of work that has failed while nobody waited for it."""
        for exchange in self._taken():
            if exchange.is_complete and exchange.exception is not None:
                tell(f"background work of {exchange.name} has failed", exchange.exception)

    def _taken(self) -> list[HTTPExchange]:
        taken, self._exchanges = self._exchanges, []
        return taken

    async def _run_all(self, exchanges: list[HTTPExchange]) -> None:
        # What was raised before the response was complete, the request has raised.
        exchanges = [exchange for exchange in exchanges if exchange.is_complete]
        for exchange in exchanges:
            exchange.release()
            await exchange.until_ended()
        failures = [exchange.exception for exchange in exchanges if exchange.exception is not None]
        if failures and self.raises:
            raise failures[0]

    @staticmethod
    async def _cancel_all(exchanges: list[HTTPExchange]) -> None:
        for exchange in exchanges:
            await exchange.cancel()


class Background(BaseBackground):
    """The background work of a synchronous client, as `client.background`."""

    def __init__(self, driver: Driver, raises: bool) -> None:
        super().__init__(raises)
        self._driver = driver

    def run(self) -> None:
        """Run all pending work to its end, in the order of the requests; raises what the app raised in it."""
        self._driver.run(self._run_all, self._taken())

    def drop(self) -> None:
        """Cancel all pending work."""
        self._driver.run(self._cancel_all, self._taken())

    @contextmanager
    def held(self) -> Iterator[Background]:
        """Hold work back inside the block; at its end it is run, or dropped if the block fails."""
        before, self.policy = self.policy, "hold"
        try:
            yield self
        except BaseException:
            self.drop()
            raise
        finally:
            self.policy = before
        self.run()


class AsyncBackground(BaseBackground):
    """The background work of an asynchronous client, as `client.background`."""

    async def run(self) -> None:
        """Run all pending work to its end, in the order of the requests; raises what the app raised in it."""
        await self._run_all(self._taken())

    async def drop(self) -> None:
        """Cancel all pending work."""
        await self._cancel_all(self._taken())

    @asynccontextmanager
    async def held(self) -> AsyncIterator[AsyncBackground]:
        """Hold work back inside the block; at its end it is run, or dropped if the block fails."""
        before, self.policy = self.policy, "hold"
        try:
            yield self
        except BaseException:
            await self.drop()
            raise
        finally:
            self.policy = before
        await self.run()
