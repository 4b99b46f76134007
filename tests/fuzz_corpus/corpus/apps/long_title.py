"""A column holds 255 characters, and nothing says so: the database's error becomes a 500.

Class: long string
Operation: POST /titles
Checks: not_a_server_error
Found by: a length that is nowhere but in the source
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI

COLUMN = 255


class Title(BaseModel):
    model_config = ConfigDict(strict=True)

    title: str


class ShortTitle(BaseModel):
    model_config = ConfigDict(strict=True)

    title: Annotated[str, Field(max_length=COLUMN)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Titles", version="1.0.0", document_errors="exact")
    Draft = ShortTitle if fixed else Title  # noqa: N806

    @app.post("/titles", status_code=201)
    async def store(draft: Draft) -> int:  # type: ignore[valid-type]
        if len(draft.title) > COLUMN:  # type: ignore[attr-defined]
            raise RuntimeError("value too long for type character varying(255)")
        return len(draft.title)  # type: ignore[attr-defined]

    return app
