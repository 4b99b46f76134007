"""Properties that the document does not have for a body, and that an app takes all the same."""

from __future__ import annotations

import pytest

MEMBERS = """
    from pydantic import BaseModel
    from xapi import XAPI, HTTPException, Request

    app = XAPI()
    members: dict[int, dict] = {}

    class Draft(BaseModel):
        name: str

    class Member(BaseModel):
        number: int = 0
        name: str = ""
        is_admin: bool = False
        plan: str = "free"

    @app.post("/members", status_code=201)
    async def create(draft: Draft, request: Request) -> ANSWER:
        number = len(members) + 1
        read = await request.json()
        members[number] = {**TAKEN, "number": number}
        return RETURNED

    @app.get("/members/{number}", responses={404: {}})
    async def read(number: int) -> Member:
        if number not in members:
            raise HTTPException(404)
        return Member(**members[number])

    @app.METHOD("/members/{number}/settings")
    async def change(number: int, draft: Draft, request: Request) -> Member:
        read = await request.json()
        return Member(**{**CHANGED, "number": number})
"""


def source(**changed: str) -> str:
    parts = {
        "ANSWER": "Member",
        "RETURNED": "Member(**members[number])",
        "TAKEN": "draft.model_dump()",
        "CHANGED": "draft.model_dump()",
        "METHOD": "put",
    }
    text = MEMBERS
    for name, code in (parts | changed).items():
        text = text.replace(name, code)
    return text


def test_who_takes_what_is_declared_is_clean(app_module, fuzz) -> None:
    app_module(source())
    run = fuzz()
    assert run.exit_code == 0, run.output


def test_what_is_taken_from_a_body_is_found(app_module, fuzz) -> None:
    app_module(source(TAKEN="read"))
    run = fuzz()
    assert run.findings == {("POST /members", "mass_assignment")}
    assert "the app accepted them: `is_admin`, `plan`. true came back as `is_admin`" in run.output
    assert "error XF110 POST /members: Property taken that the document does not have" in run.output
    assert run.outcomes["xapi::POST /members random"] == "passed"


def test_what_only_a_later_reading_shows_is_found(app_module, fuzz) -> None:
    app_module(source(TAKEN="read", ANSWER="int", RETURNED="number"))
    run = fuzz()
    assert run.findings == {("POST /members", "mass_assignment")}


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_a_change_takes_is_found(app_module, fuzz, method: str) -> None:
    app_module(source(CHANGED="read", METHOD=method))
    run = fuzz()
    assert run.findings == {(f"{method.upper()} /members/{{number}}/settings", "mass_assignment")}


def test_a_name_of_the_source_is_tried(app_module, fuzz) -> None:
    app_module(
        """
        from pydantic import BaseModel
        from xapi import XAPI, Request
        from xapi.responses import JSONResponse

        app = XAPI()

        class Draft(BaseModel):
            name: str

        @app.post("/members")
        async def create(draft: Draft, request: Request) -> dict[str, str]:
            read = await request.json()
            return {"name": draft.name, "credit": str(read.get("credit", "none"))}
        """
    )
    assert ("POST /members", "mass_assignment") in fuzz().findings


def test_a_body_that_may_have_any_property_is_not_looked_at(app_module, fuzz) -> None:
    app_module(
        """
        from typing import Any
        from pydantic import BaseModel, ConfigDict
        from xapi import XAPI

        app = XAPI()

        class Event(BaseModel):
            model_config = ConfigDict(extra="allow")
            name: str

        class Member(BaseModel):
            is_admin: bool = False

        @app.post("/events")
        def event(event: Event) -> Event:
            return event

        @app.post("/anything")
        def anything(body: dict[str, Any]) -> dict[str, Any]:
            return body

        @app.get("/member")
        def member() -> Member:
            return Member()
        """
    )
    run = fuzz()
    assert "mass_assignment" not in {check for _, check in run.findings}
