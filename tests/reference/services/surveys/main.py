"""Questions with rules: what a query, a path, headers and cookies may hold, alone and as models."""

from enum import Enum, IntEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from xapi import XAPI, Cookie, Header, Path, Query

app = XAPI()


class Colour(str, Enum):  # noqa: UP042  (as it is written everywhere)
    RED = "red"
    BLUE = "light blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Paging(BaseModel):
    model_config = {"extra": "forbid"}
    most: int = Field(20, gt=0, le=40)
    skip: int = Field(0, ge=0)
    order: Literal["name", "age"] = "name"
    marks: list[str] = []


class Trace(BaseModel):
    x_trace: str
    if_since: str | None = None
    x_list: list[int] = []


class Visit(BaseModel):
    session: str
    seen: int | None = None


def even(value: int) -> int:
    if value % 2:
        raise ValueError("an odd number")
    return value


@app.get("/first/me")
async def me():
    return "me"


@app.get("/first/{name}")
async def first(name: str, shown: bool = False):
    return {"name": name, "shown": shown}


@app.get("/colours/{colour}")
async def colours(colour: Colour, level: Level = Level.LOW):
    return {"colour": colour, "is_red": colour is Colour.RED, "level": level, "name": level.name}


@app.get("/paths/{rest:path}")
async def paths(rest: str):
    return {"rest": rest}


@app.get("/numbers/{whole}/{part}")
async def numbers(
    whole: Annotated[int, Path(title="Whole", ge=1, lt=1000)],
    part: Annotated[float, Path(gt=0, le=10.5)],
    *,
    even: Annotated[int, AfterValidator(even), Query(multiple_of=4)] = 8,
    size: float = Query(0.5, lt=1, allow_inf_nan=False),
):
    return {"whole": whole, "part": part, "even": even, "size": size}


@app.get("/texts")
async def texts(
    needed: str,
    short: Annotated[
        str | None, Query(min_length=2, max_length=4, title="Short", description="A text")
    ] = None,
    fixed: Annotated[str, Query(pattern="^[a-c]+$")] = "abc",
    other: Annotated[str | None, Query(alias="other-name", deprecated=True)] = None,
    hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
    many: Annotated[list[str], Query()] = ["x", "y"],  # noqa: B006
    several: Annotated[list | None, Query()] = None,
):
    return [needed, short, fixed, other, hidden, many, several]


@app.get("/sets")
async def sets(values: Annotated[set[int], Query()], pair: Annotated[tuple[int, str] | None, Query()] = None):
    return [sorted(values), pair]


@app.get("/paging")
async def paging(paging: Annotated[Paging, Query()]) -> Paging:
    return paging


@app.get("/traced")
async def traced(trace: Annotated[Trace, Header()]) -> Any:
    return trace


@app.get("/traced/exact")
async def exact(trace: Annotated[Trace, Header(convert_underscores=False)]) -> Any:
    return trace


@app.get("/headers")
async def headers(
    user_agent: Annotated[str | None, Header()] = None,
    strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
):
    return [user_agent, strange_header, x_token, session]


@app.get("/visits")
async def visits(visit: Annotated[Visit, Cookie()]) -> Visit:
    return visit
