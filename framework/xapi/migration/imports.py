"""The imports from FastAPI in a module: what they bind, and their edits."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from xapi.migration.names import NEW, OLD, Unknown, is_module, renamed, translated
from xapi.migration.scopes import Scopes
from xapi.migration.text import Note, SourceText

_FROM = re.compile(r"from[\s\\]*")
_LIBRARY = re.compile(r"fastapi_\w+")


@dataclass
class Imported:
    """What the names of a module stand for."""

    modules: dict[str, str] = field(default_factory=dict)
    """Modules of FastAPI, by the name that they have in the file."""
    names: dict[str, str] = field(default_factory=dict)
    """New names, by those that are not to be used any more."""
    known: set[str] = field(default_factory=set)
    """Names that stand for something of FastAPI or xapi."""


class ImportRewriter:
    """Rewrites the import statements of one module."""

    def __init__(self, source: SourceText, scopes: Scopes, kept: frozenset[str], notes: list[Note]) -> None:
        self._source = source
        self._scopes = scopes
        self._kept = kept
        self._notes = notes
        self._stays = False
        self.found = Imported()

    def rewrite(self, tree: ast.Module) -> Imported:
        """Note the edits of all imports, wherever they stand."""
        self._stays = any(_stays(node) for node in ast.walk(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                self._from(node, node.module)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self._module(node, alias)
        return self.found

    def _note(self, node: ast.AST, reason: str) -> None:
        self._notes.append(Note(node.__dict__["lineno"], reason))

    # import fastapi, import fastapi.responses as r

    def _module(self, node: ast.Import, alias: ast.alias) -> None:
        root = alias.name.partition(".")[0]
        if _LIBRARY.fullmatch(root):
            self._note(node, _library(root))
        if root != OLD:
            return
        if not _is_ours(alias.name):
            self._note(node, f"{alias.name} is inside of FastAPI: only xapi.as_fastapi has it")
            return
        if self._stays and alias.asname is None:
            self._note(
                node, f"the name {OLD} is needed here for what only FastAPI has: import {renamed(alias.name)}"
            )
            return
        start, _ = self._source.span(alias)
        if alias.asname is not None:
            self.found.modules[alias.asname] = alias.name
            self._source.replace(start, start + len(OLD), NEW)
        elif self._keeps(OLD, NEW):
            self._keep_module(node, alias, start)
        else:
            self.found.modules[OLD] = OLD
            self.found.names[OLD] = NEW
            self._source.replace(start, start + len(OLD), NEW)

    def _keep_module(self, node: ast.Import, alias: ast.alias, start: int) -> None:
        if "." in alias.name:
            self._note(
                node, f"the names {OLD} and {NEW} have another meaning here: import {renamed(alias.name)}"
            )
            return
        self.found.modules[OLD] = OLD
        self._source.replace(start, start + len(OLD), f"{NEW} as {OLD}")

    def _keeps(self, old: str, new: str) -> bool:
        return old in self._kept or self._scopes.must_keep(old, new)

    # from fastapi import FastAPI

    def _from(self, node: ast.ImportFrom, module: str) -> None:
        root = module.partition(".")[0]
        if _LIBRARY.fullmatch(root):
            self._note(node, _library(root))
        if root != OLD:
            return
        if node.names[0].name == "*":
            self._note(node, f"`from {module} import *` does not say what is needed: name it")
            return
        good = {alias.name: self._known(node, module, alias) for alias in node.names}
        if all(new is not None for new in good.values()):
            start, _ = self._source.span(node)
            match = _FROM.match(self._source.text, start)
            assert match is not None
            self._source.replace(match.end(), match.end() + len(OLD), NEW)
            for alias in node.names:
                self._alias(alias, good[alias.name] or alias.name)
        elif any(new is not None for new in good.values()):
            self._split(node, module, good)

    def _known(self, node: ast.ImportFrom, module: str, alias: ast.alias) -> str | None:
        """The new name of what an import names; None if a person has to see to it."""
        new = translated(module, alias.name)
        if isinstance(new, Unknown):
            self._notes.append(Note(alias.lineno, new.reason))
            return None
        bound = alias.asname or alias.name
        if is_module(f"{module}.{alias.name}"):
            self.found.modules[bound] = f"{module}.{alias.name}"
        self.found.known.add(bound)
        return new

    def _alias(self, alias: ast.alias, new: str) -> None:
        start, _ = self._source.span(alias)
        self._source.replace(start, start + len(alias.name), self._bound(alias, new))

    def _bound(self, alias: ast.alias, new: str) -> str:
        """What stands for the name in the new import, without the `as` that is there already."""
        if new == alias.name or alias.asname is not None:
            return new
        if self._keeps(alias.name, new):
            return f"{new} as {alias.name}"
        self.found.names[alias.name] = new
        return new

    def _split(self, node: ast.ImportFrom, module: str, good: dict[str, str | None]) -> None:
        """Two imports: of what xapi has, and of what it has not."""
        start, end = self._source.span(node)
        if "#" in self._source.text[start:end]:
            self._note(
                node, "this import has to be split, and has comments: move what xapi has to one of its own"
            )
            return
        moved, left = [], []
        for alias in node.names:
            suffix = f" as {alias.asname}" if alias.asname else ""
            new = good[alias.name]
            if new is None:
                left.append(alias.name + suffix)
            else:
                moved.append(self._bound(alias, new) + suffix)
        indent = self._source.before(start)
        between = f"{self._source.line_end}{indent}" if not indent.strip() else "; "
        ours = f"from {renamed(module)} import {', '.join(moved)}"
        self._source.replace(start, end, f"{ours}{between}from {module} import {', '.join(left)}")


def _stays(node: ast.AST) -> bool:
    """Whether an import binds the name of FastAPI, for a module that xapi has not."""
    return isinstance(node, ast.Import) and any(
        alias.asname is None and alias.name.startswith(f"{OLD}.") and not _is_ours(alias.name)
        for alias in node.names
    )


def _is_ours(module: str) -> bool:
    """Whether xapi has a public module in the place of one of FastAPI."""
    if module == OLD or not is_module(module):
        return module == OLD
    above, _, name = module.rpartition(".")
    return not isinstance(translated(above, name), Unknown)


def _library(root: str) -> str:
    return (
        f"{root} is a library for FastAPI and imports it itself: run the app with --as-fastapi, "
        "or look for another library"
    )
