"""The rooms of the house import only what lies below them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORK = Path("framework/xapi")
PLUGIN = Path("pytest_xapi")


def imported_modules(source: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that a module imports, at its top or anywhere else."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_every_form_of_import_is_seen() -> None:
    source = "import a.b\nfrom c import d\ndef f():\n    from e.f import g, h\n"
    assert list(imported_modules(source)) == [(1, "a.b"), (2, "c.d"), (4, "e.f.g"), (4, "e.f.h")]


@pytest.mark.parametrize(
    ("room", "forbidden", "reason"),
    [
        (FRAMEWORK, "pytest_xapi", "the framework does not know its test toolkit"),
        (FRAMEWORK, "fastapi", "no peer is a dependency"),
        (PLUGIN, "fastapi", "no peer is a dependency"),
        (FRAMEWORK / "pipeline", "inspect", "signatures are read once, by xapi.operation"),
        (FRAMEWORK / "operation", "xapi.pipeline", "a description does not know how it is run"),
        (FRAMEWORK / "openapi", "xapi.pipeline", "the document reads the description, not the plan"),
        (PLUGIN, "_pytest", "only public names of pytest are stable"),
    ],
    ids=str,
)
def test_a_room_does_not_import(room: Path, forbidden: str, reason: str) -> None:
    modules = sorted((ROOT / room).rglob("*.py"))
    assert modules, f"{room} has no modules: is the rule out of date?"
    offences = [
        f"{path.relative_to(ROOT)}:{line} imports {module}: {reason}"
        for path in modules
        for line, module in imported_modules(path.read_text(encoding="utf-8"))
        if is_within(module, forbidden)
    ]
    assert offences == []
