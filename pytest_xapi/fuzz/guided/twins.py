"""The app's functions with probes in them, put in the place of those without, and taken away again.

A module's source is compiled twice: as Python does, to know the code of its functions again, and with
probes. A function that exists, wherever it is kept and whatever has wrapped it, gets the other code for a
while; those that it makes meanwhile come with probes. So it does not matter when a module was imported,
nothing is slower before and after, and decorators, caches and signatures see nothing of it.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pytest_xapi.fuzz import garbage
from pytest_xapi.fuzz.guided import probes
from pytest_xapi.fuzz.guided.rewriting import (
    COMPARED,
    DIVIDED,
    GIVEN,
    JUDGED,
    LINES,
    LOOKED_UP,
    OPEN,
    UNPACKED,
    bound,
    rewritten,
)
from pytest_xapi.fuzz.guided.sites import Marks
from pytest_xapi.fuzz.model.traceback_origin import is_foreign

Key = tuple[str, str, int]

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Source:
    """A file of the app."""

    path: str
    lines: frozenset[int]
    """On which statements of its functions start."""
    reached: Marks
    """By line: whether one of those was reached."""
    always: frozenset[int]
    """On which statements start that have run when the module was imported."""
    functions: tuple[frozenset[int], ...]
    """The lines of each function, without those of functions in it."""


class Twins:
    """The code with probes of the modules that a run looks into."""

    def __init__(self, root: Path, packages: Sequence[str] = ()) -> None:
        """Nothing is read yet.

        Args:
            root: Modules below it are looked into, except those of installed packages and of tests.
            packages: If there are any, those are, and no others.
        """
        self._root = str(root)
        self._packages = tuple(packages)
        self._of_app: tuple[str, ...] = ()
        self._known: set[str] = set()
        self._number_of_modules = 0
        self._probed: dict[Key, list[tuple[CodeType, CodeType]]] = {}
        self.sources: dict[str, Source] = {}
        self.unguided: dict[str, str] = {}
        """By module, why it is not looked into."""
        self.is_on = False

    def know(self, modules: Iterable[str]) -> None:
        """Say where the app's handlers are: the packages of these modules are looked into, wherever they are.

        Those of installed packages are not.
        """
        names = tuple(sorted({name.partition(".")[0] for name in modules} - {"__main__"}))
        if names != self._of_app:
            self._of_app = names
            self._known.clear()
            self._number_of_modules = 0

    @property
    def has_source(self) -> bool:
        """Whether there is a module to look into, of those that are imported."""
        files = ((name, getattr(module, "__file__", None)) for name, module in list(sys.modules.items()))
        return any(
            isinstance(file, str) and file.endswith(".py") and self._is_own(name, file)
            for name, file in files
        )

    def put(self) -> None:
        """Put the code with probes in the place of that without; also of what has come since it was put."""
        if self.is_on and self._number_of_modules == len(sys.modules):
            return
        self._read()
        for function in _functions():
            code = function.__code__
            for plain, probed in self._probed.get(_key(code), ()):
                if code == plain:
                    function.__code__ = probed
                    break
        self.is_on = True

    def take(self) -> None:
        """Take it away again."""
        if not self.is_on:
            return
        plain_of = {id(probed): plain for pairs in self._probed.values() for plain, probed in pairs}
        for function in _functions():
            plain = plain_of.get(id(function.__code__))
            if plain is not None:
                function.__code__ = plain
        self.is_on = False

    def begin(self) -> None:
        """Forget what was reached: another item begins."""
        for source in self.sources.values():
            source.reached[:] = bytes(len(source.reached))

    @property
    def reached(self) -> int:
        """How many lines were reached so far."""
        return sum(source.reached.count(1) for source in self.sources.values())

    def _read(self) -> None:
        modules = sorted(name for name in list(sys.modules) if name not in self._known)
        self._number_of_modules = len(sys.modules)
        for name in modules:
            self._known.add(name)
            module = sys.modules.get(name)
            file = getattr(module, "__file__", None)
            if isinstance(module, ModuleType) and isinstance(file, str) and self._is_own(name, file):
                self._add(module, file)

    def _is_own(self, name: str, file: str) -> bool:
        if self._packages:
            return any(name == package or name.startswith(f"{package}.") for package in self._packages)
        is_near = Path(file).is_relative_to(self._root) or name.partition(".")[0] in self._of_app
        return is_near and not is_foreign(file) and not _is_of_tests(file)

    def _add(self, module: ModuleType, file: str) -> None:
        if file in self.sources:
            return
        if not file.endswith(".py"):
            self.unguided[module.__name__] = "its source is not there"
            return
        try:
            content = Path(file).read_bytes()
            plain = compile(content, file, "exec", dont_inherit=True)
            tree = ast.parse(content, file)
        except (OSError, SyntaxError, ValueError) as error:
            self.unguided[module.__name__] = f"its source cannot be read: {error}"
            return
        always = frozenset(_run_at_import(tree))
        functions = tuple(
            frozenset(_own_lines(node)) for node in ast.walk(tree) if isinstance(node, _FUNCTION)
        )
        try:
            changed, lines = rewritten(tree, file, content.splitlines(), probes.SITES)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)  # of constants that are called: see `bound`
                compiled = compile(changed, file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            self.unguided[module.__name__] = f"no probes can be put into it: {error}"
            return
        reached = probes.SITES.lines[file] = Marks(max(lines, default=0) + 1)
        objects = {
            COMPARED: probes.compared,
            JUDGED: probes.judged,
            GIVEN: probes.given,
            DIVIDED: probes.divided,
            LOOKED_UP: probes.looked_up,
            UNPACKED: probes.unpacked,
            LINES: reached,
            OPEN: probes.SITES.open,
        }
        for one, other in _pairs(plain, bound(compiled, objects)):
            self._probed.setdefault(_key(one), []).append((one, other))
        self.sources[file] = Source(file, frozenset(lines), reached, always, functions)


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _functions() -> Iterator[FunctionType]:
    return (found for found in garbage.live() if type(found) is FunctionType)


def _pairs(plain: CodeType, probed: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of each function of a module, in both forms; it is known by its place and its name."""
    inner = _inside(probed)
    for key, codes in _inside(plain).items():
        others = inner.get(key, [])
        if len(codes) != len(others):
            continue
        for one, other in zip(codes, others, strict=True):
            if one.co_freevars == other.co_freevars:
                yield one, other
                yield from _pairs(one, other)
            elif one.co_name.startswith("<") and one.co_name != "<lambda>":
                yield from _pairs(one, other)


def _inside(code: CodeType) -> dict[Key, list[CodeType]]:
    found: dict[Key, list[CodeType]] = {}
    for item in code.co_consts:
        if isinstance(item, CodeType):
            found.setdefault(_key(item), []).append(item)
    return found


def _is_of_tests(file: str) -> bool:
    name = Path(file).name
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def _run_at_import(tree: ast.Module) -> Iterator[int]:
    """The lines of statements that have run when a module is there: those that nothing decides about."""
    waiting: list[Any] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        is_definition = isinstance(statement, _FUNCTION | ast.ClassDef)
        is_plain = not isinstance(statement, ast.If | ast.Try | ast.For | ast.While | ast.With | ast.Match)
        if is_plain:
            yield statement.lineno
        if isinstance(statement, ast.ClassDef):
            waiting += statement.body
        if is_definition:
            yield from (decorator.lineno for decorator in statement.decorator_list)


def _own_lines(function: Any) -> Iterator[int]:
    """The lines of a function on which statements start, without its docstring and functions in it."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    waiting: list[Any] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Global | ast.Nonlocal):
            yield node.lineno
        if not isinstance(node, _FUNCTION | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
