"""Which name of FastAPI is which of xapi's: read from the source of the alias and from `__all__`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLD, NEW = "fastapi", "xapi"
_PACKAGE = Path(__file__).parents[1]
_ALIAS = _PACKAGE / "as_fastapi"
_RENAMED = {"FastAPI": "XAPI"}
"""What the alias has as a class of its own."""


@dataclass(frozen=True)
class Unknown:
    """A name that has to be looked at by a person."""

    reason: str


def is_module(dotted: str) -> bool:
    """Whether FastAPI has such a module."""
    return _file(_ALIAS / "tree", dotted) is not None


def renamed(module: str) -> str:
    """The module of xapi in the place of FastAPI's."""
    return NEW + module[len(OLD) :]


def translated(module: str, name: str) -> str | Unknown:
    """The name under which xapi's module has what FastAPI's module calls `name`.

    Args:
        module: one of FastAPI, dotted.
        name: an attribute of it, or a module in it.
    """
    if not is_module(module):
        return Unknown(f"FastAPI {_VERSION} has no module {module}")
    if name == "__version__":
        return Unknown(
            "fastapi.__version__: xapi's version says nothing about FastAPI's: see what depends on it"
        )
    below = f"{module}.{name}"
    if is_module(below) and _public(renamed(below)) is not None:
        return name
    origin = _origins(module).get(name)
    own = _own_name(origin, name)
    if own in (_public(renamed(module)) or ()):
        return own
    return Unknown(_advice(module, name, origin, own))


@cache
def renamed_names() -> frozenset[str]:
    """The names of FastAPI that are others in xapi."""
    modules = (OLD, f"{OLD}.applications", f"{OLD}.exceptions")
    pairs = [(module, name) for module in modules for name in {*_origins(module), *_defined(module)}]
    new = {name: translated(module, name) for module, name in pairs}
    return frozenset(name for name, own in new.items() if isinstance(own, str) and own != name)


def _own_name(origin: tuple[str, str] | None, name: str) -> str:
    """What xapi calls it: the alias imports it as something else."""
    if origin is not None and origin[0].startswith("xapi.as_fastapi.tree"):
        module = OLD + origin[0][len("xapi.as_fastapi.tree") :]
        return _own_name(_origins(module).get(origin[1]), origin[1])
    if origin is not None and origin[0].startswith(f"{NEW}."):
        return origin[1]
    return _RENAMED.get(name, name)


def _advice(module: str, name: str, origin: tuple[str, str] | None, own: str) -> str:
    if name.startswith("_"):
        return f"{module}.{name} is private in FastAPI; only xapi.as_fastapi has it"
    origin = origin or _incidental().get(name)
    if origin is not None and not origin[0].startswith(f"{NEW}."):
        return f"{module} only imports {name}: import it from {origin[0]}"
    if origin is not None and own in (_public(origin[0]) or ()):
        return f"{renamed(module)} has no {name}: import {own} from {origin[0]}"
    if origin is not None or name in _defined(module):
        return (
            f"{module}.{name} is inside of FastAPI: xapi does that otherwise, and only xapi.as_fastapi has it"
        )
    return f"FastAPI {_VERSION} has no {module}.{name}"


@cache
def _public(module: str) -> frozenset[str] | None:
    """What a module of xapi exports; None if there is no such module, or nothing in it is public."""
    file = _file(_PACKAGE, module)
    for node in _parsed(file).body if file else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return None


@cache
def _origins(module: str) -> dict[str, tuple[str, str]]:
    """What a module of the alias imports: module and name, by the name that it has there."""
    file = _file(_ALIAS / "tree", module)
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in (_parsed(file).body if file else ())
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@cache
def _defined(module: str) -> frozenset[str]:
    """What a module of the alias defines."""
    file = _file(_ALIAS / "tree", module)
    found = set()
    for node in _parsed(file).body if file else ():
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


@cache
def _incidental() -> dict[str, tuple[str, str]]:
    """What FastAPI's modules have because they use it."""
    for node in _parsed(_ALIAS / "incidental.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_NAMES":
            table: dict[str, str] = ast.literal_eval(node.value)
            return {name: (module, name) for module, names in table.items() for name in names.split()}
    raise LookupError("xapi.as_fastapi.incidental has no table")


def _file(root: Path, dotted: str) -> Path | None:
    """The source of a module below the folder of the package that its first part names."""
    place = root.joinpath(*dotted.split(".")[1:])
    candidates = (place / "__init__.py", place.with_suffix(".py") if place != root else place / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


def _alias_version() -> str:
    for node in _parsed(_ALIAS / "distribution.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION":
            return str(ast.literal_eval(node.value))
    raise LookupError("xapi.as_fastapi.distribution has no version")


_VERSION = _alias_version()
