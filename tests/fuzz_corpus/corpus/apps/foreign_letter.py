"""Whoever is signed in reads everybody's letters; nothing in the document links them to their creation.

Class: object of another user readable, without a link
Operation: GET /letter/{which}
Checks: object_level_authorization
Found by: a sequence in which one user creates, and another one reads
Issue: https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, Depends, HTTPException, Path
from xapi.security import APIKeyHeader

KEYS = {"key-of-ada": "ada", "key-of-alan": "alan"}
CREDENTIALS = {"APIKeyHeader": {"ada": "key-of-ada", "alan": "key-of-alan"}}
key_header = APIKeyHeader(name="X-Key", auto_error=False)
UNKNOWN = {401: {"description": "No key, or a wrong one"}}
NONE = {404: {"description": "No such letter"}}


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str


class Sent(BaseModel):
    serial: int


def user(key: Annotated[str | None, Depends(key_header)]) -> str:
    if key not in KEYS:
        raise HTTPException(401)
    return KEYS[key]


User = Annotated[str, Depends(user)]


def create_app(fixed: bool) -> XAPI:
    letters: dict[int, tuple[str, str]] = {}
    app = XAPI(title="Letters", version="1.0.0", document_errors="exact", lifespan=emptying(letters))

    @app.post("/letters", status_code=201, responses=UNKNOWN)
    async def send(draft: Draft, owner: User) -> Sent:
        letters[len(letters) + 1] = (owner, draft.text)
        return Sent(serial=len(letters))

    @app.get("/letter/{which}", responses=UNKNOWN | NONE)
    async def read(which: Annotated[int, Path(ge=1)], reader: User) -> str:
        if which not in letters or (fixed and letters[which][0] != reader):
            raise HTTPException(404)
        return letters[which][1]

    return app
