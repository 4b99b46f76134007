"""Limits of bodies and forms, content types, and bodies that are malformed."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Body, File, Form, Request, UploadFile

app = XAPI(max_body_size=40, form_limits={"max_fields": 2, "max_part_size": 30})


class Item(BaseModel):
    numbers: list[int] = []


@app.post("/item")
async def item(item: Item):
    return item


@app.post("/wide", max_body_size=60)
async def wide(item: Item):
    return item


@app.post("/keys")
async def keys(a: Annotated[Any, Body()], b: Annotated[int, Body()] = 1):
    return [a, b]


@app.post("/any")
async def anything(value: Annotated[Any, Body()]):
    return {"value": repr(value)}


@app.post("/decimal")
async def decimal(value: Annotated[Decimal, Body()]):
    return str(value)


@app.post("/raw")
async def raw(request: Request):
    return len(await request.body())


@app.post("/form")
async def form(a: Annotated[str, Form()], b: Annotated[str, Form()] = ""):
    return [a, b]


@app.post("/more", form_limits={"max_fields": 3})
async def more(a: Annotated[str, Form()]):
    return a


@app.post("/files", max_body_size=1000, form_limits={"max_files": 1})
async def files(files: list[UploadFile], data: Annotated[bytes, File()] = b""):
    return [[file.filename, file.size] for file in files]


lax = APIRouter(strict_content_type=False, max_body_size=50)


@lax.post("/item")
async def lax_item(item: Item):
    return item


@lax.post("/keys")
async def lax_keys(a: Annotated[Any, Body()], b: Annotated[int, Body()] = 1):
    return [a, b]


app.include_router(lax, prefix="/lax")
app.include_router(lax, prefix="/again", max_body_size=10)

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ITEM = b'{"numbers": [1, 2]}'
FILES = [("files", ("a.txt", b"abc")), ("files", ("b.txt", b"de"))]


def _sent(path: str, content: bytes, headers: dict[str, str]) -> Any:
    return (f"POST {path}", {"content": content, "headers": headers})


REQUESTS = [
    *(_sent(path, ITEM, JSON) for path in ("/item", "/wide", "/lax/item", "/again/item", "/raw")),
    _sent("/wide", b'{"numbers": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}', JSON),
    _sent("/item", b'{"numbers": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}', JSON),
    _sent("/raw", b"x" * 40, {}),
    _sent("/raw", b"x" * 41, {}),
    *(
        _sent(path, ITEM, {"content-type": kind} if kind is not None else {})
        for path in ("/item", "/keys", "/lax/item", "/lax/keys")
        for kind in (
            *(None, "", "application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"),
            *("text/plain", "text/json", "application/x-www-form-urlencoded", "application/jsonx", "json"),
        )
    ),
    *(
        _sent(path, content, JSON)
        for path in ("/item", "/keys", "/any")
        for content in (
            *(b"", b" ", b"{", b'{"a"', b"[1,]", b'{"a": 1,}', b"'a'", b"nul", b"1 2", b'"\x00"', b"\x00"),
            *(b'{"a": 1, "a": 2}', b'{"numbers": [1], "numbers": ["2"]}', b'"\\ud83d\\ude00"', b"1e5", b"-0"),
        )
    ),
    *(_sent("/any", content, JSON) for content in (b"NaN", b"-Infinity", b"1e999", b'"\\ud800"')),
    *(_sent("/decimal", content, JSON) for content in (b'"1e30"', b'"x"', b"1.50", b'"NaN"', b"1e999")),
    _sent("/form", b"a=1&b=2", FORM),
    _sent("/form", b"a=1&b=2&c=3", FORM),
    _sent("/more", b"a=1&b=2&c=3", FORM),
    _sent("/more", b"a=1&b=2&c=3&d=4", FORM),
    _sent("/form", b"a=" + b"x" * 30, FORM),
    _sent("/form", b"a=" + b"x" * 50, FORM),
    _sent("/form", b"a=%ff%00&b=%", FORM),
    ("POST /files", {"files": FILES[:1]}),
    ("POST /files", {"files": FILES}),
    ("POST /files", {"files": [("data", ("a\x00b", b"abc"))]}),
]
