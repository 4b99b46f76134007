"""Annotations that are strings, and resolving the names in them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

Evaluate = Callable[[str], Any]


class UnknownName(type):
    """A type of which only the name is known: it is imported for type checkers alone.

    Whatever can be written with a type can be written with it; it cannot be called.
    """

    def __new__(cls, name: str) -> UnknownName:
        return super().__new__(cls, name, (), {})

    def __init__(cls, name: str) -> None:
        super().__init__(name, (), {})

    def __getattr__(cls, name: str) -> UnknownName:
        if name.startswith("__"):
            raise AttributeError(name)
        return UnknownName(f"{cls.__name__}.{name}")

    def __getitem__(cls, parameters: Any) -> UnknownName:
        return cls

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise undefined(cls.__name__)


def undefined(name: str) -> NameError:
    """The error of Python for a name that is not defined."""
    return NameError(f"name {name!r} is not defined", name=name)


def strict(module: dict[str, Any], names: Mapping[str, Any]) -> Evaluate:
    """Evaluates a text by the names of a module, and by `names` before them."""
    return lambda text: eval(text, module, names)


def lenient(module: dict[str, Any], names: Mapping[str, Any]) -> Evaluate:
    """The same, but names that are not defined are types of which nothing else is known.

    What is called, and what it is given, has to be defined all the same.
    """
    known = _Names(module, names)

    def evaluate(text: str) -> Any:
        for name in _names_in_calls(text):
            if name not in known:
                raise undefined(name)
        return eval(text, module, known)

    return evaluate


class _Names(Mapping[str, Any]):
    def __init__(self, module: dict[str, Any], names: Mapping[str, Any]) -> None:
        self._sources = (names, module, vars(builtins))

    def __getitem__(self, name: str) -> Any:
        for source in self._sources:
            if name in source:
                return source[name]
        return UnknownName(name)

    def __contains__(self, name: object) -> bool:
        return any(name in source for source in self._sources)

    def __iter__(self) -> Iterator[str]:
        return (name for source in self._sources for name in source)

    def __len__(self) -> int:
        return sum(map(len, self._sources))


def _names_in_calls(text: str) -> Iterator[str]:
    """The names that calls in an expression use, but for those that it binds itself, in a lambda say."""
    for call in ast.walk(ast.parse(text.strip(), mode="eval")):
        if isinstance(call, ast.Call):
            inside = list(ast.walk(call))
            bound = {node.arg for node in inside if isinstance(node, ast.arg)}
            bound |= {node.id for node in inside if isinstance(node, ast.Name) and _stores(node)}
            yield from (node.id for node in inside if isinstance(node, ast.Name) and node.id not in bound)


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
