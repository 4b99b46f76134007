"""What the app itself says about all of its operations."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Depends, Header
from xapi.responses import HTMLResponse, PlainTextResponse


class Problem(BaseModel):
    title: str


def version(x_version: Annotated[str, Header(description="The client's")] = "1"): ...


app = XAPI(
    default_response_class=PlainTextResponse,
    dependencies=[Depends(version)],
    responses={
        404: {"description": "Not here"},
        "5XX": {"model": Problem},
        429: {"model": Problem, "description": "Slow down"},
    },
    deprecated=True,
)
inner = APIRouter(prefix="/inner", responses={404: {"model": Problem}})


@app.get("/text")
def text() -> str: ...


@app.get("/page", response_class=HTMLResponse, deprecated=False)
def page(): ...


@app.get("/own", responses={404: {"description": "Mine"}, 200: {"description": "Fine"}})
def own(): ...


@inner.post("/", status_code=202)
def create(problem: Problem): ...


@inner.get("/{number}", responses={"default": {"description": "Else"}})
def read(number: int): ...


app.include_router(inner)
app.include_router(
    inner, prefix="/again", responses={410: {"description": "Gone"}}, default_response_class=HTMLResponse
)
