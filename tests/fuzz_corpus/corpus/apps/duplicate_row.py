"""The same name a second time breaks a constraint of the database: IntegrityError.

Class: database, uniqueness violation
Operation: POST /tags
Checks: not_a_server_error
Found by: the same name twice, with another colour
Issue: https://docs.sqlalchemy.org/en/20/errors.html#integrityerror
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, HTTPException


class Tag(BaseModel):
    model_config = ConfigDict(strict=True)

    name: Annotated[str, Field(pattern="^[a-z]{1,3}$")]
    colour: Literal["red", "green", "blue"]


def create_app(fixed: bool) -> XAPI:
    opened: list[sqlite3.Connection] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        opened.append(sqlite3.connect(":memory:"))
        opened[-1].execute("create table tags (name text unique, colour text)")
        yield
        opened.pop().close()

    app = XAPI(title="Tags", version="1.0.0", document_errors="exact", lifespan=lifespan)

    @app.post("/tags", status_code=201, responses={409: {"description": "The name is taken"}})
    async def create(tag: Tag) -> Tag:
        try:
            opened[-1].execute("insert into tags values (?, ?)", [tag.name, tag.colour])
        except sqlite3.IntegrityError:
            if fixed:
                raise HTTPException(409) from None
            raise
        return tag

    return app
