"""All files below a path: which are rewritten, which a person has to look at, which cannot be read."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xapi.migration.names import OLD
from xapi.migration.python_files import Rewritten, rewrite
from xapi.migration.requirements import rewrite_pyproject, rewrite_requirements
from xapi.migration.text import Note, decoded

_LEFT_OUT = {"__pycache__", "build", "dist", "node_modules", "site-packages", "venv"}
_REQUIREMENTS = re.compile(r"(requirements|constraints)[\w.-]*\.(txt|in)")
_LOCKS = ("Pipfile.lock", "pdm.lock", "poetry.lock", "uv.lock")
_OTHERS = re.compile(
    r"Dockerfile[\w.-]*|Makefile|Procfile|Pipfile|setup\.cfg|tox\.ini|.*\.(sh|ya?ml|ini)", re.IGNORECASE
)
_COMMAND = re.compile(r"\bfastapi (run|dev)\b")
_WORD = re.compile(r"(?<![\w.-])fastapi(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """A file, and what becomes of it."""

    path: Path
    old: bytes
    new: bytes
    encoding: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Unreadable:
    """A file that is left as it is, because it could not be understood."""

    path: Path
    reason: str


@dataclass
class _File:
    path: Path
    content: bytes
    encoding: str
    text: str
    tree: ast.Module | None = None


def changes(root: Path) -> Iterator[Change | Unreadable]:
    """What becomes of each file that has to do with FastAPI, in the order of their paths."""
    files: list[_File] = []
    for path in _paths(root):
        read = _read(path)
        if isinstance(read, Unreadable):
            yield read
        else:
            files.append(read)
    wanted = _wanted(files)
    for file in files:
        if OLD not in file.text.lower():
            continue
        found = _rewritten(file, wanted.get(_module(file.path), frozenset()))
        if isinstance(found, Unreadable):
            yield found
        elif found.notes or found.text != file.text:
            yield Change(
                file.path, file.content, found.text.encode(file.encoding), file.encoding, found.notes
            )


def _paths(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _LEFT_OUT
            and not name.startswith(".")
            and not Path(folder, name, "pyvenv.cfg").exists()
        )
        yield from (Path(folder, name) for name in sorted(names) if _is_of_interest(name))


def _raise(error: OSError) -> None:
    raise error


def _is_of_interest(name: str) -> bool:
    return (
        name.endswith((".py", ".pyi"))
        or name == "pyproject.toml"
        or name in _LOCKS
        or bool(_REQUIREMENTS.fullmatch(name) or _OTHERS.fullmatch(name))
    )


def _read(path: Path) -> _File | Unreadable:
    try:
        content = path.read_bytes()
        if path.suffix not in (".py", ".pyi"):
            return _File(path, content, "utf-8", content.decode("utf-8"))
        text, encoding = decoded(content)
        return _File(path, content, encoding, text, ast.parse(text))
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Unreadable(path, f"is not written in {error.encoding}: {error.reason} at byte {error.start}")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return Unreadable(
            path, f"is no Python: {getattr(error, 'msg', error)}{f' in line {line}' if line else ''}"
        )


def _rewritten(file: _File, kept: frozenset[str]) -> Rewritten | Unreadable:
    name = file.path.name
    if file.tree is not None:
        return rewrite(file.text, kept)
    if name == "pyproject.toml":
        try:
            return rewrite_pyproject(file.text)
        except ValueError as error:
            return Unreadable(file.path, f"is no TOML: {error}")
    if _REQUIREMENTS.fullmatch(name):
        return rewrite_requirements(file.text)
    return Rewritten(file.text, tuple(_told(file)))


def _told(file: _File) -> Iterator[Note]:
    """What other files say of FastAPI."""
    if file.path.name in _LOCKS:
        if _WORD.search(file.text):
            yield Note(1, "locks versions of FastAPI: make this file anew")
        return
    for number, line in enumerate(file.text.splitlines(), start=1):
        if (command := _COMMAND.search(line)) is not None:
            yield Note(number, f"`{command[0]}` is `xapi {command[1]}`")
        elif _WORD.search(line.partition("#")[0]):
            yield Note(number, "this names FastAPI: see whether xapi-framework is needed instead")


def _wanted(files: list[_File]) -> dict[str, frozenset[str]]:
    """The names that files import from each other, by the last part of the module that has them."""
    wanted: dict[str, set[str]] = {}
    for file in files:
        for node in ast.walk(file.tree) if file.tree is not None else ():
            if isinstance(node, ast.ImportFrom):
                wanted.setdefault(_last(node, file), set()).update(alias.name for alias in node.names)
    everything = frozenset(("FastAPI", OLD))
    return {module: everything if "*" in names else frozenset(names) for module, names in wanted.items()}


def _module(path: Path) -> str:
    """The last part of a file's module."""
    return path.resolve().parent.name if path.stem == "__init__" else path.stem


def _last(node: ast.ImportFrom, file: _File) -> str:
    """The last part of the module that an import names; that of a relative one may be its own package."""
    if node.module:
        return node.module.rpartition(".")[2]
    return file.path.resolve().parents[node.level - 1].name
