"""What keeps a project's tests from doing harm: fixtures and hooks of conftest files, plugins, modules."""

from __future__ import annotations

import ast
import os
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from pytest_xapi import app_fixtures

CONFTEST = "conftest.py"
OVERRIDES = "dependency_overrides"
"""The attribute of apps of FastAPI and xapi in which tests replace dependencies."""
_HOOKS = "pytest_runtest_"
_MARKS_OF_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", ".git", ".hg")
_OWN = "pytest_xapi"


@dataclass(frozen=True)
class Provision:
    """What one file has for tests."""

    file: Path
    is_loaded: bool
    """Whether pytest has loaded it; otherwise its text was read."""
    own: frozenset[str] = frozenset()
    """The fixtures whose names begin with `xapi_`."""
    autouse: frozenset[str] = frozenset()
    overriding: frozenset[str] = frozenset()
    """The fixtures that write to `dependency_overrides`."""
    hooks: frozenset[str] = frozenset()
    """The hooks around each test."""
    overrides_somewhere: bool = False
    """Whether it names `dependency_overrides` at all."""

    @property
    def folder(self) -> Path:
        """Where it holds, if it is a conftest file."""
        return self.file.parent

    @property
    def matters(self) -> bool:
        """Whether tests behave otherwise with it."""
        return bool(self.own or self.autouse or self.overriding or self.hooks)

    def described(self) -> str:
        """What it has, in words."""
        parts = [f"autouse fixture {name}" for name in sorted(self.autouse - self.own)]
        parts += [f"fixture {name}" for name in sorted(self.own)]
        parts += [
            f"fixture {name}, which replaces dependencies"
            for name in sorted(self.overriding - self.own - self.autouse)
        ]
        return ", ".join([*parts, *sorted(self.hooks)])


def loaded(config: pytest.Config) -> list[Provision]:
    """What the conftest files have that pytest has loaded so far."""
    return [_of_module(plugin) for plugin in _modules(config) if app_fixtures.is_conftest(plugin)]


def of_plugins(config: pytest.Config) -> list[Provision]:
    """What the project's own plugins have, those of `-p` and of `pytest_plugins`: it holds everywhere."""
    installed = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")})
    return [
        _of_module(plugin)
        for plugin in _modules(config)
        if not app_fixtures.is_conftest(plugin)
        and plugin.__name__.partition(".")[0] != _OWN
        and not str(plugin.__file__).startswith(installed)
    ]


def on_disk(config: pytest.Config, known: Iterable[Path]) -> Iterator[Provision]:
    """What the conftest files of the project have that pytest has not loaded, as their texts say.

    A root directory that nothing marks as one of a project is only where pytest was started: whose the files
    below it are, nobody knows.
    """
    if config.inipath is None and not any((config.rootpath / name).exists() for name in _MARKS_OF_PROJECTS):
        return
    ignored = [*config.getini("norecursedirs"), "site-packages", "__pycache__"]
    seen = set(known)
    for folder, names, files in os.walk(config.rootpath):
        names[:] = sorted(
            name
            for name in names
            if not any(fnmatch(name, pattern) for pattern in ignored)
            and not (Path(folder) / name / "pyvenv.cfg").exists()
        )
        file = Path(folder) / CONFTEST
        if CONFTEST in files and file not in seen:
            yield of_file(file)


def of_file(file: Path) -> Provision:
    """What a file has, as its text says: a conftest file, or a module of tests and its classes."""
    try:
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text) if any(word in text for word in ("fixture", OVERRIDES, _HOOKS)) else None
    except (OSError, ValueError, SyntaxError):
        tree = None
    if tree is None:
        return Provision(file, is_loaded=False)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    fixtures = [(function, marker) for function in functions if (marker := _fixture_marker(function))]
    return Provision(
        file,
        is_loaded=False,
        own=frozenset(filter(_is_own, (_name(*pair) for pair in fixtures))),
        autouse=frozenset(_name(*pair) for pair in fixtures if _keyword(pair[1], "autouse") is True),
        overriding=frozenset(_name(*pair) for pair in fixtures if OVERRIDES in ast.dump(pair[0])),
        hooks=frozenset(node.name for node in functions if node.name.startswith(_HOOKS)),
        overrides_somewhere=OVERRIDES in text,
    )


def _modules(config: pytest.Config) -> Iterator[ModuleType]:
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, ModuleType) and getattr(plugin, "__file__", None) is not None:
            yield plugin


def _of_module(module: ModuleType) -> Provision:
    assert module.__file__ is not None
    fixtures = list(app_fixtures.definitions(module))
    return Provision(
        Path(module.__file__),
        is_loaded=True,
        own=frozenset(fixture.name for fixture in fixtures if _is_own(fixture.name)),
        autouse=frozenset(fixture.name for fixture in fixtures if app_fixtures.is_autouse(fixture)),
        overriding=frozenset(fixture.name for fixture in fixtures if _overrides(fixture)),
        hooks=frozenset(name for name in vars(module) if name.startswith(_HOOKS)),
    )


def _is_own(name: str) -> bool:
    return name.startswith("xapi_")


def _overrides(fixture: Any) -> bool:
    code = getattr(getattr(fixture, "__wrapped__", None), "__code__", None)
    return code is not None and _names(code, OVERRIDES)


def _names(code: CodeType, name: str) -> bool:
    """Whether a function, or one inside of it, names an attribute."""
    return name in code.co_names or any(
        _names(part, name) for part in code.co_consts if isinstance(part, CodeType)
    )


def _fixture_marker(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.expr | None:
    """The decorator `fixture`, of pytest or of a plugin for asynchronous tests."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name == "fixture":
            return decorator
    return None


def _name(function: ast.FunctionDef | ast.AsyncFunctionDef, marker: ast.expr) -> str:
    return str(_keyword(marker, "name") or function.name)


def _keyword(marker: ast.expr, name: str) -> Any:
    for keyword in getattr(marker, "keywords", ()):
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return keyword.value.value
    return None
