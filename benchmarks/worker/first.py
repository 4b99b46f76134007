"""First requests: what an app that was never asked has to do before it answers."""

import asyncio
import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from functools import partial

from benchmarks.growth import CHAINS, DECLARED, dependent
from benchmarks.protocol import App
from benchmarks.traffic import ROUTES, Request
from benchmarks.worker.asgi import Exchange, RecordedExchange, lifespan
from benchmarks.worker.load import Answer, WrongAnswer, timed

OTHERS = range(100, 200)
"""The routes that are asked for after the first one, which is in the middle of all."""


def updated(number: int) -> Request:
    """A request to one of the routes of `apps.declared_start`, with all that it takes."""
    body = {"name": f"item {number}", "price": number + 0.5, "tags": ["new"]}
    return Request(
        f"/resource-{number}/{number}",
        "PUT",
        f"limit={number % 90 + 1}&search=item{number}",
        [(b"x-token", b"token %d" % number)],
        json.dumps(body).encode(),
    )


def included(number: int) -> Request:
    """A request to one of the routes of `apps.declared_many.routes_included`."""
    return Request(f"/api/resource-{number}/{number}")


def of_first_and_others(app: App, request: Callable[[int], Request]) -> list[int]:
    """The CPU time of the first request to a large app, and of those to other routes of it."""
    return spent(app, [[request(ROUTES // 2)], [request(number) for number in OTHERS]])


def spent(app: App, rounds: Sequence[Sequence[Request]]) -> list[int]:
    """The CPU time of each round of requests; the first has the start of the lifespan, too.

    What is made ready there is waited for as well.
    """
    return asyncio.run(_spent(app, rounds))


async def _spent(app: App, rounds: Sequence[Sequence[Request]]) -> list[int]:
    found = []
    async with AsyncExitStack() as stack:
        for number, requests in enumerate(rounds):
            exchanges = [Exchange(request) for request in requests]
            with timed() as watch:
                if number == 0:
                    await stack.enter_async_context(lifespan(app))
                for one in exchanges:
                    await app(one.scope, one.receive, one.send)
            if any(one.status != 200 or not one.ended for one in exchanges):
                raise WrongAnswer(f"answered with {sorted({one.status for one in exchanges})}, not 200")
            found.append(watch.nanoseconds)
    return found


class NewApps:
    """Apps that are declared, documented and asked once, each anew, while no garbage is collected.

    Python's collector walks over all that was made so far, again and again; that is not of the app's making.

    Args:
        make: Makes one, with its document.
        request: From a number to a request.
    """

    def __init__(self, make: Callable[[], App], request: Callable[[int], Request]) -> None:
        self._make = make
        self._request = request
        self._next = 0

    def answers(self, numbers: Sequence[int]) -> list[Answer]:
        """See `Load.answers`."""
        exchanges = [RecordedExchange(self._request(number)) for number in numbers]
        for one in exchanges:
            asyncio.run(self._ask(self._make(), one))
        return [one.answer() for one in exchanges]

    def run(self, count: int) -> int:
        """See `Load.run`."""
        spent = 0
        for _ in range(count):
            self._next += 1
            one = Exchange(self._request(self._next))
            with timed() as watch, collecting_nothing():
                asyncio.run(self._ask(self._make(), one))
            if one.status != 200 or not one.ended:
                raise WrongAnswer(f"a new app answered with {one.status}")
            spent += watch.nanoseconds
        return spent

    def close(self) -> None:
        """See `Load.close`."""

    async def _ask(self, app: App, one: Exchange) -> None:
        await app(one.scope, one.receive, one.send)


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Leaves garbage where it is."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _declared(routes: int) -> NewApps:
    from benchmarks.apps import declared_start

    models = declared_start.models(routes)

    def make() -> App:
        app = declared_start.build(models)
        app.openapi()
        return app

    return NewApps(make, partial(_of_last, routes))


def _of_last(routes: int, number: int) -> Request:
    return replace(updated(number), path=f"/resource-{routes - 1}/{number}")


def _chain(depth: int) -> NewApps:
    from benchmarks.apps import declared_growth

    return NewApps(partial(declared_growth.chain, depth), dependent)


LOADS: Mapping[str, Callable[[], NewApps]] = {
    **{f"declared-{routes}": partial(_declared, routes) for routes in DECLARED},
    **{f"chain-{depth}": partial(_chain, depth) for depth in CHAINS},
}
"""By work item."""
