"""What is read after it was created is the draft, without its number.

Class: created and read back as another thing
Operation: GET /songs/{number}
Checks: response_schema_conformance
Found by: a sequence of two requests: create, read
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path
from xapi.responses import JSONResponse


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    title: str


class Song(BaseModel):
    number: int
    title: str


def create_app(fixed: bool) -> XAPI:
    songs: dict[int, dict[str, Any]] = {}
    app = XAPI(title="Songs", version="1.0.0", document_errors="exact", lifespan=emptying(songs))

    @app.post("/songs", status_code=201)
    async def create(draft: Draft) -> Song:
        song = Song(number=7_000 + len(songs), title=draft.title)
        songs[song.number] = song.model_dump() if fixed else draft.model_dump()
        return song

    @app.get("/songs/{number}", response_model=Song, responses={404: {"description": "No such song"}})
    async def read(number: Annotated[int, Path(ge=7_000)]) -> JSONResponse:
        if number not in songs:
            raise HTTPException(404)
        return JSONResponse(songs[number])

    return app
