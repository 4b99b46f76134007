"""The bugs: what the docstring of each app says of it, with the witness that shows it."""

import ast
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus.watcher import Seen, Watcher
from corpus.witnesses import Witness, witnesses

APPS = Path(__file__).parent / "apps"
GENERAL, GUIDED = KINDS = ("general", "guided")
"""The kinds of apps; those of any kind but the first are in a folder of its name."""


@dataclass(frozen=True)
class Bug:
    """One planted bug.

    Attributes:
        name: The module in `corpus.apps`, or in the package for its kind.
        kind: One of `KINDS`: `guided` are those behind conditions that the code computes.
        title: The first line of its docstring.
        classification: The class of bugs that it belongs to.
        operation: Where it is, as in `GET /notes/{number}`.
        checks: The checks that may rightly show it.
        found_by: What it takes to find it.
        issue: The public issue that it re-creates, or an empty text.
        framework: `xapi`, `starlette` or `fastapi`.
        witness: The requests that show it.
    """

    name: str
    kind: str
    title: str
    classification: str
    operation: str
    checks: frozenset[str]
    found_by: str
    issue: str
    framework: str
    witness: Witness

    @property
    def stateful(self) -> bool:
        """Whether it takes a sequence of requests."""
        return self.found_by.startswith("a sequence")

    @property
    def module(self) -> Any:
        """Its module, imported."""
        package = "corpus.apps" if self.kind == GENERAL else f"corpus.apps.{self.kind}"
        return importlib.import_module(f"{package}.{self.name}")

    def make(self, fixed: bool, seen: Seen | None = None) -> Any:
        """The app, or its clean twin; `seen` is called after each request."""
        app = self.module.create_app(fixed=fixed)
        if seen is not None:
            app.add_middleware(Watcher, operation=self.operation, shown=self.witness.shown, seen=seen)
        return app

    def credentials(self) -> dict[str, Any]:
        """What authenticates, by security scheme; by user, where there are several of them."""
        found: dict[str, Any] = getattr(self.module, "CREDENTIALS", {})
        return found

    def roles(self) -> dict[str, Any]:
        """What its users may do."""
        found: dict[str, Any] = getattr(self.module, "ROLES", {})
        return found


@cache
def bugs() -> Mapping[str, Bug]:
    """All bugs by name. No app is imported."""
    found = {
        path.stem: _read(path, kind)
        for kind in KINDS
        for path in sorted((APPS if kind == GENERAL else APPS / kind).glob("*.py"))
        if path.stem != "__init__"
    }
    return MappingProxyType(found)


def _read(path: Path, kind: str) -> Bug:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = (ast.get_docstring(tree) or "").splitlines()
    said = dict(line.split(": ", 1) for line in lines[1:] if line.startswith(FIELDS))
    imported = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    return Bug(
        name=path.stem,
        kind=kind,
        title=lines[0],
        classification=said["Class"],
        operation=said["Operation"],
        checks=frozenset(said["Checks"].split(", ")),
        found_by=said["Found by"],
        issue=said.get("Issue", ""),
        framework=next(
            name for name in ("xapi", "fastapi", "starlette") if {name, f"{name}.applications"} & imported
        ),
        witness=witnesses()[path.stem],
    )


FIELDS = ("Class: ", "Operation: ", "Checks: ", "Found by: ", "Issue: ")
