"""A time without an offset is accepted, and compared with one that has an offset: TypeError.

The document says `date-time`, which RFC 3339 gives an offset; the validator takes it without one, too.

Class: timezone-aware against naive
Operation: POST /deadlines
Checks: not_a_server_error
Found by: a text that breaks the format in just one place
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from xapi import XAPI

LAUNCH = datetime(2024, 6, 1, tzinfo=UTC)


class Deadline(BaseModel):
    at: datetime


class AwareDeadline(BaseModel):
    at: Annotated[AwareDatetime, Field(strict=False)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Deadlines", version="1.0.0", document_errors="exact")
    Draft = AwareDeadline if fixed else Deadline  # noqa: N806

    @app.post("/deadlines")
    async def is_late(draft: Draft) -> bool:  # type: ignore[valid-type]
        return bool(draft.at > LAUNCH)  # type: ignore[attr-defined]

    return app
