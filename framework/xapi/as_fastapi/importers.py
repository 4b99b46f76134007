"""Who has imported a module, as far as can be told afterwards."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType


def told_importer(name: str) -> str:
    """A clause that says who has imported `name`, and where."""
    kept = getattr(sys.modules[name], "__file__", None) or name
    for module in _candidates(name):
        line = _line(module, name)
        if line is not None:
            return (
                f"{name} ({kept}) had been imported already, by {module.__name__} ({module.__file__}:{line})"
            )
    return f"{name} ({kept}) had been imported already, by code that is no module, or is gone"


def _candidates(name: str) -> Iterator[ModuleType]:
    """The modules that may have done it, the most probable one first.

    A module is known before what it imports is: the importer began before `name` did, and later than most.
    """
    known = list(sys.modules.items())
    began = next(place for place, (key, _) in enumerate(known) if key == name)
    for key, module in [*reversed(known[:began]), *known[began + 1 :]]:
        if module is not None and key != name and not key.startswith(f"{name}."):
            yield module


def _line(module: ModuleType, name: str) -> int | None:
    """The line where a module imports `name`."""
    file = getattr(module, "__file__", None)
    if file is None or not file.endswith(".py"):
        return None
    try:
        source = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if name not in source:
        return None
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        if any(found.partition(".")[0] == name for found in names):
            return node.lineno
    return None
