"""JSON bodies: models, embedded, several, scalar, optional, and their examples."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from xapi import XAPI, Body, Depends, Path

app = XAPI()


class Image(BaseModel):
    url: HttpUrl
    name: str


class Item(BaseModel):
    """A thing."""

    name: str = Field(examples=["Foo"])
    description: str | None = Field(default=None, title="The description", max_length=300)
    price: float = Field(gt=0, description="More than nothing")
    tags: set[str] = set()
    images: list[Image] | None = None
    thumbnail: Image = Image(url="http://example.com", name="none")

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Foo", "price": 1.5}]})


class User(BaseModel):
    username: str
    full_name: str | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]


@app.post("/single")
def single(item: Item): ...


@app.post("/optional")
def optional(item: Item | None = None): ...


@app.put("/embedded/{item_id}")
def embedded(
    item_id: Annotated[int, Path(ge=0)], item: Annotated[Item, Body(embed=True)], q: str | None = None
): ...


@app.put("/several")
def several(item: Item, user: User, importance: Annotated[int, Body(gt=0)]): ...


@app.put("/several-optional")
def several_optional(item: Item | None = None, user: User | None = None): ...


@app.put("/scalar")
def scalar(importance: Annotated[int, Body(gt=0, title="How important", description="Very")]): ...


@app.put("/scalar-default")
def scalar_default(importance: Annotated[int, Body()] = 3): ...


@app.put("/scalar-embedded")
def scalar_embedded(importance: Annotated[int, Body(embed=True, alias="theImportance")] = 3): ...


@app.post("/list")
def list_body(images: list[Image]): ...


@app.post("/dict")
def dict_body(weights: dict[int, float]): ...


@app.post("/any")
def any_body(data: Annotated[Any, Body()]): ...


@app.post("/any-default")
def any_default(data: Any = Body(None)): ...


@app.post("/bare-dict")
def bare_dict(data: dict): ...


@app.post("/union")
def union(pet: Cat | Dog): ...


@app.post("/discriminated")
def discriminated(pet: Annotated[Cat | Dog, Body(discriminator="kind")]): ...


@app.post("/media")
def media(data: Annotated[str, Body(media_type="text/plain")]): ...


@app.post("/media-model")
def media_model(item: Annotated[Item, Body(media_type="application/vnd.api+json")]): ...


@app.post("/examples")
def examples(item: Annotated[Item, Body(examples=[{"name": "Bar", "price": 2}])]): ...


@app.post("/openapi-examples")
def openapi_examples(
    item: Annotated[
        Item,
        Body(
            title="An item",
            description="The item to keep",
            openapi_examples={
                "normal": {"summary": "A normal one", "value": {"name": "Foo", "price": 35.4}},
                "converted": {
                    "summary": "Converted",
                    "description": "A *price* as text",
                    "value": {"price": "1"},
                },
            },
        ),
    ],
): ...


@app.post("/embedded-examples")
def embedded_examples(
    item: Annotated[Item, Body(openapi_examples={"a": {"value": 1}}, description="First", deprecated=True)],
    user: Annotated[User, Body(examples=[{"username": "x"}])],
): ...


async def in_dependency(user: User, q: int = 1): ...


@app.post("/dependency")
def body_in_dependency(item: Item, other: Annotated[None, Depends(in_dependency)]): ...


@app.post("/dependency-only")
def body_only_in_dependency(other: Annotated[None, Depends(in_dependency)]): ...


@app.get("/get-with-body")
def get_with_body(item: Item): ...


@app.post("/hidden-body")
def hidden_body(a: Annotated[int, Body()], b: Annotated[int, Body(include_in_schema=False)]): ...


@app.post("/optional-list")
def optional_list(items: list[Item] | None = None): ...
