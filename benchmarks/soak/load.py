"""The load's process: visitors in rounds, and between the rounds, when all is quiet, the server's figures.

`python -m benchmarks.soak.load PORT SECONDS ROUNDS SEED` writes one line of JSON for each round, which takes
so many seconds.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any

import httpx

from benchmarks.soak.visits import PNG, PRODUCTS, Visitor

VISITORS = 12
QUIET_SECONDS = 10
"""As long may the server take to finish what it has begun when its clients have gone."""
MOST_ERRORS = 10


async def run(port: int, seconds: float, rounds: int, seed: int) -> None:
    """Visits the shop in so many rounds, each of so many seconds."""
    base = f"http://127.0.0.1:{port}"
    token = await furnish(base)
    for number in range(rounds):
        done = Counter[str]()
        errors: list[str] = []
        async with httpx.AsyncClient(base_url=base, timeout=30) as client:
            until = time.monotonic() + seconds
            visitors = [
                Visitor(client, token, random.Random(f"{seed} {number} {place}"), done)
                for place in range(VISITORS)
            ]
            await asyncio.gather(*[go_on(visitor, until, errors) for visitor in visitors])
        figures = await quiet_figures(base)
        print(json.dumps({**figures, "done": done, "errors": errors}), flush=True)  # noqa: T201


async def furnish(base: str) -> str:
    """Fills the shop, and returns the manager's token."""
    from benchmarks.soak.served import MANAGER

    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        token: str = (await client.post("/token", data=MANAGER)).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        for number in range(1, PRODUCTS + 1):
            draft = {"name": f"Product {number}", "price_cents": 100 * number, "stock": 1000}
            (await client.post("/products", json=draft)).raise_for_status()
            image = await client.put(f"/products/{number}/image", files={"image": PNG})
            image.raise_for_status()
    return token


async def go_on(visitor: Visitor, until: float, errors: list[str]) -> None:
    """Lets one visitor do one thing after the other."""
    while time.monotonic() < until and len(errors) < MOST_ERRORS:
        try:
            await visitor.visit()
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")


async def quiet_figures(base: str) -> dict[str, Any]:
    """The server's figures, when it has finished what it has begun, or has had time enough for it."""
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        until = time.monotonic() + QUIET_SECONDS
        while True:
            figures: dict[str, Any] = (await client.get("/soak")).raise_for_status().json()
            if figures["set_up"] == figures["torn_down"] or time.monotonic() > until:
                return figures
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
