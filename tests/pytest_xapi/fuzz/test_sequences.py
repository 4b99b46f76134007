"""Sequences along the links of a document: which there are, and what they find."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from pytest_xapi.fuzz.model.cases import Step
from pytest_xapi.fuzz.model.sequences import Link, SequenceStep, Taken, walks
from pytest_xapi.fuzz.monitors.app_transport import AppTransport
from pytest_xapi.fuzz.schemathesis_adapter import Api
from xapi import XAPI, Header, HTTPException, Query, Response
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


def links_app(parameters: dict[str, Any], *, body: Any = None) -> XAPI:
    """An app whose creations link to a reading with a parameter in path, query and header, and a body."""
    app = XAPI(document_errors="exact")
    link: dict[str, Any] = {"operationId": "take", "parameters": parameters}
    if body is not None:
        link["requestBody"] = body

    @app.put("/notes/{key}", responses={200: {"links": {"Take": link}}})
    def make(
        key: int,
        draft: Draft,
        response: Response,
        size: int = Query(ge=1),
        x_size: int = Header(ge=1),
    ) -> list[Note]:
        response.headers["X-Made"] = str(key)
        return [Note(number=number, text=draft.text) for number in (key, key + 1, key + 2)]

    @app.post("/take/{key}", operation_id="take")
    def take(key: int, draft: Draft, size: int | None = None) -> Draft:
        return draft

    return app


@pytest.mark.parametrize(
    ("parameters", "body", "expected"),
    [
        ({"key": "$request.path.key"}, None, lambda made, taken: taken.path_parameters["key"] == made.key),
        ({"key": "$request.query.size"}, None, lambda made, taken: taken.path_parameters["key"] == made.size),
        ({"key": 7}, None, lambda made, taken: taken.path_parameters["key"] == 7),
        ({"key": "$request.header.x-size"}, None, lambda made, taken: taken.path_parameters["key"] == made.x),
        ({"size": "$request.path.key"}, None, lambda made, taken: taken.query["size"] == made.key),
        ({}, {"text": "$request.body#/text"}, lambda made, taken: taken.body["text"] == made.text),
        ({}, "$request.body", lambda made, taken: taken.body == {"text": made.text}),
        ({}, {"text": "as it is"}, lambda made, taken: taken.body["text"] == "as it is"),
    ],
    ids=[
        "path",
        "query",
        "constant",
        "header",
        "path to query",
        "property",
        "whole body",
        "constant in a body",
    ],
)
@pytest.mark.parametrize("by_chance", [False, True])
def test_a_request_takes_what_a_link_says_of_the_request_before(
    parameters: dict[str, Any], body: Any, expected: Callable[[Any, Any], bool], by_chance: bool
) -> None:
    with api_of(links_app(parameters, body=body)) as api:
        send = api.sequences if by_chance else api.walks
        found = [
            (steps[step.parent].outcome.case.parts, step.outcome.case.parts)
            for steps in send(1, 20, FOREVER)
            for step in steps
            if step.parent is not None
        ]
    assert found
    for made, taken in found:
        known = SimpleNamespace(**made.path_parameters, **made.query, **made.body, x=made.headers["x-size"])
        assert expected(known, taken)


def test_a_header_of_an_answer_and_any_item_of_its_list_are_taken() -> None:
    with api_of(links_app({"key": "$response.header.X-Made", "size": "$response.body#/*/number"})) as api:
        taken = [
            [(binding.name, binding.pointer) for binding in step.bindings]
            for steps in api.sequences(1, 30, FOREVER)
            for step in steps
            if step.parent is not None
        ]
    assert {tuple(each) for each in taken} == {
        (("key", "header:x-made"), ("size", f"/{index}/number")) for index in range(3)
    }


def test_what_the_request_before_took_from_an_answer_comes_from_that_answer() -> None:
    app = XAPI(document_errors="exact")
    again = {"operationId": "again", "parameters": {"number": "$request.path.number"}}
    read = {"operationId": "read", "parameters": {"number": "$response.body#/number"}}

    @app.post("/notes", status_code=201, responses={201: {"links": {"Read": read}}})
    def create(draft: Draft) -> Note:
        return Note(number=7, text=draft.text)

    @app.get("/notes/{number}", operation_id="read", responses={200: {"links": {"Again": again}}})
    def read_note(number: int) -> str:
        return "read"

    @app.get("/again/{number}", operation_id="again")
    def again_note(number: int) -> str:
        return "again"

    with api_of(app) as api:
        found = [
            [(binding.step, binding.pointer) for binding in step.bindings]
            for steps in api.walks(1, 20, FOREVER)
            for step in steps
            if step.outcome.operation == "GET /again/{number}" and len(steps) == 3
        ]
    assert [(0, "/number")] in found


def test_a_bug_that_takes_many_steps_is_found_by_chance() -> None:
    notes: list[int] = []

    @asynccontextmanager
    async def emptying(app: XAPI) -> AsyncIterator[None]:
        notes.clear()
        yield

    app = XAPI(document_errors="exact", lifespan=emptying)

    @app.post("/notes", status_code=201)
    def create(draft: Draft) -> Note:
        notes.append(len(notes) + 1)
        return Note(number=len(notes), text=draft.text)

    @app.get("/notes/{number}", responses={404: {"description": "No such note"}})
    def read(number: int) -> Note:
        if number not in notes:
            raise HTTPException(404)
        return Note(number=number, text="x" * (4 // (4 - len(notes))))

    with api_of(app) as api:
        assert failed(list(api.walks(1, 200, FOREVER))) == set()
        assert ("GET /notes/{number}", "not_a_server_error") in failed(list(api.sequences(1, 25, FOREVER)))


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ('{"operationId": "take", "parameters": {"key": "$url"}}', "sequences cannot evaluate `$url`"),
        ('{"operationId": "gone", "parameters": {"key": 1}}', "Operation 'gone' not found"),
        (
            '{"operationId": "take", "parameters": {"key": "$request.path.id"}}',
            "references non-existent path",
        ),
    ],
)
def test_of_links_those_that_are_not_followed_are_named(link: str, reason: str, app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()
        wrong = WRONG
        right = {"operationId": "take", "parameters": {"key": "$request.path.key"}}
        links = {"Wrong": wrong, "Right": right}

        @app.put("/notes/{key}", responses={200: {"links": links}})
        def make(key: str) -> str:
            return key

        @app.get("/take/{key}", operation_id="take")
        def take(key: str) -> str:
            return key
        """.replace("WRONG", link)
    )
    run = fuzz("--xapi-fuzz-phase=stateful")
    (line,) = [line for line in run.output.splitlines() if "link `Wrong` of PUT /notes/{key}" in line]
    assert line.startswith("not linked: ")
    assert reason in line
    assert run.records["stateful"]["answers"].keys() == {"PUT /notes/{key}", "GET /take/{key}"}


