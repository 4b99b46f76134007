"""What was deleted is still in the index, and its row is not there: TypeError.

Class: state, missing row after a deletion
Operation: GET /rooms/{number}
Checks: not_a_server_error
Found by: a sequence of three requests: create, delete, read
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from pydantic import BaseModel, Field

from xapi import XAPI, HTTPException, Path


class Draft(BaseModel):
    seats: Annotated[int, Field(ge=1, le=99)]


class Room(BaseModel):
    number: int
    seats: int


NONE = {404: {"description": "No such room"}}
Number = Annotated[int, Path(ge=1, le=9_999)]


def create_app(fixed: bool) -> XAPI:
    opened: list[sqlite3.Connection] = []
    index: set[int] = set()

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        index.clear()
        opened.append(sqlite3.connect(":memory:"))
        opened[-1].execute("create table rooms (number integer primary key, seats integer)")
        yield
        opened.pop().close()

    app = XAPI(title="Rooms", version="1.0.0", document_errors="exact", lifespan=lifespan)

    @app.post("/rooms", status_code=201)
    async def create(draft: Draft) -> Room:
        number = 700 + len(index)
        index.add(number)
        opened[-1].execute("insert into rooms values (?, ?)", [number, draft.seats])
        return Room(number=number, seats=draft.seats)

    @app.get("/rooms/{number}", responses=NONE)
    async def read(number: Number) -> Room:
        if number not in index:
            raise HTTPException(404)
        row = opened[-1].execute("select seats from rooms where number = ?", [number]).fetchone()
        if fixed and row is None:
            raise HTTPException(404)
        return Room(number=number, seats=row[0])

    @app.delete("/rooms/{number}", status_code=204, responses=NONE)
    async def delete(number: Number) -> None:
        if opened[-1].execute("delete from rooms where number = ?", [number]).rowcount == 0:
            raise HTTPException(404)

    return app
