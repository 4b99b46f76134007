"""The markers that say where a parameter comes from: `Path`, `Query`, `Header`, `Cookie`, `Body`, `Form`,
`File`, and `Depends` and `Security` for what the framework computes.

Each marker is a Pydantic `FieldInfo`, so it carries constraints and schema texts the way `pydantic.Field`
does.
"""

# Pydantic declares FieldInfo final, but code bases rely on markers that are FieldInfos.
# mypy: disable-error-code="misc"

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo
from pydantic.types import Discriminator
from pydantic_core import PydanticUndefined
from typing_extensions import TypedDict, Unpack

from xapi.concurrency import ConcurrencyLimit
from xapi.exceptions import DeclarationError, XAPIDeprecationWarning
from xapi.identity import constant, identity
from xapi.keywords import nearest, warn_caller

__all__ = [
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Param",
    "ParamTypes",
    "Path",
    "Query",
    "Security",
    "SecurityScopes",
]

Undefined: Any = PydanticUndefined
"""Stands for "not given" where `None` is a value that users may want."""

DependencyScope = Literal["function", "request"]


class MarkerKeywords(TypedDict, total=False):
    """What every marker takes, beside its default value."""

    default_factory: Callable[[], Any]
    """Called for a new default each time the parameter is left out."""
    alias: str
    """The parameter's name on the wire."""
    alias_priority: int
    """Which alias counts if an alias generator gives one, too: 2 for this one, 1 for the generator's."""
    validation_alias: str | AliasPath | AliasChoices
    """The name on the wire, taking precedence over `alias` when a value is read."""
    serialization_alias: str
    """The name on the wire for writing."""
    title: str
    """Title in the JSON Schema."""
    description: str
    """Text in the OpenAPI document, CommonMark."""
    gt: float
    """Exclusive lower bound."""
    ge: float
    """Inclusive lower bound."""
    lt: float
    """Exclusive upper bound."""
    le: float
    """Inclusive upper bound."""
    multiple_of: float
    """What the value is a multiple of."""
    min_length: int
    """Smallest length, in characters or items."""
    max_length: int
    """Largest length, in characters or items."""
    pattern: str
    """A regular expression that a string must match (ECMA-262 in the document, Rust's `regex` at run
    time).
    """
    regex: str
    """Deprecated name of `pattern`."""
    strict: bool
    """Refuse values of another type instead of converting them."""
    allow_inf_nan: bool
    """Whether infinities and NaN are allowed."""
    max_digits: int
    """The most digits of a decimal."""
    decimal_places: int
    """The most decimal places of a decimal."""
    discriminator: str | Discriminator
    """What tells the members of a union apart: the name of a field, or a function."""
    union_mode: Literal["smart", "left_to_right"]
    """How the member of a union is found: the best one, or the first one that fits."""
    fail_fast: bool
    """Whether the validation of a list ends at the first error."""
    validate_default: bool
    """Whether the default is validated, too."""
    examples: list[Any]
    """Examples in the JSON Schema."""
    example: Any
    """Deprecated: one example, written beside the schema. Use `examples`."""
    openapi_examples: dict[str, Any]
    """Named OpenAPI Example Objects, written beside the schema and shown by Swagger UI."""
    deprecated: bool | str
    """Mark the parameter as deprecated in the document."""
    include_in_schema: bool
    """False hides the parameter from the document."""
    json_schema_extra: dict[str, Any]
    """More members of the JSON Schema."""


KNOWN_KEYWORDS = frozenset({*MarkerKeywords.__annotations__, *FieldInfo.__slots__})
"""What a marker takes, and what Pydantic gives it when it makes one of another."""


def _unknown_keyword(marker: str, name: str) -> DeclarationError:
    near = nearest(name, MarkerKeywords.__annotations__)
    hint = f"did you mean {near!r}?" if near else "members of the JSON Schema go into `json_schema_extra`"
    return DeclarationError(f"{marker}(...) has no keyword {name!r}: {hint}")


class Marker(FieldInfo):  # declared final, but markers have to be fields to Pydantic
    """What the markers have in common: a Pydantic field description, and how the parameter is documented."""

    @property
    def location(self) -> str:
        """Where the value is: the place of a parameter, or "body"."""
        raise NotImplementedError

    def __init__(self, default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> None:
        given: dict[str, Any] = dict(keywords)
        self.openapi_examples: dict[str, Any] | None = given.pop("openapi_examples", None)
        self.include_in_schema: bool = given.pop("include_in_schema", True)
        self.example: Any = given.pop("example", Undefined)
        if self.example is not Undefined:
            warn_caller("`example` is deprecated, use `examples=[...]`", XAPIDeprecationWarning)
        if (regex := given.pop("regex", None)) is not None:
            warn_caller("`regex` is deprecated, use `pattern`", XAPIDeprecationWarning)
            given.setdefault("pattern", regex)
        if default is not Undefined and default is not ...:
            given["default"] = default
        if unknown := given.keys() - KNOWN_KEYWORDS:
            raise _unknown_keyword(type(self).__name__, min(unknown))
        super().__init__(**_with_both_aliases(given))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.default})"


