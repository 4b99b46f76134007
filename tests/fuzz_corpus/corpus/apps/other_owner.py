"""Whoever is signed in reads everybody's notes.

Class: object of another user readable
Operation: GET /notes/{number}
Checks: object_level_authorization
Found by: a sequence in which one user creates, and another one reads
Near: https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, Depends, HTTPException, Path
from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

TOKENS = {"token-of-ada": "ada", "token-of-alan": "alan"}
CREDENTIALS = {"HTTPBearer": {"ada": "token-of-ada", "alan": "token-of-alan"}}
bearer = HTTPBearer(auto_error=False)
UNKNOWN = {401: {"description": "No token, or a wrong one"}}
NONE = {404: {"description": "No such note"}}


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str


class Note(BaseModel):
    number: int
    owner: str
    text: str


def user(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    if credentials is None or credentials.credentials not in TOKENS:
        raise HTTPException(401)
    return TOKENS[credentials.credentials]


User = Annotated[str, Depends(user)]


def create_app(fixed: bool) -> XAPI:
    notes: dict[int, Note] = {}
    app = XAPI(title="Notes", version="1.0.0", document_errors="exact", lifespan=emptying(notes))

    @app.post("/notes", status_code=201, responses=UNKNOWN)
    async def create(draft: Draft, owner: User) -> Note:
        note = Note(number=len(notes) + 1, owner=owner, text=draft.text)
        notes[note.number] = note
        return note

    @app.get("/notes/{number}", responses=UNKNOWN | NONE)
    async def read(number: Annotated[int, Path(ge=1)], reader: User) -> Note:
        if number not in notes or (fixed and notes[number].owner != reader):
            raise HTTPException(404)
        return notes[number]

    return app
