"""Models whose fields are parameters or form fields."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Cookie, Form, Header, Query, UploadFile

app = XAPI()


class Login(BaseModel):
    username: str
    password: str = Field(min_length=8)

    model_config = ConfigDict(extra="forbid")


class Filters(BaseModel):
    limit: int = Field(100, gt=0, le=100, description="How many")
    offset: int = Field(0, ge=0)
    order_by: Literal["created_at", "updated_at"] = "created_at"
    tags: list[str] = []


class Headers(BaseModel):
    host: str
    save_data: bool
    if_modified_since: str | None = None
    x_tag: list[str] = []


class Cookies(BaseModel):
    session_id: str
    tracker: str | None = Field(default=None, alias="the-tracker")


class Upload(BaseModel):
    file: UploadFile
    title: str


@app.post("/login")
def login(data: Annotated[Login, Form()]): ...


@app.get("/items")
def items(filters: Annotated[Filters, Query()]): ...


@app.get("/headers")
def headers(headers: Annotated[Headers, Header()]): ...


@app.get("/underscores")
def underscores(headers: Annotated[Headers, Header(convert_underscores=False)]): ...


@app.get("/cookies")
def cookies(cookies: Annotated[Cookies, Cookie()]): ...


@app.post("/upload")
def upload(data: Annotated[Upload, Form()]): ...
