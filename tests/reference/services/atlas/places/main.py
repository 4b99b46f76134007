"""A program of several files: routers of modules, settings of the environment, a lifespan with a state."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from xapi import XAPI, APIRouter, Depends, Request

from . import islands, rivers
from .deps import caller, settings
from .settings import Settings


def close(charts: dict[str, int]) -> None:
    Path("closed.txt").write_text(f"{len(charts)} charts")


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[dict[str, Any]]:
    charts = {"north": 1}
    yield {"charts": charts}
    close(charts)
    charts.clear()


app = XAPI(title="Atlas", lifespan=lifespan, dependencies=[Depends(caller)])
version = APIRouter(prefix="/v1", tags=["v1"])
version.include_router(islands.router)
version.include_router(
    rivers.router, prefix="/rivers", tags=["rivers"], responses={404: {"description": "Dry"}}
)
app.include_router(version)
app.include_router(rivers.router, prefix="/waters", include_in_schema=False)
app.include_router(
    islands.router,
    prefix="/admin",
    tags=["admin"],
    dependencies=[Depends(caller)],
    responses={418: {"description": "A teapot"}},
    deprecated=True,
)


@app.get("/")
async def root(request: Request) -> dict[str, Any]:
    return {"charts": request.state.charts, "title": request.app.title}


@app.get("/settings")
async def shown(settings: Annotated[Settings, Depends(settings)]) -> Settings:
    return settings
