"""What is public: the page, `__all__` and what can be imported are the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from xapi import XAPI, APIRouter
from xapi.operation.options import InheritedKeywords, OperationKeywords, RouterKeywords
from xapi.params import MarkerKeywords
from xapi.routing.decorators import OperationDecorators

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/public-names.md").read_text(encoding="utf-8")
DOCUMENTED = {
    module: re.findall(r"`(\w+)`", names)
    for module, names in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", PAGE, re.MULTILINE)
}
# Modules may name what is theirs alone, as packages do for what is inside of them.
OF_THE_PACKAGE = {"framework/xapi/openapi/reader/__init__.py", "pytest_xapi/gates/contract/gate.py",
                  "pytest_xapi/gates/rules/gate.py"}  # fmt: skip

KEYWORDS = {
    *OperationKeywords.__annotations__,
    *RouterKeywords.__annotations__,
    *MarkerKeywords.__annotations__,
}


def test_the_page_has_modules() -> None:
    assert len(DOCUMENTED) > 40


@pytest.mark.parametrize("module", DOCUMENTED)
def test_the_names_of_the_page_are_those_that_a_module_exports(module: str) -> None:
    found = import_module(module)
    assert sorted(found.__all__) == DOCUMENTED[module]
    assert [name for name in DOCUMENTED[module] if not hasattr(found, name)] == []


def test_every_module_that_says_what_it_exports_is_on_the_page() -> None:
    exporting = {
        str(path.relative_to(ROOT))
        for package in ("framework/xapi", "pytest_xapi")
        for path in (ROOT / package).rglob("*.py")
        if re.search("^__all__", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    documented = {str(Path(str(import_module(module).__file__)).relative_to(ROOT)) for module in DOCUMENTED}
    assert exporting - OF_THE_PACKAGE == documented


def _described(module: str) -> Iterator[tuple[str, Any]]:
    """The functions; the app and the router, with the methods that declare what they serve."""
    for name in DOCUMENTED[module]:
        found = getattr(import_module(module), name)
        if inspect.isroutine(found) or name in ("XAPI", "APIRouter"):
            yield name, found
    for cls in (XAPI, APIRouter):
        for method in (*vars(OperationDecorators), "include_router"):
            if not method.startswith("_") and method not in ("own_router", "on_event"):
                yield f"{cls.__name__}.{method}", getattr(cls, method)
    for method in ("exception_handler", "middleware", "add_middleware", "overrides", "overridden"):
        yield f"XAPI.{method}", getattr(XAPI, method)


DECLARED = dict(_described("xapi"))


def test_there_is_something_to_explain() -> None:
    assert {
        "XAPI",
        "APIRouter",
        "XAPI.get",
        "APIRouter.include_router",
        "Depends",
        "Query",
    } <= DECLARED.keys()


@pytest.mark.parametrize("name", DECLARED)
def test_each_parameter_is_explained_where_an_editor_shows_it(name: str) -> None:
    explained = inspect.getdoc(DECLARED[name]) or ""
    explained, _, _ = explained.partition("Args:")[2].partition("Raises:")
    own = [parameter for parameter in inspect.signature(DECLARED[name]).parameters if parameter != "self"]
    by_keyword = KEYWORDS if re.search(r"\*\*(keywords|options):", explained) else set()
    missing = [one for one in own if one not in by_keyword and not re.search(rf"\b{one}\b", explained)]
    assert missing == []


@pytest.mark.parametrize("keywords", [RouterKeywords, OperationKeywords, MarkerKeywords])
def test_each_keyword_that_is_handed_on_is_explained(keywords: Any) -> None:
    source = "".join(inspect.getsource(cls) for cls in (keywords, InheritedKeywords))
    names = re.findall(r"^    (\w+): .*\n(?!    \"\"\")", source, re.MULTILINE)
    assert names == []
