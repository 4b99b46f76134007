"""The bays of a warehouse are counted from zero, and the last number is let through: IndexError.

Class: rows that two operations agree on
Operation: POST /pallets
Checks: not_a_server_error
Found by: a sequence of two requests: the code of the warehouse, and as its bay how many it has
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Lock
from typing import Annotated, Any

from pydantic import BaseModel, Field

from xapi import XAPI, HTTPException

NONE = {404: {"description": "No such warehouse"}}
CONFLICT = {409: {"description": "No such bay, or the code is taken"}}
Code = Annotated[str, Field(min_length=2, max_length=12)]


class Warehouse(BaseModel):
    code: Code
    bays: Annotated[int, Field(ge=1, le=10_000)]


class Pallet(BaseModel):
    warehouse: Code
    bay: Annotated[int, Field(ge=0, le=10_000)]


def create_app(fixed: bool) -> XAPI:
    opened: list[sqlite3.Connection] = []
    one_at_a_time = Lock()

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        opened.append(sqlite3.connect(":memory:", check_same_thread=False))
        opened[-1].execute("create table warehouses (code text primary key, bays integer)")
        yield
        opened.pop().close()

    def rows(statement: str, *values: object) -> list[Any]:
        with one_at_a_time:
            return opened[-1].execute(statement, values).fetchall()

    app = XAPI(title="Pallets", version="1.0.0", document_errors="exact", lifespan=lifespan)

    @app.post("/warehouses", status_code=201, responses=CONFLICT)
    def build(warehouse: Warehouse) -> Warehouse:
        try:
            rows("insert into warehouses values (?, ?)", warehouse.code, warehouse.bays)
        except sqlite3.IntegrityError:
            raise HTTPException(409) from None
        return warehouse

    @app.post("/pallets", status_code=201, responses=NONE | CONFLICT)
    def store(pallet: Pallet) -> str:
        found = rows("select bays from warehouses where code = ?", pallet.warehouse)
        if not found:
            raise HTTPException(404)
        bays = [f"bay {number}" for number in range(found[0][0])]
        if pallet.bay > len(bays) or (fixed and pallet.bay == len(bays)):
            raise HTTPException(409)
        return bays[pallet.bay]

    return app
