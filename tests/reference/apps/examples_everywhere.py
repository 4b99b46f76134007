"""Examples on models, fields, and every kind of marker."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Body, Cookie, File, Form, Header, Path, Query, UploadFile

app = XAPI()


class Address(BaseModel):
    street: str = Field(examples=["High Street 1", "Low Street 2"])
    city: str = Field(default="Bath", examples=["Bath"], json_schema_extra={"x-kind": "city"})


class Person(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ada", "address": {"street": "x"}}]})

    name: str
    address: Address
    nicknames: list[str] = Field(default=[], examples=[["A", "B"]])


@app.post("/body")
def body(
    person: Annotated[Person, Body(examples=[{"name": "Bob", "address": {"street": "y"}}])],
) -> Person: ...


@app.post("/named")
def named(
    person: Annotated[
        Person,
        Body(
            openapi_examples={
                "short": {"summary": "Short", "value": {"name": "A", "address": {"street": "z"}}},
                "far": {"summary": "Elsewhere", "externalValue": "https://example.com/person.json"},
            }
        ),
    ],
): ...


@app.post("/two")
def two(
    person: Annotated[Person, Body(examples=[{"name": "C"}])],
    count: Annotated[int, Body(examples=[1, 2])] = 1,
): ...


@app.get("/parameters/{key}")
def parameters(
    key: Annotated[str, Path(examples=["k1"], openapi_examples={"one": {"value": "k1"}})],
    q: Annotated[
        list[int] | None, Query(examples=[[1, 2]], openapi_examples={"two": {"value": [1, 2]}})
    ] = None,
    x_mark: Annotated[str, Header(examples=["m"], description="A mark")] = "n",
    session: Annotated[str | None, Cookie(openapi_examples={"s": {"value": "abc"}})] = None,
): ...


@app.post("/form")
def form(
    name: Annotated[str, Form(examples=["Ada"])], age: Annotated[int, Form(examples=[36], ge=0)] = 1
): ...


@app.post("/file")
def file(data: Annotated[UploadFile, File(description="A picture", examples=["cat.png"])]): ...


@app.get("/inline")
def inline(limit: int = Query(10, examples=[5], description="At most", le=100)) -> list[Address]: ...
