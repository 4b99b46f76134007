"""What a module binds beside the names that it imports from FastAPI."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from xapi.migration.names import NEW, OLD

_NAMED = {
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
    ast.arg: "arg",
}


@dataclass
class Scopes:
    """The names of a module, whatever the function that they are bound in."""

    bound: set[str] = field(default_factory=set)
    """By something else than an import from FastAPI or xapi."""
    exported: set[str] = field(default_factory=set)
    """In `__all__`."""
    in_formatted: set[str] = field(default_factory=set)
    """In f-strings, of which older versions of Python do not tell the places."""

    def must_keep(self, old: str, new: str) -> bool:
        """Whether a name has to stay as it is, because renaming would be visible elsewhere or hit another."""
        return bool({old, new} & self.bound) or old in self.exported or old in self.in_formatted


def scopes_of(tree: ast.Module) -> Scopes:
    """Read what a module binds."""
    found = Scopes()
    for node in ast.walk(tree):
        found.bound |= set(_bound_by(node))
        if isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12):
            found.in_formatted |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and "__all__" in ast.unparse(node):
            found.exported |= {
                part.value
                for part in ast.walk(node)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.ImportFrom | ast.Import):
        module = node.module if isinstance(node, ast.ImportFrom) and node.level == 0 else None
        for alias in node.names:
            if not _is_ours(module or (alias.name if isinstance(node, ast.Import) else "")):
                yield alias.asname or alias.name.partition(".")[0]
    elif type(node) in _NAMED:
        name = getattr(node, _NAMED[type(node)])
        if name is not None:
            yield name
    elif type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
        yield node.__dict__["name"]


def _is_ours(module: str) -> bool:
    """Whether what is imported is FastAPI's, or is xapi's already."""
    return module.partition(".")[0] in (OLD, NEW)
