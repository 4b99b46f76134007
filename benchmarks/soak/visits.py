"""What the visitors of the shop do: also leave, in the middle of whatever it is."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import httpx
from websockets.asyncio.client import connect

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
PRODUCTS = 5
LISTENING_SECONDS = 0.3

Headers = Mapping[str, str]


class Visitor:
    """One of those who use the shop at the same time.

    Args:
        client: Where to send whole requests.
        token: Whose requests they are.
        chance: What the visitor decides by.
        done: Counts what was done.
    """

    def __init__(
        self, client: httpx.AsyncClient, token: str, chance: random.Random, done: Counter[str]
    ) -> None:
        self._client = client
        self._token = token
        self._headers = {"Authorization": f"Bearer {token}"}
        self._chance = chance
        self._done = done
        visits: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (20, self.browse),
            (4, self.order),  # few, or what an export takes would grow with all that was ever ordered
            (5, self.restock),
            (5, self.upload),
            (2, self.export),
            (8, self.make_mistakes),
            (10, self.listen),
            (5, self.leave_an_upload),
            (5, self.leave_an_answer),
            (5, self.leave_at_once),
            (5, self.leave_the_feed),
        ]
        self._weights = [weight for weight, _ in visits]
        self._visits = [visit for _, visit in visits]

    async def visit(self) -> None:
        """Does one thing.

        Raises:
            AssertionError: The answer is not what it has to be.
        """
        (chosen,) = self._chance.choices(self._visits, self._weights)
        await chosen()
        self._done[chosen.__name__] += 1

    async def browse(self) -> None:
        """Looks around."""
        await self._request("GET", f"/products?limit={self._chance.randint(1, 100)}", 200)
        await self._request("GET", self._product, 200)
        await self._request("GET", f"{self._product}/image", 200)

    async def order(self) -> None:
        """Buys something, and sometimes wants it no longer."""
        placed = await self._request("POST", "/orders", 201, 409, json=self._draft)
        if placed.status_code == 201 and self._chance.random() < 0.5:
            await self._request("POST", f"/orders/{placed.json()['id']}/cancel", 200)

    async def restock(self) -> None:
        """Brings what has been sold."""
        await self._request("PATCH", self._product, 200, json={"stock": 1000})

    async def upload(self) -> None:
        """Shows a product anew."""
        await self._request("PUT", f"{self._product}/image", 200, files={"image": PNG})

    async def export(self) -> None:
        """Reads all that was ever sold."""
        await self._request("GET", "/sales.csv", 200)

    async def make_mistakes(self) -> None:
        """Sends what is refused."""
        await self._request("POST", "/orders", 422, json={"lines": []})
        await self._request("GET", "/products/999999999", 404)
        await self._request("GET", "/me", 401, headers={"Authorization": "Bearer nonsense"})
        await self._request("PUT", f"{self._product}/image", 415, files={"image": b"no image"})

    async def listen(self) -> None:
        """Hears of orders for a moment, and says good-bye."""
        async with connect(self._feed, compression=None) as socket:
            await socket.send("hello")
            try:
                async with asyncio.timeout(LISTENING_SECONDS):
                    async for message in socket:
                        assert '"status":' in str(message)
            except TimeoutError:
                pass

    async def leave_the_feed(self) -> None:
        """Hears of orders, and is gone."""
        async with connect(self._feed, compression=None) as socket:
            await asyncio.sleep(self._chance.random() * LISTENING_SECONDS)
            socket.transport.abort()

    async def leave_an_upload(self) -> None:
        """Is gone in the middle of what it sends."""
        request = self._client.build_request(
            "PUT", f"{self._product}/image", headers=self._headers, files={"image": PNG}
        )
        content = request.read()
        await self._leave(request, content[: self._chance.randrange(len(content))], read=0)

    async def leave_an_answer(self) -> None:
        """Is gone in the middle of what it receives."""
        path = self._chance.choice(["/sales.csv", f"{self._product}/image"])
        request = self._client.build_request("GET", path, headers=self._headers)
        await self._leave(request, b"", read=self._chance.randint(1, 1000))

    async def leave_at_once(self) -> None:
        """Is gone when it has asked."""
        stock = {"stock": 1000}
        request = self._client.build_request("PATCH", self._product, headers=self._headers, json=stock)
        await self._leave(request, request.read(), read=0)

    @property
    def _product(self) -> str:
        return f"/products/{self._chance.randint(1, PRODUCTS)}"

    @property
    def _draft(self) -> dict[str, object]:
        return {"lines": [{"product_id": self._chance.randint(1, PRODUCTS), "quantity": 3}]}

    @property
    def _feed(self) -> str:
        url = self._client.base_url
        return f"ws://{url.host}:{url.port}/feed?token={self._token}"

    async def _request(
        self,
        method: str,
        path: str,
        *expected: int,
        headers: Headers | None = None,
        json: object = None,
        files: Mapping[str, bytes] | None = None,
    ) -> httpx.Response:
        response = await self._client.request(
            method, path, headers=headers or self._headers, json=json, files=files
        )
        assert response.status_code in expected, (
            f"{method} {path}: {response.status_code} {response.text[:200]}"
        )
        return response

    async def _leave(self, request: httpx.Request, content: bytes, read: int) -> None:
        """Sends a request with a part of its content, reads a part of the answer, and is gone."""
        lines = [f"{request.method} {request.url.raw_path.decode()} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        reader, writer = await asyncio.open_connection(request.url.host, request.url.port)
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()
        if read:
            await reader.read(read)
        else:
            await asyncio.sleep(self._chance.random() * 0.02)
        writer.transport.abort()
