"""What `response_model_include` and `response_model_exclude` hold back, wherever a model is in a result."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Annotated, Any, Generic, Optional, TypeVar, Union

import pytest
from pydantic import BaseModel, Field, RootModel
from pydantic.dataclasses import dataclass
from typing_extensions import TypeAliasType, TypedDict

from xapi import XAPI
from xapi.exceptions import DeclarationError
from xapi.responses import JSONResponse
from xapi.testclient import TestClient

T = TypeVar("T")


class User(BaseModel):
    name: str = "ada"
    password: str = "secret"


class Admin(User):
    level: int = 1


class Users(RootModel[list[User]]): ...


class Page(BaseModel, Generic[T]):
    items: list[T]
    password: str = "secret"


@dataclass
class Plain:
    name: str = "ada"
    password: str = "secret"


class Typed(TypedDict):
    name: str
    password: str


Alias = TypeAliasType("Alias", list[User])
PLAIN = {"name": "ada", "password": "secret"}


def answer(model: Any, result: Any, **options: Any) -> Any:
    app = XAPI()
    app.get("/", response_model=model, **options)(lambda: result)
    return TestClient(app).get("/").json()


@pytest.mark.parametrize(
    ("model", "result"),
    [
        (User, {}),
        (User | None, {}),
        (list[User], [{}]),
        (list[User] | None, [{}]),
        (Optional[Annotated[list[User], Field(min_length=1)]], [{}]),  # noqa: UP045
        (tuple[User, ...], [{}]),
        (tuple[User, Admin], [{}, {}]),
        (set[Any] | list[User], [{}]),
        (Sequence[User], [{}]),
        (Iterable[User], [{}]),
        (list[list[User]], [[{}], [{}, {}]]),
        (list[User | Admin], [{}, {"level": 2}]),
        (Union[list[User], list[Admin]], [{}]),  # noqa: UP007
        (list[User] | int, [{}]),
        (list[User | None], [{}, None]),
        (Alias, [{}]),
        (Users, [{}]),
        (list[Users], [[{}]]),
        (Plain, PLAIN),
        (list[Plain], [PLAIN]),
        (list[Typed], [PLAIN]),
        (list, [PLAIN]),
        (list[dict[str, str]], [PLAIN]),
        (dict[str, str], PLAIN),
    ],
    ids=str,
)
def test_a_field_of_a_model_and_of_the_items_of_a_list_is_held_back(model: Any, result: Any) -> None:
    for exclude in ({"password"}, ["password"], {"password": True}, frozenset({"password"})):
        excluded = answer(model, result, response_model_exclude=exclude)
        assert "ada" in str(excluded)
        assert "secret" not in str(excluded)
    included = answer(model, result, response_model_include={"name"})
    assert "ada" in str(included)
    assert "secret" not in str(included)


@pytest.mark.parametrize(
    ("model", "result", "exclude"),
    [
        (Page[User], {"items": [{}]}, {"items": {"password"}, "password": True}),
        (Page[User], {"items": [{}]}, {"items": {"__all__": {"password"}}, "password": ...}),
        (list[Page[User]], [{"items": [{}]}], {"items": {"password"}, "password": True}),
        (list[Page[list[User]]], [{"items": [[{}]]}], {"items": {"password"}, "password": True}),
        (dict[str, User], {"a": {}}, {"__all__": {"password"}}),
        (dict[str, list[User]], {"a": [{}]}, {"__all__": {"password"}}),
        (dict[str, list[User]], {"a": [{}]}, {"a": {"password"}}),
        (list[User], [{}], {"__all__": {"password"}}),
        (list[list[User]], [[{}]], {0: {"password"}}),
    ],
)
def test_a_field_inside_of_a_result_is_held_back(model: Any, result: Any, exclude: Any) -> None:
    excluded = str(answer(model, result, response_model_exclude=exclude))
    assert "ada" in excluded
    assert "secret" not in excluded


def test_numbers_select_items_and_names_select_keys() -> None:
    assert answer(list[str], ["a", "b"], response_model_exclude={0}) == ["b"]
    assert answer(dict[str, int], {"a": 1, "b": 2}, response_model_include={"a"}) == {"a": 1}
    assert answer(dict[str, User], {"a": {}, "b": {}}, response_model_exclude={"b"}) == {"a": PLAIN}


def test_items_of_a_stream_are_held_back() -> None:
    app = XAPI()

    @app.get("/", response_model_exclude={"password"})
    async def read() -> AsyncIterator[list[User]]:
        yield [User()]

    assert TestClient(app).get("/").text == '[{"name":"ada"}]\n'


@pytest.mark.parametrize(
    ("model", "exclude", "hint"),
    [
        (dict[str, User], {"password"}, "write {'__all__': {'password'}}"),
        (dict[str, list[User]], {"password"}, "are fields of its values"),
        (Users | User, {"password"}, "one thing for some results"),
        (list[User] | User, {"password"}, "one thing for some results"),
        (list[User] | dict[str, Any], {"password"}, "one thing for some results"),
        (list[User], {0: {"name"}, "password": True}, "for a list"),
        (list[User], {"__all__", "password"}, "for a list"),
        (None, {"password"}, "without a response model"),
    ],
)
@pytest.mark.parametrize("option", ["include", "exclude"])
def test_what_would_hold_nothing_back_is_refused(model: Any, exclude: Any, hint: str, option: str) -> None:
    with pytest.raises(DeclarationError, match=f"response_model_{option}") as refused:
        answer(model, None, **{f"response_model_{option}": exclude})
    assert hint in str(refused.value)


def test_a_selection_of_a_result_that_is_not_annotated_is_refused() -> None:
    app = XAPI()
    with pytest.raises(DeclarationError, match="annotate the result"):
        app.get("/", response_model_exclude={"password"})(lambda: User())

    @app.get("/", response_model_exclude={"password"})
    def read() -> JSONResponse:
        return JSONResponse("as it is")

    assert TestClient(app).get("/").json() == "as it is"


def test_a_type_inside_of_itself_is_told() -> None:
    nested: Any = TypeAliasType("nested", "list[nested] | list[User]")
    globals()["nested"] = nested
    with pytest.raises(DeclarationError, match="response_model_exclude"):
        answer(nested, [[{}]], response_model_exclude={"password"})
