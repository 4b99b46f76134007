"""What the generator is made of: values, parameters, and the cases that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from pytest_xapi.fuzz.model.cases import Parts

Draw = Callable[[Random], Any]

PLACES = {"path": "path_parameters", "query": "query", "header": "headers", "cookie": "cookies"}
"""The attributes of `Parts`, by the location of a parameter in OpenAPI."""


@dataclass(frozen=True)
class Values:
    """The values of one schema."""

    draw: Draw
    """Any of them: ordinary ones, and those at the limits."""
    plain: Draw
    """An ordinary one, with all that is optional."""
    boundaries: Callable[[], list[Any]]
    """Those at the limits, always the same ones."""


@dataclass(frozen=True)
class Hints:
    """Values worth trying, such as constants in the source of the app."""

    texts: tuple[str, ...] = ()
    integers: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Texts of formats that a user has told more of than the generator knows."""
    files: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """Files by media type."""


NO_HINTS = Hints()


@dataclass(frozen=True)
class Raw:
    """A body whose bytes are decided, whatever its media type."""

    content: bytes


@dataclass(frozen=True)
class RequestParameter:
    """A parameter of an operation, as the document describes it."""

    name: str
    location: str
    required: bool
    schema: Any
    style: str
    explode: bool
    media_type: str | None = None
    """Of a parameter that is serialised as a body is."""
    examples: tuple[Any, ...] = ()
    is_whole: bool = False
    """Whether it is the whole query (OpenAPI 3.2, `in: querystring`)."""
    is_declared: bool = True
    """Whether the document declares it: one that only the path names may hold nobody knows what."""

    @property
    def named(self) -> str:
        """How messages name it."""
        return f"{self.location} parameter `{self.name}`"


@dataclass(frozen=True)
class Style:
    """How a value with items is written (OpenAPI 3.1, sections 4.8.12.3 and 4.8.15)."""

    style: str
    explode: bool


@dataclass(frozen=True)
class Body:
    """One media type of a request body."""

    media_type: str
    schema: Any
    required: bool
    content_types: Mapping[str, str]
    """Of the parts of a form, by name."""
    styles: Mapping[str, Style]
    """Of the fields of a form that are written as query parameters are, by name."""
    examples: tuple[Any, ...] = ()

    @property
    def named(self) -> str:
        """How messages name it."""
        return f"body {self.media_type}"


@dataclass(frozen=True)
class Violation:
    """What a case does wrong on purpose."""

    location: str
    """`path`, `query`, `header`, `cookie`, `body` or `method`."""
    name: str | None
    kind: str
    """The keyword of JSON Schema that is broken, or one of the kinds of requests: `missing`, `method`,
    `malformed content type`, `unsupported content type`, `malformed body`, `half of a surrogate
    pair`."""
    description: str


@dataclass(frozen=True)
class GeneratedCase:
    """A case: what is sent, as values, and what is wrong with it."""

    label: str
    method: str
    parts: Parts
    media_type: str | None
    phase: str
    flaws: tuple[Violation, ...] = ()
    is_changed: bool = False
    """Whether it sends something else than what was drawn, so that its flaws may be gone or new."""

    def with_parts(self, parts: Parts) -> GeneratedCase:
        """The same case, sending something else."""
        return replace(self, parts=parts, is_changed=True)
