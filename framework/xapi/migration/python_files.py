"""A Python file, rewritten: imports, the names that they bind, annotations and patches that are text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from xapi.migration.imports import Imported, ImportRewriter
from xapi.migration.names import NEW, OLD, Unknown, is_module, renamed_names, translated
from xapi.migration.scopes import scopes_of
from xapi.migration.text import Note, SourceText

_DOTTED = re.compile(rf"{OLD}(\.[A-Za-z_]\w*)*")
_IN_TEXT = re.compile(rf"(?<![\w.]){OLD}((?:\.[A-Za-z_]\w*)+)")
_PATCHES = ("patch", "setattr", "delattr", "object")


@dataclass(frozen=True)
class Rewritten:
    """A file as it is to be, and what a person has to look at."""

    text: str
    notes: tuple[Note, ...]


def rewrite(text: str, kept: frozenset[str] = frozenset()) -> Rewritten:
    """Rewrite the text of a file.

    Args:
        text: the file, decoded, with its line ends.
        kept: names that other files import from this one, which have to stay.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(text)
    source = SourceText(text)
    notes: list[Note] = []
    imported = ImportRewriter(source, scopes_of(tree), kept, notes).rewrite(tree)
    _Uses(source, imported, notes).visit(tree)
    for line, reason in _dynamic(tree):
        notes.append(Note(line, reason))
    return Rewritten(source.edited(), tuple(sorted(set(notes))))


class _Uses(ast.NodeVisitor):
    """The uses of what was imported."""

    def __init__(self, source: SourceText, imported: Imported, notes: list[Note]) -> None:
        self._source = source
        self._imported = imported
        self._notes = notes

    def _note(self, node: ast.AST, reason: str) -> None:
        self._notes.append(Note(node.__dict__["lineno"], reason))

    def visit_Name(self, node: ast.Name) -> None:
        new = self._imported.names.get(node.id)
        start, end = self._source.span(node)
        if new is not None and self._source.text[start:end] == node.id:
            self._source.replace(start, end, new)
        if node.id in self._imported.modules:
            self._note(node, f"the module {node.id} is handed on: look at what is asked of it")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        chain = list(_chain(node))
        root = chain[0]
        if not isinstance(root, ast.Name) or root.id not in self._imported.modules:
            if node.attr in renamed_names():
                self._note(
                    node, f"{ast.unparse(node)} has another name, if it was imported from FastAPI there"
                )
            self.generic_visit(node)
            return
        if (new := self._imported.names.get(root.id)) is not None:
            self._source.replace(*self._source.span(root), new)
        module = self._imported.modules[root.id]
        for part in chain[1:]:
            assert isinstance(part, ast.Attribute)
            if is_module(f"{module}.{part.attr}") and part is not node:
                module = f"{module}.{part.attr}"
                continue
            self._attribute(part, module)
            return

    def _attribute(self, node: ast.Attribute, module: str) -> None:
        new = translated(module, node.attr)
        if isinstance(new, Unknown):
            self._note(node, new.reason)
            return
        if is_module(f"{module}.{node.attr}"):
            self._note(node, f"the module {module}.{node.attr} is handed on: look at what is asked of it")
        if not isinstance(node.ctx, ast.Load):
            self._note(node, f"{module}.{node.attr} is exchanged: in xapi nothing may look there for it")
        _, end = self._source.span(node)
        self._source.replace(end - len(node.attr), end, new)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = [base for base in node.bases if self._is_imported(base)]
        overridden = [
            part.name
            for part in node.body
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name != "__init__"
        ]
        if bases and overridden:
            names = ", ".join(ast.unparse(base) for base in bases)
            self._note(
                node, f"class {node.name} changes {names} ({', '.join(overridden)}): see that xapi calls that"
            )
        self.generic_visit(node)

    def _is_imported(self, node: ast.expr) -> bool:
        root = next(_chain(node))
        return isinstance(root, ast.Name) and (
            root.id in self._imported.known or root.id in self._imported.modules
        )

    # Annotations that are text

    def visit_arg(self, node: ast.arg) -> None:
        self._annotation(node.annotation)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._annotation(node.returns)
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._annotation(node.returns)
        self.generic_visit(node)

    def _annotation(self, node: ast.expr | None) -> None:
        for part in _texts_of_types(node) if node is not None else ():
            self._in_text(part)

    def _in_text(self, node: ast.Constant) -> None:
        start, end = self._source.span(node)
        written = self._source.text[start:end]
        new = _IN_TEXT.sub(self._dotted, written)
        for old, name in self._imported.names.items():
            new = re.sub(rf"(?<![\w.]){old}(?!\w)", name, new)
        self._source.replace(start, end, new)

    def _dotted(self, match: re.Match[str]) -> str:
        new = None if OLD not in self._imported.names else _translated_path(match[0])
        return new if isinstance(new, str) else match[0]

    # Calls with text

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func).rpartition(".")[2]
        if called == "cast" and node.args:
            self._annotation(node.args[0])
        for part in node.args:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self._argument(part, part.value, called)
        self.generic_visit(node)

    def _argument(self, node: ast.Constant, value: str, called: str) -> None:
        if value.rpartition(".")[2] in self._imported.names and "." in value and OLD not in value:
            self._note(
                node, f"{value!r} names something that this migration renames, if it was imported there"
            )
        if not _DOTTED.fullmatch(value) or value == OLD or called not in _PATCHES:
            return
        new = _translated_path(value)
        if isinstance(new, Unknown):
            self._note(node, f"{called}({value!r}): {new.reason}")
            return
        start, end = self._source.span(node)
        self._source.replace(start, end, self._source.text[start:end].replace(value, new))


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    """An attribute of an attribute ..., from what it begins with."""
    if isinstance(node, ast.Attribute):
        yield from _chain(node.value)
    yield node


def _texts_of_types(node: ast.expr) -> Iterator[ast.Constant]:
    """The texts in an annotation that are annotations themselves."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    elif isinstance(node, ast.Subscript):
        named = ast.unparse(node.value).rpartition(".")[2]
        inner = node.slice
        if named == "Annotated" and isinstance(inner, ast.Tuple):
            yield from _texts_of_types(inner.elts[0])
        elif named != "Literal":
            yield from _texts_of_types(inner)
    elif isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from _texts_of_types(part)
    elif isinstance(node, ast.BinOp):
        yield from _texts_of_types(node.left)
        yield from _texts_of_types(node.right)


def _translated_path(dotted: str) -> str | Unknown:
    """A dotted path into FastAPI as one into xapi; what follows a name that is no module stays."""
    module, *rest = dotted.split(".")
    while rest and is_module(f"{module}.{rest[0]}"):
        module = f"{module}.{rest.pop(0)}"
    if not rest:
        return Unknown("a module as text: name what is meant")
    new = translated(module, rest[0])
    if isinstance(new, Unknown):
        return new
    return ".".join([NEW, *module.split(".")[1:], new, *rest[1:]])


def _dynamic(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts that name FastAPI or a module of it, wherever they stand."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if node.value == OLD or (_DOTTED.fullmatch(node.value) and is_module(node.value)):
            yield (
                node.lineno,
                f"the text {node.value!r} names FastAPI: a dynamic import, a version, a logger?",
            )
