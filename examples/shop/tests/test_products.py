"""Products, their pages and their images."""

from __future__ import annotations

from typing import Any

import pytest

from xapi.testing import TestClient

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)

Headers = dict[str, str]
pytestmark = pytest.mark.usefixtures("catalogue")


def names(response: Any) -> list[str]:
    return [product["name"] for product in response.json()]


def test_a_new_product_is_where_the_answer_says(client: TestClient, manager: Headers) -> None:
    draft = {"name": "Mug", "price_cents": 900, "stock": 3}
    created = client.post("/products", json=draft, headers=manager)
    assert created.status_code == 201
    assert created.json() == {"id": 4, "description": "", "image_type": None, **draft}
    assert client.get(created.headers["Location"]).json() == created.json()


def test_products_are_listed_by_name(client: TestClient) -> None:
    assert names(client.get("/products")) == ["Kettle", "Samovar", "Teapot"]


def test_products_are_found_by_a_part_of_their_name_in_any_case(client: TestClient) -> None:
    assert names(client.get("/products", params={"search": "POT"})) == ["Teapot"]
    assert names(client.get("/products", params={"search": "%"})) == []


def test_products_can_be_limited_to_what_is_in_stock(client: TestClient) -> None:
    assert names(client.get("/products", params={"available": True})) == ["Kettle", "Teapot"]


def test_a_list_is_walked_by_the_links_of_its_pages(client: TestClient) -> None:
    first = client.get("/products", params={"limit": 2})
    assert (names(first), first.headers["X-Total-Count"]) == (["Kettle", "Samovar"], "3")
    assert "prev" not in first.links

    second = client.get(first.links["next"]["url"])
    assert names(second) == ["Teapot"]
    assert "next" not in second.links
    assert names(client.get(second.links["prev"]["url"])) == names(first)


def test_a_change_leaves_alone_what_it_does_not_name(client: TestClient, manager: Headers) -> None:
    before = client.get("/products/1").json()
    changed = client.patch("/products/1", json={"price_cents": 5900}, headers=manager)
    assert changed.json() == before | {"price_cents": 5900}
    assert client.get("/products/1").json() == changed.json()


def test_a_deleted_product_is_gone(client: TestClient, manager: Headers) -> None:
    assert client.delete("/products/1", headers=manager).status_code == 204
    assert client.get("/products/1").status_code == 404


def test_a_product_that_was_ordered_stays(client: TestClient, manager: Headers, customer: Headers) -> None:
    client.post("/orders", json={"lines": [{"product_id": 2}]}, headers=customer)
    assert client.delete("/products/2", headers=manager).status_code == 409
    assert client.get("/products/2").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/products", {"json": {"name": "Mug", "price_cents": 900}}),
        ("PATCH", "/products/1", {"json": {"stock": 1_000_000}}),
        ("DELETE", "/products/1", {}),
        ("PUT", "/products/1/image", {"files": {"image": JPEG}}),
    ],
    ids=["create", "change", "delete", "image"],
)
def test_only_managers_change_the_catalogue(
    client: TestClient, customer: Headers, method: str, path: str, content: Any
) -> None:
    before = client.get("/products").json()
    assert client.request(method, path, **content).status_code == 401
    assert client.request(method, path, headers=customer, **content).status_code == 403
    assert client.get("/products").json() == before


def test_an_image_is_given_back_as_it_was_sent(client: TestClient, manager: Headers) -> None:
    # What the client says about its file is not believed.
    sent = {"image": ("../../photo.png", JPEG, "image/png")}
    assert client.put("/products/2/image", files=sent, headers=manager).json()["image_type"] == "image/jpeg"
    image = client.get("/products/2/image")
    assert (image.headers["Content-Type"], image.content) == ("image/jpeg", JPEG)


def test_an_image_can_be_replaced(client: TestClient, manager: Headers) -> None:
    assert client.get("/products/1/image").headers["Content-Type"] == "image/png"
    client.put("/products/1/image", files={"image": JPEG}, headers=manager)
    assert client.get("/products/1/image").content == JPEG


def test_a_file_that_is_no_image_is_refused(client: TestClient, manager: Headers) -> None:
    sent = {"image": ("image.png", b"<svg/>", "image/png")}
    assert client.put("/products/2/image", files=sent, headers=manager).status_code == 415
    assert client.get("/products/2/image").status_code == 404


def test_an_image_that_is_too_large_is_refused(client: TestClient, manager: Headers) -> None:
    sent = {"image": PNG + bytes(1000)}
    response = client.put("/products/2/image", files=sent, headers=manager)
    assert response.status_code == 413
    assert response.json() == {"detail": "An image may have 1000 bytes."}
