"""Names that only type checkers know, as types of what dependencies give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest

from xapi import XAPI, Depends, Query, Security
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient

if TYPE_CHECKING:
    import models
    from models import Session


def given() -> str:
    return "given"


def default(db: Session = Depends(given), size: int = 1) -> Any:
    return [db, size]


def optional(db: Session | None = Depends(given), size: int = 1) -> Any:
    return [db, size]


def listed(db: list[Session] = Depends(given), size: int = 1) -> Any:
    return [db, size]


def annotated(db: Annotated[Session, Depends(given)], size: int = 1) -> Any:
    return [db, size]


def quoted(db: Annotated[Session, Security(given)], size: int = 1) -> Any:
    return [db, size]


quoted.__annotations__["db"] = Annotated["Session", Security(given)]


def in_module(db: Annotated[dict[str, models.Session] | None, Depends(given)], size: int = 1) -> Any:
    return [db, size]


def made_optional(db: Annotated[Session, Depends(lambda: given())] | None, size: int = 1) -> Any:
    return [db, size]


class Repository:
    def __init__(self, db: Session = Depends(given), size: int = 1) -> None:
        self.shown = [db, size]


def of_a_class(repository: Annotated[Repository, Depends()]) -> Any:
    return repository.shown


@pytest.mark.parametrize(
    "endpoint", [default, optional, listed, annotated, quoted, in_module, made_optional, of_a_class]
)
def test_what_a_dependency_gives_needs_no_type(endpoint: Any) -> None:
    app = XAPI()
    app.get("/")(endpoint)
    assert TestClient(app).get("/?size=3&db=admin").json() == ["given", 3]
    assert TestClient(app).get("/?size=x").status_code == 422


def read(db: Session) -> None: ...
def read_optional(db: Session | None = None) -> None: ...
def marked(db: Annotated[Session, Query()]) -> None: ...
def nothing_to_call(db: Annotated[Session, Depends()]) -> None: ...
def unknown_dependency(db: Annotated[Session, Depends(models.get)]) -> None: ...
def unknown_mark(db: Annotated[Session, models]) -> None: ...
def unknown_marker(db: Annotated[int, models.Query()]) -> None: ...


@pytest.mark.parametrize(
    "endpoint",
    [read, read_optional, marked, nothing_to_call, unknown_dependency, unknown_mark, unknown_marker],
)
def test_an_unknown_name_is_refused_everywhere_else(endpoint: Any) -> None:
    with pytest.raises(DeclarationError, match=r"'db' is annotated with .* is not defined: define or import"):
        XAPI().get("/")(endpoint)
