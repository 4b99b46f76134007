"""Which name of FastAPI is which of xapi's: all names that FastAPI has are looked up."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from xapi.migration.names import Unknown, renamed, translated

NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "as_fastapi/names.json").read_text(encoding="utf-8")
)


def test_many_names_were_recorded() -> None:
    assert sum(map(len, NAMES.values())) > 500


@pytest.mark.parametrize("module", NAMES)
def test_each_name_is_there_in_xapi_or_a_person_is_told_why_not(module: str) -> None:
    for name in NAMES[module]:
        new = translated(module, name)
        if isinstance(new, Unknown):
            assert name in new.reason or f"no module {module}" in new.reason
            continue
        try:
            assert hasattr(import_module(renamed(module)), new), f"{module}.{name}"
        except ModuleNotFoundError:
            pytest.fail(f"{renamed(module)} is no module, for {name}")


@pytest.mark.parametrize(
    ("module", "name", "new"),
    [
        ("fastapi", "FastAPI", "XAPI"),
        ("fastapi.applications", "FastAPI", "XAPI"),
        ("fastapi", "Request", "Request"),
        ("fastapi", "responses", "responses"),
        ("fastapi.exceptions", "FastAPIError", "XAPIError"),
        ("fastapi.exceptions", "FastAPIDeprecationWarning", "XAPIDeprecationWarning"),
        ("fastapi.security.oauth2", "OAuth2", "OAuth2"),
    ],
)
def test_names_that_xapi_has(module: str, name: str, new: str) -> None:
    assert translated(module, name) == new


@pytest.mark.parametrize(
    ("module", "name", "reason"),
    [
        ("fastapi", "__version__", "says nothing"),
        ("fastapi.routing", "Mount", "import it from starlette.routing"),
        ("fastapi.params", "Annotated", "import it from typing"),
        ("fastapi.routing", "_IncludedRouter", "is private"),
        ("fastapi.dependencies.utils", "get_dependant", "is inside of FastAPI"),
        ("fastapi.routing", "nothing_like_it", "has no fastapi.routing.nothing_like_it"),
        ("fastapi.nowhere", "FastAPI", "has no module fastapi.nowhere"),
    ],
)
def test_names_that_a_person_has_to_look_at(module: str, name: str, reason: str) -> None:
    new = translated(module, name)
    assert isinstance(new, Unknown)
    assert reason in new.reason
