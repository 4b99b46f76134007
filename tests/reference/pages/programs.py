"""An example as a program: its files in a folder of their own, imported, and gone again afterwards."""

from __future__ import annotations

import importlib
import os
import random
import runpy
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from examples import examples

REQUESTS = Path(__file__).parent / "requests"
MODIFIED = 1_700_000_000
"""When all files of an example were last changed: it shows in the headers of files that are sent."""


@dataclass(frozen=True)
class Page:
    """What we ask the examples of one page: the content of its file in `requests/`."""

    name: str
    requests: dict[Container[int], list[Any]]
    """Requests for examples with these numbers; an example gets all lists that name it, in their order."""
    programs: dict[int, dict[str, int]] = field(default_factory=dict)
    """Examples of several files: which example is which file; 0 is an empty one."""
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Other files that the examples read or import."""
    environment: dict[str, str] = field(default_factory=dict)
    tests: dict[int, list[str]] = field(default_factory=dict)
    """Files of an example that hold tests, which are to pass."""

    def requests_for(self, number: int) -> list[Any]:
        return [request for numbers, some in self.requests.items() if number in numbers for request in some]


def pages() -> dict[str, Page]:
    """The pages that have requests, by name."""
    found = {}
    for path in sorted(REQUESTS.glob("*.py")):
        content = {key.lower(): value for key, value in runpy.run_path(str(path)).items() if key.isupper()}
        known = {key: content[key] for key in Page.__dataclass_fields__ if key in content}
        found[path.stem] = Page(path.stem, **known)
    return found


@contextmanager
def program(page: Page, number: int, folder: Path, rename: Callable[[str], str]) -> Iterator[ModuleType]:
    """The module that makes the app of an example. The working directory is `folder` meanwhile."""
    sources = examples(page.name)
    parts = page.programs.get(number, {"main.py": number})
    write(folder, {name: rename(sources[part]) if part else "" for name, part in parts.items()})
    write(folder, page.files)
    (main,) = (name for name, part in parts.items() if part == number)
    with ExitStack() as stack:
        stack.enter_context(chdir(folder))
        stack.enter_context(patch.dict(os.environ, page.environment))
        stack.enter_context(patch.object(sys, "path", [str(folder), *sys.path]))
        stack.enter_context(modules_of(folder))
        random.seed(number)
        yield importlib.import_module(main.removesuffix(".py").replace("/", "."))


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
    """Two examples may each have a table of the same name, which SQLModel keeps for the whole process."""
    from sqlmodel import SQLModel
    from sqlmodel.main import default_registry

    SQLModel.metadata.clear()
    default_registry.dispose()


def tests_of(page: Page, number: int) -> Iterator[Callable[[], Any]]:
    """The test functions of an example, whose program must be imported."""
    for name in page.tests.get(number, ()):
        module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
        yield from (value for key, value in vars(module).items() if key.startswith("test_"))
