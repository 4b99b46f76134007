"""What the notes API promises."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from notes.main import now

from pytest_xapi import Override
from xapi.testing import AsyncClient, TestClient

GROCERIES = {"title": "Groceries", "text": "Bread, butter", "pinned": False}


def test_a_new_database_holds_one_note(client: TestClient) -> None:
    notes = client.get("/notes").json()
    assert [note["title"] for note in notes] == ["Welcome"]


def test_a_created_note_can_be_read(client: TestClient) -> None:
    created = client.post("/notes", json=GROCERIES)
    assert created.status_code == 201
    assert created.json().items() >= GROCERIES.items()

    note_id = created.json()["id"]
    assert client.get(f"/notes/{note_id}").json() == created.json()


def test_text_and_pin_can_be_left_out(client: TestClient) -> None:
    created = client.post("/notes", json={"title": "Call home"}).json()
    assert (created["text"], created["pinned"]) == ("", False)


def test_a_note_is_dated(client: TestClient, override: Override) -> None:
    override(now, lambda: datetime(2026, 7, 14, 9, 30, tzinfo=UTC))
    created = client.post("/notes", json=GROCERIES).json()
    assert created["edited"] == "2026-07-14T09:30:00Z"


def test_a_note_can_be_replaced(client: TestClient) -> None:
    replaced = client.put("/notes/1", json=GROCERIES)
    assert replaced.status_code == 200
    assert client.get("/notes/1").json() == replaced.json()
    assert replaced.json().items() >= GROCERIES.items()


def test_a_deleted_note_is_gone(client: TestClient) -> None:
    deleted = client.delete("/notes/1")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get("/notes/1").status_code == 404


@pytest.mark.parametrize(
    ("method", "body"),
    [("GET", None), ("PUT", GROCERIES), ("DELETE", None)],
    ids=["read", "replace", "delete"],
)
def test_a_note_that_is_not_there(client: TestClient, method: str, body: Any) -> None:
    response = client.request(method, "/notes/12345", json=body)
    assert response.status_code == 404
    assert response.json() == {"detail": "There is no note with this id."}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"text": "no title"}, ["body", "title"]),
        ({"title": ""}, ["body", "title"]),
        ({"title": "x" * 201}, ["body", "title"]),
        ({"title": "Groceries", "pinned": "perhaps"}, ["body", "pinned"]),
    ],
    ids=["no title", "empty title", "long title", "pin that is no boolean"],
)
def test_a_bad_draft_is_refused_and_the_place_is_named(
    client: TestClient, body: dict[str, Any], place: list[str]
) -> None:
    response = client.post("/notes", json=body)
    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [place]
    assert len(client.get("/notes").json()) == 1


def test_pinned_notes_come_first_then_the_latest(client: TestClient) -> None:
    for title in ("one", "two"):
        client.post("/notes", json={"title": title})
    assert titles(client) == ["Welcome", "two", "one"]
    assert titles(client, limit=1, offset=1) == ["two"]


def test_notes_are_searched_by_title_in_any_case(client: TestClient) -> None:
    client.post("/notes", json=GROCERIES)
    assert titles(client, search="GROC") == ["Groceries"]
    assert titles(client, search="%") == []


async def test_notes_created_at_the_same_time_are_all_kept(async_client: AsyncClient) -> None:
    responses = await asyncio.gather(*[async_client.post("/notes", json=GROCERIES) for _ in range(5)])
    assert len({response.json()["id"] for response in responses}) == 5
    assert len((await async_client.get("/notes")).json()) == 6


def titles(client: TestClient, **query: Any) -> list[str]:
    return [note["title"] for note in client.get("/notes", params=query).json()]
