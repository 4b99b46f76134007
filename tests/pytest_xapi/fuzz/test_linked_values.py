"""Sequences along values that were answered: what they find is true, and can be sent again."""

from __future__ import annotations

import pytest

STATEFUL = "--xapi-fuzz-phase=stateful"
APP = """
    import uuid
    from typing import Annotated
    from pydantic import BaseModel
    from xapi import XAPI, HTTPException, Path

    app = XAPI()
    things = {{}}

    class New(BaseModel):
        title: str

    class Thing(New):
        {property}: {type}

    @app.post("/things", status_code=201)
    def make(new: New) -> Thing:
        made = Thing(title=new.title, {property}={value})
        things[made.{property}] = made
        return made

    @app.get("/things/{{{name}}}", responses={{404: {{}}}})
    def read({name}: {wanted}) -> Thing:
        if {name} not in things:
            raise HTTPException(404)
        return things[{name}]

    @app.delete("/things/{{{name}}}", status_code=204, responses={{404: {{}}}})
    def remove({name}: {wanted}) -> None:
        if {name} not in things:
            raise HTTPException(404)
"""
IDENTIFIERS = {
    "number of an id": {"property": "id", "type": "int", "value": "len(things) + 7001", "name": "number"},
    "uuid": {"property": "reference", "type": "uuid.UUID", "value": "uuid.uuid4()", "name": "thing"},
    "slug": {"property": "slug", "type": "str", "value": "f'thing-{len(things)}'", "name": "article"},
}


@pytest.mark.parametrize("names", IDENTIFIERS.values(), ids=IDENTIFIERS)
def test_what_was_made_is_read_and_deleted_whatever_it_is_called(names, app_module, fuzz) -> None:
    app_module(APP.format(**names, wanted=names["type"]))
    run = fuzz(STATEFUL)
    # It can be read after it was deleted, which only a value that was answered shows.
    assert run.findings == {(f"GET /things/{{{names['name']}}}", "use_after_free")}
    assert "not linked" not in run.output


def test_a_value_that_the_parameter_does_not_allow_is_not_taken(app_module, fuzz) -> None:
    names = IDENTIFIERS["number of an id"] | {"name": "thing_id"}
    app_module(APP.format(**names, wanted="Annotated[int, Path(le=1000)]"))
    run = fuzz(STATEFUL)
    assert run.records["stateful"]["answers"]["GET /things/{thing_id}"].get("404")
    assert run.findings == set()


def test_each_finding_has_a_command_line_that_sends_it(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI
        from pydantic import BaseModel

        app = XAPI()

        class Thing(BaseModel):
            id: int

        @app.post("/things", status_code=201)
        def make() -> Thing:
            return Thing(id=7)

        @app.get("/things/{thing_id}")
        def read(thing_id: int) -> Thing:
            if thing_id == 7:
                raise RuntimeError("seven")
            return Thing(id=thing_id)
        """
    )
    output = fuzz(STATEFUL).output
    assert "curl -i http://127.0.0.1:8000/things/7" in output
    assert "looks for it" not in output


def test_what_is_not_linked_is_named(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI
        from pydantic import BaseModel

        app = XAPI()

        class Book(BaseModel):
            title: str

        @app.post("/books", status_code=201)
        def add(book: Book) -> Book:
            return book

        @app.get("/books/{number}")
        def read(number: int) -> Book:
            return Book(title=str(number))
        """
    )
    run = fuzz(STATEFUL)
    reason = "no answer of another operation has a value of its type, so sequences do not use what was made"
    assert f"not linked: path parameter `number` of GET /books/{{number}}: {reason}" in run.output
    assert run.records["stateful"]["unlinked"] == [
        {
            "operation": "GET /books/{number}",
            "what": "path parameter `number`",
            "reason": reason,
            "pointer": "",
        }
    ]


@pytest.mark.parametrize("made", ["", "    visits: int = 1234"], ids=["an echo", "a number of another kind"])
def test_content_is_not_taken_for_what_identifies(made, app_module, fuzz) -> None:
    app_module(
        f"""
        from xapi import XAPI, HTTPException
        from pydantic import BaseModel

        app = XAPI()

        class New(BaseModel):
            title: str
            pages: int

        class Book(New):
            pass
        {made}

        books = {{1: Book(title="Walden", pages=352)}}

        @app.post("/books", status_code=201)
        def add(book: New) -> Book:
            books[len(books) + 1] = made = Book(**book.model_dump())
            return made

        @app.get("/books/{{number}}", responses={{404: {{}}}})
        def read(number: int) -> Book:
            if number not in books:
                raise HTTPException(404)
            return books[number]
        """
    )
    assert fuzz(STATEFUL).findings == set()


@pytest.mark.parametrize("below", ["/photo", "/owner/", "/parts/first"])
def test_what_lies_below_a_resource_need_not_be_there_from_the_beginning(
    app_module, fuzz, below: str
) -> None:
    names = IDENTIFIERS["number of an id"]
    more = f"""
    @app.get("/things/{{number}}{below}", responses={{404: {{}}}})
    def part(number: int) -> str:
        raise HTTPException(404)
"""
    app_module(APP.format(**names, wanted=names["type"]) + more)
    run = fuzz(STATEFUL)
    assert run.records["stateful"]["answers"][f"GET /things/{{number}}{below}"].get("404")
    assert {check for _, check in run.findings} == {"use_after_free"}


def test_a_resource_that_was_made_and_is_not_there_is_a_finding(app_module, fuzz) -> None:
    names = IDENTIFIERS["number of an id"] | {"name": "thing_id"}
    app_module(APP.format(**names, wanted="int").replace("things[made.id] = made", "pass"))
    assert ("GET /things/{thing_id}", "ensure_resource_availability") in fuzz(STATEFUL).findings
