"""An upload of one part is divided by the parts before the last: ZeroDivisionError.

Class: states, value of an answer
Operation: POST /uploads/{number}/completion
Checks: not_a_server_error
Found by: a sequence of three requests: begin, send a part, complete; two have the ticket of the first
"""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path

NONE = {404: {"description": "No such upload"}}
CONFLICT = {409: {"description": "Not its ticket, or not its parts"}}
Number = Annotated[int, Path(ge=1)]


class File(BaseModel):
    name: Annotated[str, Field(max_length=20)]


class Begun(BaseModel):
    number: int
    ticket: str


class Part(BaseModel):
    ticket: str
    size: Annotated[int, Field(ge=1, le=1_000)]


class Completion(BaseModel):
    ticket: str
    parts: Annotated[int, Field(ge=1, le=100)]


@dataclass
class Upload:
    """What has come of a file."""

    ticket: str
    sizes: list[int] = field(default_factory=list)


def create_app(fixed: bool) -> XAPI:
    uploads: dict[int, Upload] = {}
    app = XAPI(title="Uploads", version="1.0.0", document_errors="exact", lifespan=emptying(uploads))

    def opened(number: int, ticket: str) -> Upload:
        if number not in uploads:
            raise HTTPException(404)
        if uploads[number].ticket != ticket:
            raise HTTPException(409)
        return uploads[number]

    def usual_size(sizes: list[int]) -> int:
        *before, last = sizes
        if fixed and not before:
            return last
        return sum(before) // len(before)

    @app.post("/uploads", status_code=201)
    async def begin(file: File) -> Begun:
        number = len(uploads) + 1
        uploads[number] = Upload(f"T{number * 48_271 % 99_991:05d}")
        return Begun(number=number, ticket=uploads[number].ticket)

    @app.post("/uploads/{number}/parts", responses=NONE | CONFLICT)
    async def send(number: Number, part: Part) -> int:
        upload = opened(number, part.ticket)
        upload.sizes.append(part.size)
        return len(upload.sizes)

    @app.post("/uploads/{number}/completion", responses=NONE | CONFLICT)
    async def complete(number: Number, completion: Completion) -> int:
        upload = opened(number, completion.ticket)
        if completion.parts != len(upload.sizes):
            raise HTTPException(409)
        return await asyncio.to_thread(usual_size, upload.sizes)

    return app