@pytest.mark.parametrize(
    ("removing", "findings"),
    [
        ("del notes[key]", set()),
        ("pass", {("GET /notes/{key}", "use_after_free")}),
    ],
)
def test_what_a_client_has_named_is_read_and_deleted(
    removing: str, findings: set[tuple[str, str]], app_module, fuzz
) -> None:
    app_module(
        """
        from xapi import XAPI, HTTPException

        app = XAPI()
        notes = {}

        @app.put("/notes/{key}")
        def put(key: str, text: str) -> str:
            notes[key] = text
            return text

        @app.get("/notes/{key}", responses={404: {}})
        def read(key: str) -> str:
            if key not in notes:
                raise HTTPException(404)
            return notes[key]

        @app.delete("/notes/{key}", status_code=204, responses={404: {}})
        def remove(key: str) -> None:
            if key not in notes:
                raise HTTPException(404)
            REMOVING
        """.replace("REMOVING", removing)
    )
    run = fuzz("--xapi-fuzz-phase=stateful")
    assert run.findings == findings
    assert "not linked" not in run.output


@pytest.mark.parametrize("path", ["/store/{key}", "/store"])
def test_a_whole_answer_that_is_sent_on_is_found_stored_and_sent_again(path: str, app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI, Response

        app = XAPI()
        link = {"operationId": "store", "requestBody": "$response.body", "parameters": {"key": 7}}

        @app.post("/numbers", status_code=201, responses={201: {"links": {"Store": link}}})
        def make(response: Response) -> list[int]:
            response.set_cookie("session", "abcdefghij1234567", httponly=True)
            return [1234567, 2345678]

        @app.post("PATH", operation_id="store")
        def store(key: int, numbers: list[int]) -> int:
            if 2345678 in numbers:
                raise RuntimeError("stored already")
            return len(numbers)
        """.replace("PATH", path)
    )
    run = fuzz("--xapi-fuzz-phase=stateful")
    assert run.findings == {(f"POST {path}", "not_a_server_error")}
    (finding,) = [item for record in run.records.values() for item in record["findings"]]
    assert finding["repeatable"]
    again = fuzz("--xapi-fuzz-phase=replay")
    assert again.findings == run.findings
