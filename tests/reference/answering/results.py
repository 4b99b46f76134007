"""What goes out: response models and their choices, statuses, headers, cookies, response classes, files."""

import dataclasses
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from io import BytesIO
from pathlib import Path as FilePath
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, computed_field, field_serializer
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, Response
from xapi.encoders import jsonable_encoder
from xapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)

app = XAPI()
T = TypeVar("T")
FOLDER = FilePath(tempfile.mkdtemp())
(FOLDER / "poem.txt").write_text("0123456789")


class Kind(Enum):
    A = "a"
    B = 2


class Item(BaseModel):
    name: str
    price: float = 1.5
    tax: float | None = None
    tags: list[str] = []


class Secret(Item):
    password: str = "secret"


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    inner_name: str = Field(alias="innerName", default="x")
    shown: int = Field(serialization_alias="shownAs", default=1)


class Computed(BaseModel):
    width: int
    when: datetime | None = None

    @computed_field
    @property
    def area(self) -> int:
        return self.width**2

    @field_serializer("when")
    def year_only(self, value: datetime | None) -> int | None:
        return value and value.year


class Row:
    """As an object-relational mapper gives it."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Wrapper(BaseModel, Generic[T]):
    value: T
    more: list[T] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str = "rex"


@dataclasses.dataclass
class Point:
    x: int
    names: list[str] = dataclasses.field(default_factory=list)


@pydantic_dataclass
class Strict:
    n: int


class Movie(TypedDict, total=False):
    title: str
    year: int


Shouted = Annotated[str, PlainSerializer(str.upper)]
FULL = {"name": "a", "price": 2, "tax": None, "tags": ["t"], "more": 1}


@app.get("/filter/plain", response_model=Item)
async def filter_plain():
    return FULL


@app.get("/filter/subclass")
async def filter_subclass() -> Item:
    return Secret(name="b")


@app.get("/filter/object", response_model=Item)
async def filter_object():
    return Row(name="c", price="3.5", tags=("x",))


@app.get("/filter/unset", response_model=Item, response_model_exclude_unset=True)
async def filter_unset():
    return Item(name="d", tax=None)


@app.get("/filter/unset-dict", response_model=Item, response_model_exclude_unset=True)
async def filter_unset_dict():
    return {"name": "d", "price": 1.5}


@app.get("/filter/defaults", response_model=Item, response_model_exclude_defaults=True)
async def filter_defaults():
    return Item(name="e", price=1.5, tags=["t"])


@app.get("/filter/none", response_model=Item, response_model_exclude_none=True)
async def filter_none():
    return FULL


@app.get("/filter/include", response_model=Item, response_model_include={"name", "price"})
async def filter_include():
    return FULL


@app.get("/filter/include-list", response_model=Item, response_model_include=["name", "nothing"])
async def filter_include_list():
    return FULL


@app.get("/filter/exclude", response_model=Item, response_model_exclude={"tags"})
async def filter_exclude():
    return FULL


@app.get("/filter/exclude-tuple", response_model=Item, response_model_exclude=("tags", "tax"))
async def filter_exclude_tuple():
    return FULL


@app.get("/filter/list", response_model=list[Item], response_model_exclude_unset=True)
async def filter_list():
    return [FULL, Item(name="f"), Row(name="g", price=1, tax=2, tags=[])]


@app.get("/filter/list-include", response_model=list[Item], response_model_include={0: {"name"}})
async def filter_list_include():
    return [FULL, FULL]


@app.get("/filter/dict", response_model=dict[str, Item])
async def filter_dict():
    return {"one": FULL, "two": Item(name="h")}


@app.get("/alias/yes", response_model=Aliased)
async def alias_yes():
    return Aliased(inner_name="y")


@app.get("/alias/no", response_model=Aliased, response_model_by_alias=False)
async def alias_no():
    return Aliased(inner_name="n")


@app.get("/alias/dict", response_model=Aliased)
async def alias_dict():
    return {"innerName": "d", "shown": 5}


@app.get("/alias/no-model")
async def alias_no_model():
    return Aliased(inner_name="m")


@app.get("/alias/in-list")
async def alias_in_list():
    return [Aliased(inner_name="m"), {"a": Aliased()}]


@app.get("/computed", response_model=Computed)
async def computed():
    return {"width": 3, "when": "2026-01-02T00:00:00"}


@app.get("/computed/object")
async def computed_object() -> Computed:
    return Computed(width=2, when=datetime(2025, 1, 1, tzinfo=UTC))


@app.get("/generic")
async def generic() -> Wrapper[Item]:
    return Wrapper(value=Item(name="i"))


@app.get("/union", response_model=Cat | Dog)
async def union(dog: bool = False):
    return Dog() if dog else Cat(lives=7)


@app.get("/union/dict", response_model=Cat | Dog)
async def union_dict():
    return {"kind": "dog", "name": "fido", "lives": 3}


@app.get("/union/discriminated")
async def union_discriminated() -> list[Annotated[Cat | Dog, Field(discriminator="kind")]]:
    return [{"kind": "cat"}, Dog()]  # type: ignore[list-item]


@app.get("/optional")
async def optional(none: bool = False) -> Optional[Item]:  # noqa: UP045
    return None if none else Item(name="j")


@app.get("/dataclass")
async def dataclass() -> Point:
    return Point(1, ["a"])


@app.get("/dataclass/dict", response_model=Point)
async def dataclass_dict():
    return {"x": "5"}


@app.get("/dataclass/plain")
async def dataclass_plain():
    return {"points": [Point(1), Strict(2)]}


@app.get("/typed-dict")
async def typed_dict() -> Movie:
    return {"title": "M", "other": 1}  # type: ignore[typeddict-unknown-key]


@app.get("/scalars/{kind}")
async def scalars(kind: str):
    return {
        "uuid": UUID(int=5),
        "datetime": datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC),
        "date": date(2026, 1, 2),
        "time": time(1, 2),
        "timedelta": timedelta(hours=1.5),
        "decimal": Decimal("1.50"),
        "integral": Decimal("15"),
        "bytes": b"abc",
        "enum": [Kind.A, Kind.B],
        "enum-key": {Kind.A.value: 1},
        "set": {3},
        "frozenset": frozenset(["x"]),
        "tuple": (1, (2,)),
        "path": FilePath("/a/b"),
        "float": [1.0, 1e300, 1e-7, 0.1],
        "huge": 2**70,
        "int-key": {1: {2.5: True, None: "n"}},
        "text": 'é"\\\u2028\x00',
        "none": None,
        "generator": (n for n in range(3)),
    }[kind]


SCALARS = (
    "uuid datetime date time timedelta decimal integral bytes enum enum-key set frozenset tuple path float "
    "huge int-key text none generator"
)  # fmt: skip


@app.get("/scalars-with-model/uuid")
async def model_uuid() -> UUID:
    return UUID(int=6)


@app.get("/scalars-with-model/span")
async def model_span() -> list[timedelta]:
    return [timedelta(hours=1.5), timedelta(days=-1)]


@app.get("/scalars-with-model/decimal")
async def model_decimal() -> Decimal:
    return Decimal("1.50")


@app.get("/scalars-with-model/shouted")
async def model_shouted() -> list[Shouted]:
    return ["a"]


@app.get("/scalars-with-model/any")
async def model_any() -> Any:
    return {"x": {1}, "k": Kind.B}


@app.get("/scalars-with-model/set")
async def model_set() -> set[int]:
    return {7}


@app.get("/scalars-with-model/int")
async def model_int() -> int:
    return "7"  # type: ignore[return-value]


@app.get("/broken/int")
async def broken_int() -> int:
    return "x"  # type: ignore[return-value]


@app.get("/broken/list", response_model=list[Item])
async def broken_list():
    return [{"name": "a"}, {"price": "x"}]


@app.get("/broken/none", response_model=Item)
async def broken_none():
    return None


@app.get("/model/none", response_model=None)
async def model_none() -> Item:
    return {"anything": 1}  # type: ignore[return-value]


@app.get("/model/wins", response_model=Item)
async def model_wins() -> dict[str, Any]:
    return FULL


@app.post("/status/created", status_code=201)
async def created():
    return {"x": 1}


@app.post("/status/enum", status_code=HTTPStatus.ACCEPTED)
async def accepted():
    return "ok"


@app.delete("/status/none", status_code=204)
async def no_content():
    return None


@app.delete("/status/none-with-result", status_code=204, response_model=None)
async def no_content_with_result():
    return {"x": 1}


@app.get("/status/not-modified", status_code=304)
async def not_modified(response: Response):
    response.headers["etag"] = '"1"'


@app.get("/status/changed", response_model=Item)
async def changed(response: Response, gone: bool = False):
    response.status_code = 410 if gone else 203
    return FULL


async def sets_status(response: Response, by_dependency: int = 0):
    if by_dependency:
        response.status_code = by_dependency
    response.headers["x-dependency"] = "yes"
    response.set_cookie("from", "dependency")


@app.get("/status/by-dependency", dependencies=[Depends(sets_status)])
async def status_by_dependency(response: Response, own: int = 0):
    if own:
        response.status_code = own
    response.set_cookie("session", "1", max_age=60, httponly=True, samesite="strict", path="/x")
    response.set_cookie("second", 'a"b;c')
    response.headers["X-Own"] = "also"
    return {"x": 1}


@app.get("/headers/content-type")
async def content_type(response: Response):
    response.headers["content-type"] = "application/vnd.x+json"
    return {"x": 1}


@app.get("/headers/direct")
async def headers_direct():
    response = JSONResponse({"a": 1}, headers={"X-Cat-Dog": "alone", "Content-Language": "en"})
    response.set_cookie("fakesession", "v")
    return response


@app.get("/headers/both")
async def headers_both(response: Response):
    response.headers["x-injected"] = "lost?"
    response.status_code = 299
    return JSONResponse({"a": 1}, status_code=201)


@app.get("/class/text", response_class=PlainTextResponse)
async def class_text():
    return "hello é"


@app.get("/class/html", response_class=HTMLResponse, status_code=201)
async def class_html(response: Response):
    response.headers["x-html"] = "1"
    return "<h1>hi</h1>"


@app.get("/class/redirect", response_class=RedirectResponse)
async def class_redirect():
    return "https://example.com/é?a=b c"


@app.get("/class/redirect-302", response_class=RedirectResponse, status_code=302)
async def class_redirect_302():
    return "/elsewhere"


@app.get("/redirect/direct")
async def redirect_direct():
    return RedirectResponse("/x", status_code=303)


class Upper(Response):
    media_type = "text/x-upper"

    def render(self, content: Any) -> bytes:
        return str(content).upper().encode()


@app.get("/class/own", response_class=Upper)
async def class_own():
    return "shout"


@app.get("/class/own-with-model", response_class=Upper, response_model=Item)
async def class_own_with_model():
    return {"name": "k", "extra": 1}


class Indented(JSONResponse):
    def render(self, content: Any) -> bytes:
        return ("  " + super().render(content).decode()).encode()


@app.get("/class/json", response_class=Indented, response_model=Item)
async def class_json():
    return FULL


@app.get("/class/response", response_class=Response)
async def class_response():
    return Response(b"<x/>", media_type="application/xml")


@app.get("/class/ignored", response_class=HTMLResponse)
async def class_ignored():
    return JSONResponse([1])


async def pieces():
    for n in range(3):
        yield f"{n}\n"


@app.get("/stream/async")
async def stream_async():
    return StreamingResponse(pieces(), media_type="text/plain")


@app.get("/stream/sync")
def stream_sync():
    return StreamingResponse((str(n).encode() for n in range(3)), status_code=202, headers={"x-n": "3"})


@app.get("/stream/file-like")
def stream_file_like():
    return StreamingResponse(BytesIO(b"one\ntwo\n"), media_type="video/mp4")


@app.get("/file")
async def file():
    response = FileResponse(FOLDER / "poem.txt", filename="gedicht é.txt")
    response.headers["last-modified"] = "Thu, 01 Jan 2026 00:00:00 GMT"
    response.headers["etag"] = '"poem"'
    return response


@app.get("/file/class", response_class=FileResponse)
async def file_class():
    return str(FOLDER / "poem.txt")


@app.get("/encoded")
async def encoded():
    item = Secret(name="l", tags=["x"])
    return [
        jsonable_encoder(item, exclude={"password"}),
        jsonable_encoder(item, include={"name"}),
        jsonable_encoder(item, exclude_unset=True),
        jsonable_encoder(item, exclude_defaults=True),
        jsonable_encoder({"a": None, "b": Kind.B}, exclude_none=True),
        jsonable_encoder(Aliased(), by_alias=False),
        jsonable_encoder(Row(x=1, _y=2)),
        jsonable_encoder([Point(1)], custom_encoder={Point: lambda point: f"at {point.x}"}),
    ]


@app.get("/background")
async def background(tasks: BackgroundTasks, response: Response):
    tasks.add_task(lambda: None)
    response.headers["x-tasks"] = str(len(tasks.tasks))
    return {"queued": len(tasks.tasks)}


routed = APIRouter(prefix="/routed", default_response_class=PlainTextResponse, tags=["r"])


@routed.get("/text")
async def routed_text():
    return "by router"


@routed.get("/json", response_class=JSONResponse)
async def routed_json():
    return {"by": "operation"}


app.include_router(routed)
app.include_router(routed, prefix="/html", default_response_class=HTMLResponse)

FILTERS = (
    "plain subclass object unset unset-dict defaults none include include-list exclude exclude-tuple "
    "list list-include dict"
)
CLASSES = "text html redirect redirect-302 own own-with-model json response ignored"
REQUESTS = [
    *(f"GET /filter/{name}" for name in FILTERS.split()),
    *(f"GET /alias/{name}" for name in ("yes", "no", "dict", "no-model", "in-list")),
    "GET /computed",
    "GET /computed/object",
    "GET /generic",
    "GET /union",
    "GET /union?dog=1",
    "GET /union/dict",
    "GET /union/discriminated",
    "GET /optional",
    "GET /optional?none=1",
    "GET /dataclass",
    "GET /dataclass/dict",
    "GET /dataclass/plain",
    "GET /typed-dict",
    *(f"GET /scalars/{kind}" for kind in SCALARS.split()),
    *(
        f"GET /scalars-with-model/{kind}"
        for kind in ("uuid", "span", "decimal", "shouted", "any", "set", "int")
    ),
    "GET /broken/int",
    "GET /broken/list",
    "GET /broken/none",
    "GET /model/none",
    "GET /model/wins",
    "POST /status/created",
    "POST /status/enum",
    "DELETE /status/none",
    "DELETE /status/none-with-result",
    "GET /status/not-modified",
    "GET /status/changed",
    "GET /status/changed?gone=1",
    "GET /status/by-dependency",
    "GET /status/by-dependency?by_dependency=202",
    "GET /status/by-dependency?by_dependency=202&own=203",
    "GET /status/by-dependency?own=299",
    "GET /headers/content-type",
    "GET /headers/direct",
    "GET /headers/both",
    *(f"GET /class/{name}" for name in CLASSES.split()),
    "GET /redirect/direct",
    "GET /stream/async",
    "GET /stream/sync",
    "GET /stream/file-like",
    "GET /file",
    ("GET /file", {"headers": {"range": "bytes=2-4"}}),
    ("GET /file", {"headers": {"range": "bytes=-3"}}),
    ("GET /file", {"headers": {"range": "bytes=20-30"}}),
    ("GET /file", {"headers": {"range": "lines=1-2"}}),
    "HEAD /file",
    "GET /encoded",
    "GET /background",
    "GET /routed/text",
    "GET /routed/json",
    "GET /html/routed/text",
    "GET /html/routed/json",
    "POST /filter/plain",
]
