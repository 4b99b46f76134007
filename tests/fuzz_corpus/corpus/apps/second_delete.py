"""The second deletion of the same playlist: KeyError.

Class: second delete
Operation: DELETE /playlists/{number}
Checks: not_a_server_error
Found by: a sequence of three requests: create, delete, delete
Issue: https://arxiv.org/abs/1806.09739
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    title: str


class Playlist(BaseModel):
    number: int
    title: str


def create_app(fixed: bool) -> XAPI:
    created: list[Playlist] = []
    kept: dict[int, Playlist] = {}
    app = XAPI(title="Playlists", version="1.0.0", document_errors="exact", lifespan=emptying(created, kept))

    @app.post("/playlists", status_code=201)
    async def create(draft: Draft) -> Playlist:
        playlist = Playlist(number=3_000 + len(created), title=draft.title)
        created.append(playlist)
        kept[playlist.number] = playlist
        return playlist

    @app.delete("/playlists/{number}", status_code=204, responses={404: {"description": "No such playlist"}})
    async def delete(number: Annotated[int, Path(ge=3_000)]) -> None:
        known = kept if fixed else [playlist.number for playlist in created]
        if number not in known:
            raise HTTPException(404)
        del kept[number]

    return app
