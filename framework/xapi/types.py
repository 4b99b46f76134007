"""Type names that annotations in existing code use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

__all__ = ["DecoratedCallable", "IncEx"]

DecoratedCallable = TypeVar("DecoratedCallable", bound=Callable[..., Any])
"""What a decorator takes and gives back."""

IncEx: TypeAlias = set[int] | set[str] | Mapping[int, "IncEx | bool"] | Mapping[str, "IncEx | bool"]
"""What `response_model_include` and `response_model_exclude` take."""