def _with_both_aliases(given: dict[str, Any]) -> dict[str, Any]:
    """`alias` is the name for reading and for writing, as that of `pydantic.Field` is."""
    if (alias := given.get("alias")) is not None:
        for name in ("validation_alias", "serialization_alias"):
            if given.get(name) is None:
                given[name] = alias
    return given


class ParamTypes(Enum):
    """Where a parameter is, in the words of OpenAPI."""

    query = "query"
    header = "header"
    path = "path"
    cookie = "cookie"


class Param(Marker):
    """A parameter in the sense of OpenAPI: in the path, the query, a header or a cookie."""

    in_: ClassVar[ParamTypes]

    @property
    def location(self) -> str:
        return self.in_.value


class Path(Param):
    """A part of the URL's path."""

    in_ = ParamTypes.path


class Query(Param):
    """A part of the URL's query."""

    in_ = ParamTypes.query


class Header(Param):
    """A request header. `convert_underscores` reads `user_agent` from `user-agent`."""

    in_ = ParamTypes.header

    def __init__(
        self,
        default: Any = Undefined,
        *,
        convert_underscores: bool = True,
        **keywords: Unpack[MarkerKeywords],
    ) -> None:
        super().__init__(default, **keywords)
        self.convert_underscores = convert_underscores


class Cookie(Param):
    """A cookie of the request."""

    in_ = ParamTypes.cookie


class Body(Marker):
    """The request body, or one key of it.

    `embed` expects the value under its name even when it is the only one; `media_type` is the one documented.
    """

    location = "body"
    default_media_type: ClassVar[str] = "application/json"

    def __init__(
        self,
        default: Any = Undefined,
        *,
        embed: bool | None = None,
        media_type: str | None = None,
        **keywords: Unpack[MarkerKeywords],
    ) -> None:
        super().__init__(default, **keywords)
        self.embed = embed
        self.media_type = media_type or self.default_media_type


class Form(Body):
    """A field of a form."""

    default_media_type = "application/x-www-form-urlencoded"


class File(Form):
    """A file of a multipart form."""

    default_media_type = "multipart/form-data"


@dataclasses.dataclass(frozen=True, eq=False)
class Depends:
    """A value that another callable gives.

    `dependency` may be left out where the annotation is the class to be called. With `use_cache` one request
    calls the dependency once. `scope` says when what follows its `yield` runs: "function" before the response
    is sent, "request" (the default) after it. `responses` are the answers that it may give itself, by status,
    as in the decorator of an operation: they are documented wherever the dependency is used.
    `max_concurrency` is how many calls of this `Depends` may run at the same time, over all operations that
    use the same object; with `yield` a call lasts until what follows it has run.

    Two of them are equal if they say the same of the same dependency, not of one that compares equal: for
    equal ones `typing` gives the first `Annotated[T, Depends(...)]` where the second one is written.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: DependencyScope | None = None
    responses: Mapping[int | str, Mapping[str, Any]] | None = None
    max_concurrency: int | None = dataclasses.field(default=None, kw_only=True)
    limit: ConcurrencyLimit | None = dataclasses.field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        most = self.max_concurrency
        if most is None:
            return
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:
            raise ValueError(f"max_concurrency={most!r}: expected a positive integer or None")
        object.__setattr__(self, "limit", ConcurrencyLimit(most))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Depends) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[Hashable, ...]:
        own = id(type(self)), self.use_cache, self.scope, id(self.responses), id(self.limit)
        return *own, identity(self.dependency)


@dataclasses.dataclass(frozen=True, eq=False)
class Security(Depends):
    """A dependency that needs OAuth2 scopes."""

    scopes: Sequence[str] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.scopes, str | bytes):
            raise DeclarationError(
                f"Security(scopes={self.scopes!r}): expected a list of scopes, as in scopes={[self.scopes]!r}"
            )
        if isinstance(self.scopes, list):  # which its author may change
            object.__setattr__(self, "scopes", list(self.scopes))

    def _said(self) -> tuple[Hashable, ...]:
        return *super()._said(), *map(constant, self.scopes)


class SecurityScopes:
    """The OAuth2 scopes (RFC 6749, section 3.3) that everything above a dependency asks for.

    A parameter of this type is given one: `scopes` outermost first, `scope_str` joined by spaces.
    """

    def __init__(self, scopes: Iterable[str] | None = None) -> None:
        self.scopes = list(scopes or ())
        self.scope_str = " ".join(self.scopes)
