"""A deleted draft is marked as deleted, and still read.

Class: use after delete
Operation: GET /drafts/{number}
Checks: use_after_free
Found by: a sequence of three requests: create, delete, read
Issue: https://arxiv.org/abs/1806.09739
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path

NONE = {404: {"description": "No such draft"}}
Number = Annotated[int, Path(ge=1)]


class Text(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str


class Draft(BaseModel):
    number: int
    text: str


def create_app(fixed: bool) -> XAPI:
    drafts: dict[int, Draft] = {}
    deleted: set[int] = set()
    app = XAPI(title="Drafts", version="1.0.0", document_errors="exact", lifespan=emptying(drafts, deleted))

    @app.post("/drafts", status_code=201)
    async def create(text: Text) -> Draft:
        draft = Draft(number=len(drafts) + 1, text=text.text)
        drafts[draft.number] = draft
        return draft

    @app.get("/drafts/{number}", responses=NONE)
    async def read(number: Number) -> Draft:
        if number not in drafts or (fixed and number in deleted):
            raise HTTPException(404)
        return drafts[number]

    @app.delete("/drafts/{number}", status_code=204, responses=NONE)
    async def delete(number: Number) -> None:
        if number not in drafts or number in deleted:
            raise HTTPException(404)
        deleted.add(number)

    return app
