"""A NUL in a text is handed to the database, which does not take it: PostgreSQL answers with an error.

Class: unicode, NUL
Operation: POST /notes
Checks: not_a_server_error
Found by: random or boundary texts
Issue: https://code.djangoproject.com/ticket/28201
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI

PLAIN = r"^[^\x00]*$"


class Note(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str


class PlainNote(Note):
    text: Annotated[str, Field(pattern=PLAIN)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Notes", version="1.0.0", document_errors="exact")
    Draft = PlainNote if fixed else Note  # noqa: N806

    @app.post("/notes", status_code=201)
    async def create_note(draft: Draft) -> int:  # type: ignore[valid-type]
        return insert(draft.text)  # type: ignore[attr-defined]

    return app


def insert(text: str) -> int:
    """What a driver of PostgreSQL does."""
    if "\0" in text:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")
    return len(text)
