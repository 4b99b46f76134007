"""Limits and content types that are set on app, routers, inclusion and operation: which of them counts."""

from collections.abc import Callable, Sequence
from itertools import combinations

from matrix.places import Upload, multipart
from matrix.programs import Case, Program, Request

LEVELS = ("app", "outer router", "outer inclusion", "router", "inclusion", "operation")
OF_ROUTERS = ("app", "outer router", "router")
ROUTES = """
@router.post("/json"OPTIONS)
async def json_body(value: Annotated[str, Body()]): return len(value)

@router.post("/form"OPTIONS)
async def form(value: Annotated[list[str], Form()]): return [len(item) for item in value]

@router.post("/model"OPTIONS)
async def model(value: Annotated[FormModel, Form()]): return value

@router.post("/files"OPTIONS)
async def files(value: list[UploadFile]): return [file.size for file in value]

@router.post("/raw"OPTIONS)
async def raw(request: Request): return len(await request.body())

@router.post("/read-form"OPTIONS)
async def read_form(request: Request): return len(await request.form())

@router.post("/dependency"OPTIONS)
async def dependency(value: Annotated[int, Depends(json_body)]): return value
"""
FORM_TYPE = "application/x-www-form-urlencoded"


def source(options: dict[str, str]) -> str:
    """An app with a router in a router, and options at the levels that have some."""

    def at(level: str, comma: str = ", ") -> str:
        return comma + options[level] if level in options else ""

    return (
        "class FormModel(BaseModel):\n    value: list[str]\n\n"
        f"app = new_app({at('app', '')})\nouter = APIRouter({at('outer router', '')})\n"
        f"router = APIRouter({at('router', '')})\n{ROUTES.replace('OPTIONS', at('operation'))}\n"
        f"outer.include_router(router{at('inclusion')})\napp.include_router(outer{at('outer inclusion')})\n"
    )


def post(path: str, content_type: str | None, content: str, label: str) -> Request:
    headers = [("content-type", content_type)] if content_type is not None else []
    return Request(f"POST {path}", headers, content, f"{path} {label}")


def sized(path: str, content_type: str, before: str, after: str = "") -> list[Request]:
    """Bodies of sizes around those that `limits` sets."""
    return [
        post(path, content_type, before + "x" * (size - len(before + after)) + after, f"of {size} bytes")
        for size in (35, 45, 55, 65, 75, 85, 95)
    ]


def cases(
    name: str, option: Callable[[int], str], levels: Sequence[str], requests: list[Request]
) -> list[Case]:
    """A case for no level, each, each two and all of them; the inner ones have the higher limits."""
    chosen = [subset for count in (0, 1, 2) for subset in combinations(levels, count)]
    found = {
        f"{name}: {' and '.join(subset) or 'nowhere'}": {
            level: option(levels.index(level)) for level in subset
        }
        for subset in [*chosen, levels]
    }
    found[f"{name}: everywhere, lower inside"] = {
        level: option(len(levels) - 1 - place) for place, level in enumerate(levels)
    }
    return [
        Case(title, {"one spelling": Program(source(options), requests, has_operations=False)})
        for title, options in found.items()
    ]


def fields(count: int) -> str:
    return "&".join(f"value={number}" for number in range(count))


def uploads(count: int) -> Request:
    _, headers, content = multipart([("value", Upload(f"{number}.txt", "x")) for number in range(count)])
    return Request("POST /files", headers, content, f"/files {count} files")


def part(size: int) -> Request:
    _, headers, content = multipart([("value", "x" * size)])
    return Request("POST /form", headers, content, f"/form a part of {size} bytes")


ODD_TYPES = (None, "", "application/json", "application/problem+json", "text/plain", FORM_TYPE, "json")

CASES = [
    *cases("max_body_size", lambda n: f"max_body_size={40 + 10 * n}", LEVELS, [
        *sized("/json", "application/json", '"', '"'),
        *sized("/dependency", "application/json", '"', '"')[3:4],
        *sized("/form", FORM_TYPE, "value=")[3:5],
        *sized("/model", FORM_TYPE, "value=")[3:5],
        *sized("/raw", "text/plain", "")[3:5],
        *sized("/read-form", FORM_TYPE, "value=")[3:5],
    ]),
    *cases("max_fields", lambda n: f"form_limits={{'max_fields': {n + 1}}}", LEVELS, [
        *(post("/form", FORM_TYPE, fields(count), f"{count} fields") for count in range(1, 8)),
        post("/model", FORM_TYPE, fields(4), "4 fields"),
        post("/read-form", FORM_TYPE, fields(4), "4 fields"),
    ]),
    *cases("max_files", lambda n: f"form_limits={{'max_files': {n + 1}}}", OF_ROUTERS,
           [uploads(n) for n in range(1, 5)]),
    *cases("max_part_size", lambda n: f"form_limits={{'max_part_size': {40 + 10 * n}}}", OF_ROUTERS,
           [part(size) for size in (35, 45, 55, 65)]),
    *cases("strict_content_type", lambda n: f"strict_content_type={bool(n % 2)}", OF_ROUTERS,
           [post("/json", kind, '"text"', f"as {kind}") for kind in ODD_TYPES]),
    *cases("lax_content_type", lambda n: f"strict_content_type={not n % 2}", OF_ROUTERS,
           [post("/json", kind, '"text"', f"as {kind}") for kind in ODD_TYPES]),
]  # fmt: skip
