"""Keyword arguments that several signatures share, and errors for unknown ones.

Existing code filters what it passes on by `inspect.signature(...).parameters`, so that keywords that are
taken by `**` have to be named there.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import CodeType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class DefaultPlaceholder:
    """Stands for a keyword that was not said, where all keywords are handed on; `value` counts then."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultPlaceholder) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


def said(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that were said: without those that have a placeholder."""
    return {name: value for name, value in keywords.items() if not isinstance(value, DefaultPlaceholder)}


def spelled_out(keywords: Any) -> Callable[[F], F]:
    """Name the keywords of a `TypedDict` in the signature of a function that takes them by `**`."""
    kind = inspect.Parameter.KEYWORD_ONLY
    named = [
        inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in keywords.__annotations__.items()
    ]

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        function.__signature__ = signature.replace(parameters=[*own, *named])  # type: ignore[attr-defined]
        return function

    return decorate


def checked(function: F) -> F:
    """Refuse a keyword that is not in the signature of `function`, by `unknown_keyword`."""
    known = inspect.signature(function).parameters.keys()
    parts = function.__qualname__.split(".")
    name = parts[-2] if parts[-1] == "__init__" else parts[-1]

    @wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        if not keywords.keys() <= known:
            unknown = next(keyword for keyword in keywords if keyword not in known)
            raise unknown_keyword(caller(), f"{name}()", unknown, known)
        return function(*args, **keywords)

    return cast(F, call)


def unknown_keyword(where: str, taker: str, name: str, known: Iterable[str]) -> TypeError:
    """The error for the keyword `name`, which `taker` does not take: it says where, and names the nearest."""
    near = nearest(name, known)
    return TypeError(
        f"{where}: {taker} takes no keyword {name}{'' if near is None else f' (did you mean {near}?)'}"
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """That of the `known` names that somebody may have meant by `name`."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, known, n=1)), None)


def caller() -> str:
    """Where the framework was called: `file.py:12, in function()`."""
    code, line = _outside()[1:]
    name = code.co_name if code.co_name.startswith("<") else f"{code.co_name}()"
    return f"{code.co_filename}:{line}, in {name}"


def warn_caller(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn of the line where the framework was called."""
    warnings.warn(message, category, stacklevel=_outside()[0] - 1)


def _outside() -> tuple[int, CodeType, int]:
    """The innermost call that is not in the framework: how far out from here, its code, and its line."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "xapi":
        level, frame = level + 1, frame.f_back
    return level, frame.f_code, frame.f_lineno
