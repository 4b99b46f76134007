"""Models whose fields are query, header and cookie parameters."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Cookie, Depends, Header, Query

app = XAPI()


class Filters(BaseModel):
    """How to filter."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, gt=0, le=100, description="At most")
    offset: int = Field(0, ge=0)
    order_by: Literal["created", "changed"] = "created"
    tags: list[str] = []
    needed: str = Field(title="It is needed", examples=["a"])
    renamed: str | None = Field(None, alias="re-named", deprecated=True)


class CommonHeaders(BaseModel):
    host: str
    save_data: bool
    if_modified_since: str | None = None
    traceparent: str | None = None
    x_tag: list[str] = []


class Cookies(BaseModel):
    session_id: str
    fatebook_tracker: str | None = None
    level: Annotated[int, Field(ge=1, multiple_of=2)] = 2


@app.get("/query")
def query(filters: Annotated[Filters, Query()]): ...


@app.get("/headers")
def headers(headers: Annotated[CommonHeaders, Header()]): ...


@app.get("/as-written")
def as_written(headers: Annotated[CommonHeaders, Header(convert_underscores=False)]): ...


@app.get("/cookies")
def cookies(cookies: Annotated[Cookies, Cookie()]): ...


@app.get("/all/{number}")
def all_of_them(
    number: int,
    filters: Annotated[Filters, Query()],
    headers: Annotated[CommonHeaders, Header()],
    cookies: Annotated[Cookies, Cookie()],
): ...


def filtered(filters: Annotated[Filters, Query()]): ...


@app.post("/dependency")
def in_dependency(body: Filters, filters: Annotated[None, Depends(filtered)]): ...
