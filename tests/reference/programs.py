"""Programs: their files in a folder of their own, imported, and gone again afterwards."""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

MODIFIED = 1_700_000_000
"""When all files of a program were last changed: it shows in the headers of files that are sent."""


@dataclass(frozen=True)
class Program:
    """An app of one or several files, and what it is asked."""

    sources: dict[str, str]
    requests: list[Any]
    main: str = "main.py"
    """The file that makes the app."""
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Other files that the program reads."""
    environment: dict[str, str] = field(default_factory=dict)
    tests: list[str] = field(default_factory=list)
    """Files of the program that hold tests, which are to pass."""
    seed: int = 0


@contextmanager
def running(program: Program, folder: Path) -> Iterator[ModuleType]:
    """The module that makes the app of a program. The working directory is `folder` meanwhile."""
    write(folder, program.sources)
    write(folder, program.files)
    with ExitStack() as stack:
        stack.enter_context(chdir(folder))
        stack.enter_context(patch.dict(os.environ, program.environment))
        stack.enter_context(patch.object(sys, "path", [str(folder), *sys.path]))
        stack.enter_context(modules_of(folder))
        random.seed(program.seed)
        yield _module(program.main)


def _module(file: str) -> ModuleType:
    return importlib.import_module(file.removesuffix(".py").replace("/", "."))


def write(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (MODIFIED, MODIFIED))


@contextmanager
def modules_of(folder: Path) -> Iterator[None]:
    """Modules under `folder` can be imported, also where others have their names, until the end."""
    names = {path.name.removesuffix(".py") for path in folder.iterdir()}
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] in names}
    for name in before:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in names]:
            del sys.modules[name]
        sys.modules.update(before)
        if "sqlmodel" in sys.modules:
            _forget_tables()


def _forget_tables() -> None:
    """Two programs may each have a table of the same name, which SQLModel keeps for the whole process."""
    from sqlmodel import SQLModel
    from sqlmodel.main import default_registry

    SQLModel.metadata.clear()
    default_registry.dispose()


def tests_of(program: Program) -> Iterator[Callable[[], Any]]:
    """The test functions of a program, which must be running."""
    for name in program.tests:
        yield from (value for key, value in vars(_module(name)).items() if key.startswith("test_"))
