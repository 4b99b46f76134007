"""Orders: stock, who may see and do what, e-mails, the export."""

from __future__ import annotations

import asyncio
import csv
from typing import Any

import pytest

from xapi.testing import AsyncClient, TestClient

Headers = dict[str, str]
pytestmark = pytest.mark.usefixtures("catalogue")


def order(client: TestClient, headers: Headers, *lines: tuple[int, int]) -> Any:
    draft = {"lines": [{"product_id": product, "quantity": quantity} for product, quantity in lines]}
    return client.post("/orders", json=draft, headers=headers)


def stock(client: TestClient, product: int) -> int:
    left: int = client.get(f"/products/{product}").json()["stock"]
    return left


def test_an_order_adds_up_and_can_be_read(client: TestClient, customer: Headers) -> None:
    placed = order(client, customer, (1, 2), (2, 1))
    assert placed.status_code == 201
    assert placed.json()["total_cents"] == 2 * 4900 + 3900
    assert [line["name"] for line in placed.json()["lines"]] == ["Kettle", "Teapot"]
    assert client.get(f"/orders/{placed.json()['id']}", headers=customer).json() == placed.json()


def test_an_order_keeps_the_price_that_it_was_placed_at(
    client: TestClient, customer: Headers, manager: Headers
) -> None:
    order(client, customer, (1, 1))
    client.patch("/products/1", json={"price_cents": 1}, headers=manager)
    assert client.get("/orders/1", headers=customer).json()["lines"][0]["price_cents"] == 4900


def test_what_is_ordered_is_taken_from_stock(client: TestClient, customer: Headers) -> None:
    order(client, customer, (1, 2))
    assert stock(client, 1) == 18


def test_an_order_is_all_or_nothing(client: TestClient, customer: Headers, outbox: list[Any]) -> None:
    outbox.clear()
    assert order(client, customer, (1, 2), (3, 1)).status_code == 409
    assert stock(client, 1) == 20
    assert client.get("/orders", headers=customer).json() == []
    assert outbox == []


def test_a_product_that_does_not_exist_cannot_be_ordered(client: TestClient, customer: Headers) -> None:
    assert order(client, customer, (99, 1)).json() == {"detail": "There is no product 99."}


async def test_the_last_pieces_are_sold_once(async_client: AsyncClient) -> None:
    password = "a password of her own"
    account = {"email": "bea@example.com", "name": "Bea", "password": password}
    await async_client.post("/accounts", json=account)
    answer = await async_client.post("/token", data={"username": account["email"], "password": password})
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    draft = {"lines": [{"product_id": 2, "quantity": 2}]}
    orders = [async_client.post("/orders", json=draft, headers=headers) for _ in range(4)]
    statuses = [response.status_code for response in await asyncio.gather(*orders)]
    assert sorted(statuses) == [201, 201, 409, 409]
    assert (await async_client.get("/products/2")).json()["stock"] == 1


def test_an_order_is_confirmed_by_e_mail(client: TestClient, customer: Headers, outbox: list[Any]) -> None:
    order(client, customer, (1, 2))
    to, subject, text = outbox[-1]
    assert (to, subject) == ("bea@example.com", "Your order 1 is placed")
    assert "your order over 98.00 is placed" in text


def test_a_cancelled_order_goes_back_into_stock(
    client: TestClient, customer: Headers, outbox: list[Any]
) -> None:
    order(client, customer, (1, 2), (2, 5))
    assert client.post("/orders/1/cancel", headers=customer).json()["status"] == "cancelled"
    assert (stock(client, 1), stock(client, 2)) == (20, 5)
    assert outbox[-1][1] == "Your order 1 is cancelled"


def test_an_order_cannot_be_cancelled_twice(client: TestClient, customer: Headers) -> None:
    order(client, customer, (1, 2))
    client.post("/orders/1/cancel", headers=customer)
    again = client.post("/orders/1/cancel", headers=customer)
    assert again.status_code == 409
    assert again.json() == {"detail": "An order that is cancelled cannot become cancelled."}
    assert stock(client, 1) == 20


def test_an_order_is_paid_then_shipped(client: TestClient, customer: Headers, manager: Headers) -> None:
    order(client, customer, (1, 1))
    shipped = {"status": "shipped"}
    assert client.put("/sales/1/status", json=shipped, headers=manager).status_code == 409
    assert client.put("/sales/1/status", json={"status": "paid"}, headers=manager).status_code == 200
    assert client.put("/sales/1/status", json=shipped, headers=manager).status_code == 200
    assert client.get("/orders/1", headers=customer).json()["status"] == "shipped"


@pytest.mark.parametrize(("method", "path"), [("GET", "/orders/1"), ("POST", "/orders/1/cancel")])
def test_another_ones_order_is_not_there(
    client: TestClient, customer: Headers, manager: Headers, method: str, path: str
) -> None:
    order(client, manager, (1, 1))
    response = client.request(method, path, headers=customer)
    assert response.status_code == 404
    assert response.json() == client.get("/orders/99", headers=customer).json()
    assert client.get("/orders", headers=customer).json() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/sales", None),
        ("GET", "/sales.csv", None),
        ("PUT", "/sales/1/status", {"status": "paid"}),
    ],
)
def test_only_salespeople_see_and_process_sales(
    client: TestClient, customer: Headers, method: str, path: str, body: Any
) -> None:
    order(client, customer, (1, 1))
    assert client.request(method, path, json=body, headers=customer).status_code == 403
    assert client.get("/orders/1", headers=customer).json()["status"] == "placed"


def test_sales_are_everybodys_orders_by_status(
    client: TestClient, customer: Headers, manager: Headers
) -> None:
    for headers in (customer, manager, customer):
        order(client, headers, (1, 1))
    client.post("/orders/1/cancel", headers=customer)

    def sales(**query: str) -> list[int]:
        return [sale["id"] for sale in client.get("/sales", params=query, headers=manager).json()]

    assert sales() == [1, 2, 3]
    assert sales(status="placed") == [2, 3]


def test_sales_are_exported_line_by_line(client: TestClient, customer: Headers, manager: Headers) -> None:
    for _ in range(3):
        order(client, customer, (1, 1), (2, 1))
    with client.stream("GET", "/sales.csv", headers=manager) as response:
        assert response.headers["Content-Type"].startswith("text/csv")
        rows = list(csv.DictReader(response.iter_lines()))
    assert [row["order"] for row in rows] == ["1", "1", "2", "2", "3", "3"]
    assert [row["name"] for row in rows[:2]] == ["Kettle", "Teapot"]


def test_an_export_can_be_left_in_the_middle(client: TestClient, customer: Headers, manager: Headers) -> None:
    for _ in range(3):
        order(client, customer, (1, 1))
    with client.stream("GET", "/sales.csv", headers=manager) as response:
        assert next(response.iter_lines()).startswith("order,placed")
    assert client.get("/sales", headers=manager).headers["X-Total-Count"] == "3"
