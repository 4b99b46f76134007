"""Annotations are taken apart in one place, so that no reader of a signature understands them otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORK = ROOT / "framework" / "xapi"
HOME = FRAMEWORK / "operation" / "annotations.py"
IDENTITY = FRAMEWORK / "identity.py"
"""What a generic type is made of tells whether it is the same one; what it means is not asked there."""

TOOLS = (
    *("get_args", "get_origin", "get_type_hints", "UnionType", "TypeAliasType", "typing_inspection"),
    *("__args__", "__origin__", "__metadata__", "__value__", "__supertype__", "__bound__", "__constraints__"),
)
"""What takes annotations apart."""


def tools_used(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each tool that a module uses."""
    tree = ast.parse(source)
    values = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and gives_values(node)}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in TOOLS and node not in values:
                yield node.lineno, name
            case ast.ImportFrom(module=module) if str(module).startswith("typing_inspection"):
                yield node.lineno, "typing_inspection"
            case ast.ImportFrom(names=names):
                yield from ((node.lineno, name.name) for name in names if name.asname and name.name in TOOLS)


def gives_values(call: ast.Call) -> bool:
    """Whether it is `get_args(Choices)`: the values of a `Literal` that the framework itself names."""
    match call:
        case ast.Call(func=ast.Name(id="get_args"), args=[ast.Name(id=name)]):
            return name[0].isupper()
    return False


def test_the_tools_are_seen_in_every_form() -> None:
    source = (
        "import typing\nfrom typing import Literal, get_args, get_origin as origin\n"
        "from typing_inspection.introspection import is_union_origin\n"
        "typing.get_type_hints(x)\nannotation.__metadata__\nget_args(annotation)\n"
        "Choices = Literal[1]\nget_args(Choices)\n"
    )
    assert sorted(line for line, _ in tools_used(source)) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "path", sorted(FRAMEWORK.rglob("*.py")), ids=lambda path: str(path.relative_to(FRAMEWORK))
)
def test_annotations_are_taken_apart_in_one_place(path: Path) -> None:
    used = list(tools_used(path.read_text(encoding="utf-8")))
    if path in (HOME, IDENTITY):
        assert used, "is the rule out of date?"
    else:
        assert used == [], "ask xapi.operation.annotations instead"
