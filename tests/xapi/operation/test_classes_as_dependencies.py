"""Classes and generic types as dependencies: their arguments are those of the class, none is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

from xapi import XAPI, Depends, Query
from xapi.testclient import TestClient

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, size: T, name: str = "box") -> None:
        self.shown = {"size": size, "name": name}


class IntBox(Box[int]):
    """Its type is said by its base."""


class Parent:
    def __init__(self, size: int, name: str = "box") -> None:
        self.shown = {"size": size, "name": name}


class Child(Parent):
    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)


class Grandchild(Child):
    def __init__(self, name: str = "own", **kw: Any) -> None:
        super().__init__(name=name, **kw)


def endpoint_with(annotation: Any) -> Callable[..., Any]:
    def endpoint(value: Any) -> Any:
        return getattr(value, "shown", value)

    endpoint.__annotations__ = {"value": annotation}
    return endpoint


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (Annotated[Box[int], Depends()], "box"),
        (Annotated[Any, Depends(Box[int])], "box"),
        (Annotated[IntBox, Depends()], "box"),
        (Annotated[TypeAliasType("Named", Box[int]), Depends()], "box"),
        (Annotated[Parent | None, Depends()], "box"),
        (Annotated[Box[int] | None, Depends()], "box"),
        (Annotated[Child, Depends()], "box"),
        (Annotated[Grandchild, Depends()], "own"),
    ],
)
def test_the_arguments_are_those_of_the_class(annotation: Any, name: str) -> None:
    app = XAPI()
    app.get("/")(endpoint_with(annotation))
    client = TestClient(app)
    assert client.get("/?size=3").json() == {"size": 3, "name": name}
    assert client.get("/?size=3&name=x").json() == {"size": 3, "name": "x"}
    assert client.get("/?size=x").status_code == 422
    assert client.get("/").status_code == 422


def test_factories_of_the_fields_of_a_class_are_called() -> None:
    numbers = count()

    @dataclass
    class Fields:
        items: Annotated[list[int], Query()] = field(default_factory=lambda: [next(numbers)])
        name: str = field(default_factory=lambda: "x")

    class Model(BaseModel):
        model_config = ConfigDict(validate_by_name=True)
        name: str = Field(default_factory=lambda: "x")
        size: int = Field(default_factory=lambda: 3, alias="pageSize")

    app = XAPI()
    app.get("/dataclass")(endpoint_with(Annotated[Fields, Depends()]))
    app.get("/model")(endpoint_with(Annotated[Model, Depends()]))
    client = TestClient(app)
    assert client.get("/dataclass").json() == {"items": [0], "name": "x"}
    assert client.get("/dataclass").json() == {"items": [1], "name": "x"}
    assert client.get("/dataclass?items=5&name=y").json() == {"items": [5], "name": "y"}
    assert client.get("/model").json() == {"name": "x", "pageSize": 3}
    assert client.get("/model?pageSize=4").json() == {"name": "x", "pageSize": 4}
