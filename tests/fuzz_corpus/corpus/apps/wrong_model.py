"""What is returned for the shelf zero does not fit the declared model: the server's own check fails.

Class: response not matching its model
Operation: GET /stock
Checks: not_a_server_error
Found by: the first boundary values
"""

from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel


class Stock(BaseModel):
    shelf: int
    left: int


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Stock")

    @app.get("/stock", response_model=Stock)
    async def read(shelf: Annotated[int, Query(ge=0, le=20)] = 1) -> dict[str, Any]:
        if shelf == 0 and not fixed:
            return {"shelf": shelf}
        return {"shelf": shelf, "left": 5}

    return app
