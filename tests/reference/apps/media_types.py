"""Media types of bodies and answers other than JSON, and JSON by other names."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Body, Request, Response
from xapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse

app = XAPI()


class Item(BaseModel):
    name: str


class Csv(Response):
    media_type = "text/csv"


class Hal(JSONResponse):
    media_type = "application/hal+json"


class Charset(PlainTextResponse):
    media_type = "text/plain; charset=latin-1"


@app.post("/merge", status_code=202)
def merge(item: Annotated[Item, Body(media_type="application/merge-patch+json")]): ...


@app.post("/text")
def text(data: Annotated[str, Body(media_type="text/plain", min_length=1)]): ...


@app.post("/two")
def two(a: Annotated[Item, Body(media_type="application/x-a")], b: Annotated[int, Body()]): ...


@app.post("/raw")
async def raw(request: Request): ...


@app.get("/csv", response_class=Csv)
def csv() -> list[Item]: ...


@app.get("/hal", response_class=Hal)
def hal() -> Item: ...


@app.get("/charset", response_class=Charset)
def charset() -> str: ...


@app.get("/annotated")
def annotated() -> Hal: ...


@app.get("/stream", response_class=StreamingResponse, responses={200: {"content": {"video/mp4": {}}}})
def stream(): ...


@app.get(
    "/file",
    response_class=FileResponse,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
def file(): ...


@app.get(
    "/both",
    response_model=Item,
    responses={200: {"content": {"text/html": {}, "image/png": {}}, "description": "As you like"}},
)
def both(): ...


@app.get("/html", response_class=HTMLResponse, responses={404: {"content": {"text/html": {}}}})
def html(): ...
