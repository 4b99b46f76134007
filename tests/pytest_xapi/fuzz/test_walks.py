"""Short sequences along the links of a document: which there are, and what they find."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from pytest_xapi.fuzz.model.cases import Step
from pytest_xapi.fuzz.model.sequences import Link, SequenceStep, Taken, walks
from pytest_xapi.fuzz.monitors.app_transport import AppTransport
from pytest_xapi.fuzz.schemathesis_adapter import Api
from xapi import XAPI, HTTPException
from xapi.testing import TestClient

NUMBER = (Taken("path_parameters", "number", "/number"),)
READ = Link("POST /notes", "GET /notes/{number}", NUMBER)
DELETE = Link("POST /notes", "DELETE /notes/{number}", NUMBER)
FOREVER = float("inf")


def labels(found: list[tuple[SequenceStep, ...]]) -> list[list[str]]:
    return [[hop.label for hop in walk] for walk in found]


def test_each_two_operations_that_take_what_one_made_follow_it() -> None:
    assert labels(walks([READ, DELETE], [])) == [
        ["POST /notes", "GET /notes/{number}", "GET /notes/{number}"],
        ["POST /notes", "GET /notes/{number}", "DELETE /notes/{number}"],
        ["POST /notes", "DELETE /notes/{number}", "GET /notes/{number}"],
        ["POST /notes", "DELETE /notes/{number}", "DELETE /notes/{number}"],
    ]


def test_what_is_inside_is_asked_for_after_its_parent_was_deleted() -> None:
    child = Link("POST /notes", "POST /notes/{number}/lines", NUMBER)
    line = Link(
        "POST /notes/{number}/lines", "GET /lines/{line}", (Taken("path_parameters", "line", "/line"),)
    )
    found = walks([DELETE, child, line], [])
    wanted = ["POST /notes", "POST /notes/{number}/lines", "DELETE /notes/{number}", "GET /lines/{line}"]
    assert wanted in labels(found)
    (walk,) = [walk for walk in found if [hop.label for hop in walk] == wanted]
    assert [hop.source for hop in walk] == [None, 0, 0, 1]


def test_what_may_be_repeated_is_sent_twice() -> None:
    assert walks([], ["PUT /settings"]) == [
        (SequenceStep("PUT /settings"), SequenceStep("PUT /settings", repeats=0))
    ]


def test_operations_take_turns() -> None:
    other = Link("POST /tags", "GET /tags/{number}", NUMBER)
    assert [walk[0].label for walk in walks([READ, DELETE, other], [])][:3] == [
        "POST /notes",
        "POST /tags",
        "POST /notes",
    ]


class Note(BaseModel):
    number: int
    text: str


class Draft(BaseModel):
    text: str


def notes_app(bug: str) -> XAPI:
    """An app with a bug that takes a sequence to see."""
    notes: dict[int, Note] = {}
    titles: list[str] = []

    @asynccontextmanager
    async def emptying(app: XAPI) -> AsyncIterator[None]:
        notes.clear()
        titles.clear()
        yield

    app = XAPI(document_errors="exact", lifespan=emptying)
    missing: dict[int | str, dict[str, Any]] = {404: {"description": "No such note"}}

    @app.post("/notes", status_code=201)
    def create(draft: Draft) -> Note:
        note = Note(number=len(notes) + 1, text=draft.text)
        if bug != "not there":
            notes[note.number] = note
        return note

    @app.get("/notes/{number}", responses=missing)
    def read(number: int) -> Note:
        if number not in notes:
            raise HTTPException(404)
        return notes[number]

    @app.delete("/notes/{number}", status_code=204, responses=missing)
    def delete(number: int) -> None:
        if bug == "second delete" and not notes:
            raise RuntimeError("nothing to delete")
        if number not in notes:
            raise HTTPException(404)
        if bug != "still there":
            del notes[number]

    @app.put("/title")
    def rename(draft: Draft) -> int:
        titles.append(draft.text)
        return 1 // (2 - len(titles)) if bug == "second put" else 1

    return app


@contextmanager
def api_of(app: XAPI) -> Iterator[Api]:
    with TestClient(app, raise_server_exceptions=False) as client:
        line = AppTransport(client)
        yield Api(app.openapi(), line.send, restart=line.restart, app=app)


def failed(sequences: list[list[Step]]) -> set[tuple[str, str]]:
    return {
        (step.outcome.operation, item.check)
        for steps in sequences
        for step in steps
        for item in step.outcome.failed
        if item.check != "status_code_conformance"
    }


BUGS = {
    "none": set(),
    "not there": {
        ("GET /notes/{number}", "ensure_resource_availability"),
        ("DELETE /notes/{number}", "ensure_resource_availability"),
    },
    "still there": {("GET /notes/{number}", "use_after_free")},
    "second delete": {("DELETE /notes/{number}", "not_a_server_error")},
    "second put": {("PUT /title", "not_a_server_error")},
}


@pytest.mark.parametrize("bug", BUGS)
def test_walks_show(bug: str) -> None:
    with api_of(notes_app(bug)) as api:
        assert failed(list(api.walks(1, 20, FOREVER))) == BUGS[bug]


@pytest.mark.parametrize("bug", ["not there", "still there", "second delete"])
def test_a_walk_that_is_sent_again_fails_again(bug: str) -> None:
    with api_of(notes_app(bug)) as api:
        walk = next(steps for steps in api.walks(1, 20, FOREVER) if failed([steps]))
        again = api.send_again(walk, [step.outcome.case for step in walk])
        assert [item.check for item in again[-1].failed] == [item.check for item in walk[-1].outcome.failed]


def test_walks_follow_from_the_seed() -> None:
    def sent(seed: int) -> list[bytes]:
        with api_of(notes_app("none")) as api:
            return [step.outcome.request.body for steps in api.walks(seed, 20, FOREVER) for step in steps]

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_no_walk_is_begun_after_the_time() -> None:
    with api_of(notes_app("none")) as api:
        assert list(api.walks(1, 20, 0.0)) == []


def test_no_sequence_is_drawn_after_the_time() -> None:
    with api_of(notes_app("none")) as api:
        drawn: list[Any] = []

        def noted(case: Any) -> Any:
            drawn.append(case)
            return case

        api.change = noted
        assert list(api.sequences(1, 20, 0.0)) == []
        assert drawn == []
        assert list(api.sequences(1, 20, FOREVER))


@pytest.mark.parametrize(("given", "is_followed"), [("7", True), ("seven", False)])
def test_a_walk_ends_where_an_answer_gives_what_must_not_be_sent(given: str, is_followed: bool) -> None:
    app = XAPI()

    @app.post("/notes", status_code=201)
    def create() -> dict[str, str]:
        return {"number": given}

    @app.get("/notes/{number}")
    def read(number: int) -> int:
        return number

    document = app.openapi()
    document["paths"]["/notes"]["post"]["responses"]["201"]["links"] = {
        "read": {
            "operationRef": "#/paths/~1notes~1%7Bnumber%7D/get",
            "parameters": {"path.number": "$response.body#/number"},
        }
    }
    with TestClient(app) as client:
        line = AppTransport(client)
        api = Api(document, line.send, restart=line.restart, app=app)
        sent = [step.outcome.request.path for steps in api.walks(1, 20, FOREVER) for step in steps]
    assert ("/notes/7" in sent) is is_followed
    assert "/notes/seven" not in sent
