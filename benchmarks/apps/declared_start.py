"""What start-up is measured with: many routes, each with models of its own, for FastAPI and xapi."""

from typing import Annotated, Any

from pydantic import BaseModel, create_model

from benchmarks.apps.framework import App, Depends, Header, Query
from benchmarks.traffic import ROUTES

Models = list[tuple[type[BaseModel], type[BaseModel]]]


def models(count: int = ROUTES) -> Models:
    """A body model and a response model for each of so many routes: Pydantic's work, and not measured."""
    return [
        (
            create_model(f"Input{number}", name=(str, ...), price=(float, ...), tags=(list[str], [])),
            create_model(f"Output{number}", id=(int, ...), name=(str, ...), price=(float, ...)),
        )
        for number in range(count)
    ]


async def read_token(x_token: Annotated[str, Header()]) -> str:
    """A dependency with a header."""
    return x_token


def build(of_models: Models) -> App:
    """The app: each route has a path parameter, two in the query, a dependency, a body, a response model."""
    app = App()
    for number, (body, answer) in enumerate(of_models):
        app.put(f"/resource-{number}/{{item_id}}", response_model=answer)(_endpoint(number, body))
    return app


def _endpoint(number: int, body: type[BaseModel]) -> Any:
    async def update(
        item_id: int,
        item: body,  # type: ignore[valid-type]
        token: Annotated[str, Depends(read_token)],
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
        search: str | None = None,
    ) -> Any:
        return {"id": item_id, **item.model_dump()}  # type: ignore[attr-defined]

    update.__name__ = f"update_{number}"
    return update
