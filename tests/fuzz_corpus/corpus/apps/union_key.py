"""A key is a number or a text, and the code takes it for a text: AttributeError.

Class: union types
Operation: POST /lookups
Checks: not_a_server_error
Found by: the first boundary values
"""

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict


class Lookup(BaseModel):
    model_config = ConfigDict(strict=True)

    key: float | str


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Lookups")

    @app.post("/lookups", responses={400: {"description": "The body is not JSON"}})
    async def normalize(lookup: Lookup) -> str:
        return (str(lookup.key) if fixed else lookup.key).casefold()

    return app
