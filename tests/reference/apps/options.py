"""Summaries, tags, ids, deprecation, extras and names of operations."""

from enum import Enum

from pydantic import BaseModel

from xapi import XAPI, Request

app = XAPI()


class Tag(Enum):
    ITEMS = "items"
    USERS = "users"


class Item(BaseModel):
    name: str


@app.get("/tags", tags=["a", Tag.USERS, "a"])
def tags(): ...


@app.get("/texts", summary="A summary", description="A *description*\f and more")
def texts():
    """Not used."""


@app.get("/empty", summary="", description="")
def empty():
    """Used?"""


@app.get("/deprecated", deprecated=True)
def deprecated(): ...


@app.get("/not-deprecated", deprecated=False)
def not_deprecated(): ...


@app.get("/id", operation_id="my_operation")
def own_id(): ...


@app.post("/named", name="a_name of its own")
def named(item: Item): ...


@app.post("/body-id", operation_id="with id")
def body_id(a: Item, b: Item): ...


@app.get(
    "/extra",
    openapi_extra={
        "x-thing": {"a": 1},
        "tags": ["added"],
        "responses": {"200": {"description": "Changed"}, "404": {"description": "Added"}},
        "parameters": [{"name": "more", "in": "query", "schema": {"type": "string"}}],
    },
    tags=["first"],
)
def extra(a: int): ...


@app.post(
    "/extra-body",
    openapi_extra={
        "requestBody": {
            "content": {"application/x-yaml": {"schema": {"type": "object"}}},
            "required": True,
        }
    },
)
async def extra_body(request: Request): ...


@app.post(
    "/extra-both", openapi_extra={"requestBody": {"content": {"text/csv": {}}, "description": "Or CSV"}}
)
async def extra_both(item: Item): ...


@app.get("/route-id")
def by_route(): ...


for route in app.routes:
    if route.path == "/route-id":
        route.operation_id = route.name


@app.get("/same")
def same(): ...


class Callable:
    """Callable's text."""

    def __call__(self, q: int):
        """The call's text."""


app.get("/callable", name="callable")(Callable())


class View:
    def method(self, q: int):
        """The method's text."""


app.get("/method")(View().method)
