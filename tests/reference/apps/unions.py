"""Unions: with and without a discriminator, nested, recursive, in parameters and results."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, RootModel

from xapi import XAPI, Body, Query

app = XAPI()


class Circle(BaseModel):
    shape: Literal["circle"] = "circle"
    radius: float


class Square(BaseModel):
    shape: Literal["square", "box"]
    side: float


class Group(BaseModel):
    shape: Literal["group"] = "group"
    members: list[Shape]


Shape = Annotated[Circle | Square | Group, Field(discriminator="shape", description="Some shape")]


class Drawing(RootModel[list[Shape]]): ...


class Red(BaseModel):
    red: int


class Blue(BaseModel):
    blue: int = 0


@app.post("/shape")
def shape(shape: Shape) -> Shape: ...


@app.post("/drawing")
def drawing(drawing: Drawing) -> Drawing: ...


@app.post("/by-name")
def by_name(shapes: dict[str, Shape]) -> dict[str, Shape] | None: ...


@app.post("/plain")
def plain(colour: Red | Blue | None = None) -> Red | Blue | list[Red | Blue]: ...


@app.post("/scalars")
def scalars(value: Annotated[int | str | list[float], Body()]) -> int | bool | None: ...


@app.get("/query")
def query(
    a: int | str | None = None,
    b: Annotated[list[int | str], Query()] = [],  # noqa: B006
    c: Literal["x", 1] | bool = False,
): ...


@app.get("/results", response_model=Circle | Square, responses={404: {"model": Red | Blue}})
def results(): ...
