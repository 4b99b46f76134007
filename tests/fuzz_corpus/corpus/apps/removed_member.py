"""A member of a club is removed twice: the second time fails.

Class: second delete
Operation: DELETE /clubs/{club_id}
Checks: not_a_server_error
Found by: a sequence of three requests: create, delete, delete
Issue: https://arxiv.org/abs/1806.09739
"""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str


class Club(BaseModel):
    id: int
    name: str


def create_app(fixed: bool) -> FastAPI:
    clubs: dict[int, Club | None] = {}
    app = FastAPI(title="Clubs", lifespan=emptying(clubs))

    @app.post("/clubs", status_code=201, responses={400: {"description": "The body is not JSON"}})
    async def create(draft: Draft) -> Club:
        club = Club(id=500 + len(clubs), name=draft.name)
        clubs[club.id] = club
        return club

    @app.delete("/clubs/{club_id}", responses={404: {"description": "No such club"}})
    async def delete(club_id: Annotated[int, Path(ge=500)]) -> str:
        club = clubs.get(club_id)
        if club is None and (fixed or club_id not in clubs):
            raise HTTPException(404)
        clubs[club_id] = None
        return club.name

    return app
