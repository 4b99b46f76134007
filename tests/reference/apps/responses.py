"""Response models, status codes, response classes and additional responses."""

from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel

from xapi import XAPI, Response
from xapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)

app = XAPI()


class Item(BaseModel):
    id: str
    value: str | None = None


class Message(BaseModel):
    """Says something."""

    message: str


class Colour(Enum):
    RED = "red"


class XMLResponse(Response):
    media_type = "application/xml"


class NoMediaType(JSONResponse):
    media_type = None


@app.get("/model", response_model=Item)
def model(): ...


@app.get("/annotated")
def annotated() -> Item: ...


@app.get("/list")
def list_of_items() -> list[Item]: ...


@app.get("/dict")
def dict_of_numbers() -> dict[str, float]: ...


@app.get("/union")
def union() -> Item | Message: ...


@app.get("/optional")
def optional() -> Item | None: ...


@app.get("/any")
def any_result() -> Any: ...


@app.get("/none")
def none() -> None: ...


@app.get("/int")
def integer() -> int: ...


@app.get("/enum")
def enum() -> Colour: ...


@app.get("/disabled", response_model=None)
def disabled() -> Item: ...


@app.get("/over", response_model=Message)
def over() -> Item: ...


@app.post("/created", status_code=201, response_description="It is there")
def created() -> Item: ...


@app.delete("/gone", status_code=204)
def gone() -> None: ...


@app.get("/unchanged", status_code=304)
def unchanged(): ...


@app.get("/html", response_class=HTMLResponse)
def html(): ...


@app.get("/html-annotated")
def html_annotated() -> HTMLResponse: ...


@app.get("/text", response_class=PlainTextResponse)
def text() -> str: ...


@app.get("/xml", response_class=XMLResponse)
def xml(): ...


@app.get("/redirect", response_class=RedirectResponse)
def redirect() -> str: ...


@app.get("/redirect-302", response_class=RedirectResponse, status_code=302)
def redirect_302() -> str: ...


@app.get("/stream", response_class=StreamingResponse)
def stream(): ...


@app.get("/file", response_class=FileResponse)
def file(): ...


@app.get("/response", response_class=Response)
def response(): ...


@app.get("/no-media-type", response_class=NoMediaType)
def no_media_type() -> Item: ...


@app.get(
    "/additional/{item_id}",
    response_model=Item,
    responses={
        404: {"model": Message, "description": "The item was not found"},
        403: {"description": "Not for you"},
        409: {"model": Message},
        418: {},
        "4XX": {"description": "Some client error"},
        "5XX": {"model": Message},
        "3xx": {},
        "default": {"model": list[Message]},
        302: {"description": "It moved", "headers": {"Location": {"schema": {"type": "string"}}}},
        200: {
            "description": "Item requested by ID",
            "content": {
                "application/json": {"example": {"id": "bar", "value": "The bar tenders"}},
                "image/png": {},
            },
            "links": {"self": {"operationId": "x"}},
        },
        203: {"model": Item, "content": {"application/json": {"example": 1}, "text/csv": {}}},
    },
)
def additional(item_id: str): ...


@app.get("/png", responses={200: {"content": {"image/png": {}}}}, response_class=Response)
def png(): ...


@app.get("/own-422/{a}", responses={422: {"model": Message, "description": "Mine"}})
def own_422(a: int): ...


@app.get("/own-default/{a}", responses={"default": {"description": "Whatever"}})
def own_default(a: int): ...


@app.get("/own-4xx/{a}", responses={"4XX": {"description": "Whatever"}})
def own_4xx(a: int): ...


@app.get("/html-additional", response_class=HTMLResponse, responses={404: {"model": Message}})
def html_additional(): ...


@app.get("/model-200", responses={200: {"model": Message}})
def model_200(): ...


@app.get("/extra-200", responses={200: {"model": Message}})
def extra_200() -> Item: ...


@app.get("/unknown-status", responses={499: {"model": Message}, 599: {}})
def unknown_status(): ...


@app.get("/string-status", responses={"404": {"model": Message}})
def string_status(): ...


@app.get("/subset", response_model_exclude={"value"}, response_model_exclude_unset=True)
def subset() -> Item: ...


@app.get("/described")
def described() -> Annotated[int, "something"]: ...
