"""Keywords that are declared once, in a `TypedDict`, and named in the signature of each function with them.

Existing code filters what it passes on by `inspect.signature(...).parameters`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


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
