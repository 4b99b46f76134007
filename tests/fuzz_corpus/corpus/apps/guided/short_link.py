"""A link to a file in two folders is taken apart as if it were one: ValueError.

Class: percent encoding, twice
Operation: GET /links
Checks: not_a_server_error
Found by: a text that begins as the code has it, with two slashes that are encoded once more
"""

from typing import Annotated
from urllib.parse import unquote

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel

KINDS = ("file", "page")


class Link(BaseModel):
    kind: str
    folder: int
    name: int


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Links")

    @app.get("/links", responses={404: {"description": "No such link"}})
    async def read(target: Annotated[str, Query(max_length=100)]) -> Link:
        if not target.startswith("go/"):
            raise HTTPException(404)
        _, kind, *rest = target.split("/")
        if kind not in KINDS or len(rest) != 1:
            raise HTTPException(404)
        path = unquote(rest[0])
        if kind == "page" or "/" not in path:
            return Link(kind=kind, folder=0, name=len(path))
        folder, name = path.rsplit("/", 1) if fixed else path.split("/")
        return Link(kind=kind, folder=len(folder), name=len(name))

    return app
