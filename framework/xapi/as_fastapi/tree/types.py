"""Names for annotations."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from pydantic import BaseModel

from xapi.types import DecoratedCallable, IncEx

DependencyCacheKey = tuple[Callable[..., Any] | None, tuple[str, ...], str]
ModelNameMap = dict[type[BaseModel] | type[Enum], str]
