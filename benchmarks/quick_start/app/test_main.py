"""Its suite: 25 tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from main import Shelf, app, get_shelf

LAMP = {"name": "lamp", "price": 20.5}
CLERK = {"x-token": "secret"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    shelf = Shelf()
    app.dependency_overrides[get_shelf] = lambda: shelf
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.clear()


@pytest.fixture
def lamp(client: TestClient) -> int:
    return client.post("/items", json=LAMP).json()["id"]


def test_home_is_a_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Shop" in answer.text


def test_parameters_are_read(client: TestClient) -> None:
    answer = client.get("/items/7?search=book&limit=5&in_stock=true")
    assert answer.json() == {"number": 7, "search": "book", "limit": 5, "in_stock": True}


def test_parameters_have_defaults(client: TestClient) -> None:
    assert client.get("/items/7?search=book").json()["limit"] == 10


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", ["query", "search"]),
        ("search=a&limit=0", ["query", "limit"]),
        ("search=a&limit=101", ["query", "limit"]),
        ("search=a&in_stock=perhaps", ["query", "in_stock"]),
    ],
)
def test_wrong_parameters_are_told(client: TestClient, query: str, place: list[str]) -> None:
    answer = client.get(f"/items/7?{query}")
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [place]


def test_a_path_has_its_type(client: TestClient) -> None:
    assert client.get("/items/seven?search=a").json()["detail"][0]["loc"] == ["path", "number"]


def test_an_item_is_created(client: TestClient) -> None:
    answer = client.post("/items", json=LAMP)
    assert answer.status_code == 201
    assert answer.json() == {**LAMP, "id": 1, "tags": [], "in_stock": True}


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"price": 0}, "greater_than"), ({"name": ""}, "string_too_short"), ({"tags": 1}, "list_type")],
)
def test_wrong_items_are_told(client: TestClient, change: dict[str, object], kind: str) -> None:
    answer = client.post("/items", json={**LAMP, **change})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == kind


def test_a_body_that_is_no_json_is_told(client: TestClient) -> None:
    answer = client.post("/items", content="{", headers={"content-type": "application/json"})
    assert answer.json()["detail"][0]["type"] == "json_invalid"


def test_an_item_is_read(client: TestClient, lamp: int) -> None:
    assert client.get(f"/stored/{lamp}").json()["name"] == "lamp"


def test_an_item_that_is_not_there(client: TestClient) -> None:
    answer = client.get("/stored/9")
    assert (answer.status_code, answer.json()) == (404, {"detail": "No such item"})


def test_an_item_is_replaced(client: TestClient, lamp: int) -> None:
    answer = client.put(f"/stored/{lamp}", json={"name": "bulb", "price": 1}, headers=CLERK)
    assert answer.json()["name"] == "bulb"
    assert client.get(f"/stored/{lamp}").json()["price"] == 1


def test_an_item_is_removed(client: TestClient, lamp: int) -> None:
    answer = client.delete(f"/stored/{lamp}", headers=CLERK)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"/stored/{lamp}").status_code == 404


def test_others_are_refused(client: TestClient, lamp: int) -> None:
    answer = client.delete(f"/stored/{lamp}", headers={"x-token": "wrong"})
    assert (answer.status_code, answer.json()) == (403, {"detail": "Not a clerk"})


def test_a_token_is_required(client: TestClient, lamp: int) -> None:
    assert client.delete(f"/stored/{lamp}").json()["detail"][0]["loc"] == ["header", "x-token"]


def test_a_form_is_read_and_a_cookie_set(client: TestClient) -> None:
    answer = client.post("/login", data={"user": "ada"})
    assert answer.json() == {"user": "ada"}
    assert client.cookies["user"] == "ada"


def test_a_file_is_read(client: TestClient) -> None:
    answer = client.post("/pictures", files={"picture": ("lamp.png", b"12345")})
    assert answer.json() == {"name": "lamp.png", "size": 5}


def test_people_chat(client: TestClient) -> None:
    with client.websocket_connect("/chat") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "you said hello"


def test_a_wrong_method_is_told(client: TestClient) -> None:
    assert client.delete("/items").status_code == 405


def test_the_document_has_the_operations(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["info"] == {"title": "Shop", "version": "1.0"}
    assert set(document["paths"]["/stored/{number}"]) == {"get", "put", "delete"}


def test_the_page_of_it_is_there(client: TestClient) -> None:
    assert "Shop" in client.get("/docs").text
