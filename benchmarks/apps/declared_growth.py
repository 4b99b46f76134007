"""The work items that grow, for FastAPI and xapi."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from benchmarks.apps.declared_many import routes
from benchmarks.apps.framework import UNLIMITED, App, Depends
from benchmarks.apps.models import Batch, Texts
from benchmarks.growth import BODIES, DEPTHS, ROUTES

Link = Callable[..., object]


def chain(depth: int) -> App:
    """So many dependencies, each with a parameter and needing the next."""
    app = App()

    async def first(user_id: int) -> int:
        return user_id

    needed: Link = first
    for _ in range(depth - 1):
        needed = _link(needed)

    @app.get("/report", response_model=None)
    async def report(user: Annotated[int, Depends(needed)]) -> dict[str, object]:
        return {"user": user}

    return app


def _link(needed: Link) -> Link:
    async def link(user: Annotated[int, Depends(needed)], user_id: int) -> int:
        return min(user, user_id)

    return link


def texts() -> App:
    """A long body of texts in, a short answer out."""
    app = App(**UNLIMITED)

    @app.post("/texts", response_model=None)
    async def add_texts(letter: Texts) -> dict[str, object]:
        return {"number": letter.number}

    return app


def batches() -> App:
    """A long body of models in, a short answer out."""
    app = App(**UNLIMITED)

    @app.post("/batches", response_model=None)
    async def add_batch(batch: Batch) -> dict[str, object]:
        return {"number": batch.number}

    return app


def turns() -> App:
    """A coroutine that lets the others go on before it answers."""
    app = App()

    @app.get("/plain", response_model=None)
    async def read_plain() -> dict[str, object]:
        await asyncio.sleep(0)
        return {"message": "hello", "ready": True}

    return app


ITEMS: Mapping[str, Callable[[], App]] = {
    **{f"routes-{count}": partial(routes, count) for count in ROUTES},
    **{f"depth-{depth}": partial(chain, depth) for depth in DEPTHS},
    **{f"body-{size}": texts for size in BODIES},
    **{f"models-{size}": batches for size in BODIES},
    "turns": turns,
}
