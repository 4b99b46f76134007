"""The live feed of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from anyio.streams.memory import MemoryObjectReceiveStream
from shop.feed import MOST_WAITING, Feed, feed_of
from shop.models import OrderPublic, Status

from pytest_xapi import Override
from xapi import WebSocketDisconnect
from xapi.testing import TestClient, WebSocketSession

WebSocketConnect = Callable[..., WebSocketSession]
Headers = dict[str, str]
pytestmark = pytest.mark.usefixtures("catalogue")
ORDER = {"lines": [{"product_id": 1}]}


def address(headers: Headers) -> str:
    return f"/feed?token={headers['Authorization'].removeprefix('Bearer ')}"


def test_an_order_is_told_when_it_is_placed_and_when_its_status_changes(
    client: TestClient, websocket: WebSocketConnect, customer: Headers
) -> None:
    with websocket(address(customer)) as session:
        client.post("/orders", json=ORDER, headers=customer)
        client.post("/orders/1/cancel", headers=customer)
        orders = [session.receive_json() for _ in range(2)]
    assert [(order["id"], order["status"]) for order in orders] == [(1, "placed"), (1, "cancelled")]


def test_a_customer_hears_of_no_other_ones_orders(
    client: TestClient, websocket: WebSocketConnect, customer: Headers, manager: Headers
) -> None:
    with websocket(address(customer)) as session:
        client.post("/orders", json=ORDER, headers=manager)
        client.post("/orders", json=ORDER, headers=customer)
        assert session.receive_json()["id"] == 2


def test_a_salesperson_hears_of_everybodys_orders(
    client: TestClient, websocket: WebSocketConnect, customer: Headers, manager: Headers
) -> None:
    with websocket(address(manager)) as session:
        client.post("/orders", json=ORDER, headers=customer)
        assert session.receive_json()["id"] == 1


def test_what_a_client_says_is_ignored(
    client: TestClient, websocket: WebSocketConnect, customer: Headers
) -> None:
    with websocket(address(customer)) as session:
        session.send_text("hello")
        session.send_bytes(b"hello")
        client.post("/orders", json=ORDER, headers=customer)
        assert session.receive_json()["id"] == 1


def test_the_feed_goes_on_when_one_of_its_clients_leaves(
    client: TestClient, websocket: WebSocketConnect, customer: Headers
) -> None:
    with websocket(address(customer)) as stays:
        with websocket(address(customer)):
            pass
        client.post("/orders", json=ORDER, headers=customer)
        assert stays.receive_json()["id"] == 1


@pytest.mark.parametrize("token", ["", "?token=", "?token=nonsense"])
def test_without_a_valid_token_the_feed_is_closed(websocket: WebSocketConnect, token: str) -> None:
    with pytest.raises(WebSocketDisconnect) as refusal, websocket(f"/feed{token}"):
        pass
    assert refusal.value.code == 1008


class FullFeed(Feed):
    """A feed that has told too much before anybody listens."""

    @contextmanager
    def subscribe(self, account_id: int | None) -> Iterator[MemoryObjectReceiveStream[OrderPublic]]:
        with super().subscribe(account_id) as events:
            order = OrderPublic(
                id=1, account_id=1, status=Status.PAID, placed=datetime.now(UTC), total_cents=0, lines=[]
            )
            for number in range(MOST_WAITING + 1):
                self.publish(order.model_copy(update={"id": number}))
            yield events


def test_a_client_that_is_too_slow_gets_what_was_waiting_and_is_left_behind(
    websocket: WebSocketConnect, override: Override, manager: Headers
) -> None:
    override(feed_of, FullFeed())
    with websocket(address(manager)) as session:
        orders = [session.receive_json()["id"] for _ in range(MOST_WAITING)]
        assert orders == list(range(MOST_WAITING))
        with pytest.raises(WebSocketDisconnect) as left:
            session.receive_json()
    assert left.value.code == 1013
