"""The mean of no votes: StatisticsError.

Class: empty list
Operation: POST /means
Checks: not_a_server_error
Found by: the first boundary values
"""

import statistics
from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI

Vote = Annotated[int, Field(ge=1, le=5)]


class Votes(BaseModel):
    votes: list[Vote]


class SomeVotes(BaseModel):
    votes: Annotated[list[Vote], Field(min_length=1)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Votes", version="1.0.0", document_errors="exact")
    Cast = SomeVotes if fixed else Votes  # noqa: N806

    @app.post("/means")
    async def mean(cast: Cast) -> float:  # type: ignore[valid-type]
        return float(statistics.mean(cast.votes))  # type: ignore[attr-defined]

    return app
