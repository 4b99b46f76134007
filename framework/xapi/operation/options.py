"""The options of an operation beside its signature, and what it inherits from routers and the app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict, Unpack

from xapi.changes import grown
from xapi.exceptions import DeclarationError
from xapi.keywords import caller, said, unknown_keyword
from xapi.operation.limits import FormLimits, check_limits
from xapi.params import Depends, Undefined
from xapi.records import Record

T = TypeVar("T")
DocumentedErrors = Literal["reference", "exact"]
"""Which of the errors that the framework itself answers with are in the document (see `openapi.errors`)."""
Tag = str | Enum
Responses = Mapping[int | str, Mapping[str, Any]]
Selection = Any
"""What `include` and `exclude` of Pydantic take; a list or tuple of names as well."""


class InheritedKeywords(TypedDict, total=False):
    """What an app, a router, an inclusion and an operation can all say; the parts add up from outside in."""

    tags: Sequence[Tag] | None
    """Groups in the document. They add up."""
    dependencies: Sequence[Any] | None
    """`Depends(...)` whose results nobody needs. They add up, outermost first."""
    responses: Responses | None
    """Additional responses of the document, by status code: `model`, `description`, `content`, `headers`."""
    deprecated: bool | None
    """True marks the operation as deprecated in the document."""
    include_in_schema: bool
    """False, anywhere from app to operation, leaves the operation out of the document."""
    callbacks: Sequence[BaseRoute] | None
    """Routes of requests that the API sends itself. They are documented, never served."""
    generate_unique_id_function: Callable[[Any], str] | None
    """Names operations in the document; the innermost one counts."""
    max_body_size: int | None
    """Bytes that the body may have, else the answer is 413. The innermost one counts; None says nothing,
    except on an app, where it lifts the default."""
    form_limits: FormLimits | None
    """Limits of forms; the innermost one counts, each for itself."""
    max_parameters: int | None
    """How many query parameters, cookies and header fields are read, each; the innermost one counts."""
    strict_content_type: bool | None
    """Whether a body without content type is not JSON; it is not, by default. The innermost one counts."""


class RouterKeywords(InheritedKeywords, total=False):
    """What an app, a router and an inclusion take."""

    default_response_class: type[Response] | None
    """The response class of operations that name none; the innermost one counts."""


class OperationKeywords(InheritedKeywords, total=False):
    """What the decorator of an operation takes, beside its path."""

    response_model: Any
    """The type of the result; None switches response models off; left out, the return annotation counts."""
    status_code: int | None
    """The status of the response; 200 by default."""
    summary: str | None
    """Short title; by default the endpoint's name."""
    description: str | None
    """CommonMark; by default the endpoint's docstring."""
    response_description: str
    """The text of the response in the document; by default "Successful Response"."""
    operation_id: str | None
    """The operation's id in the document, where it has to be unique; by default made of name, path and
    method."""
    response_model_include: Selection
    """The fields of the response model that are sent: names, or a mapping of them to what is sent of each."""
    response_model_exclude: Selection
    """The fields of the response model that are held back."""
    response_model_by_alias: bool
    """Whether fields are sent under their aliases, as they are by default."""
    response_model_exclude_unset: bool
    """Hold back fields that were not set when the model was made."""
    response_model_exclude_defaults: bool
    """Hold back fields that have their default value."""
    response_model_exclude_none: bool
    """Hold back fields that are None."""
    response_class: type[Response] | None
    """The class that makes the response of a result; by default JSONResponse."""
    name: str | None
    """The route's name, for `url_path_for`; by default the endpoint's."""
    openapi_extra: dict[str, Any] | None
    """Merged into the operation of the document, deeply."""


LISTS = ("tags", "dependencies", "callbacks")
"""What adds up, from outside in."""
INNERMOST = {
    "response_class": "default_response_class",
    "generate_unique_id_function": "generate_unique_id_function",
    "max_body_size": "max_body_size",
    "max_parameters": "max_parameters",
    "strict_content_type": "strict_content_type",
}
"""What counts where it is said furthest in: the names that operations have for it, and routers."""


def as_list(name: str, value: Any) -> list[Any]:
    """What a keyword that takes a list was given, as one.

    Args:
        name: the keyword.
        value: a list, a tuple or another collection; nothing is an empty one.

    Raises:
        DeclarationError: It is one text or one object, whose parts nobody means.
    """
    if value is None:
        return []
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise DeclarationError(f"{caller()}: {name}={value!r} has to be a list: write {name}=[...]")
    return [*value]


class Inherited(Record):
    """The sum of what lies around an operation: app, inclusions and routers, outermost first."""

    prefix: str = ""
    tags: tuple[Tag, ...] = ()
    dependencies: tuple[Depends, ...] = ()
    responses: Responses = MappingProxyType({})
    deprecated: bool | None = None
    include_in_schema: bool = True
    callbacks: tuple[BaseRoute, ...] = ()
    generate_unique_id_function: Callable[[Any], str] | None = None
    default_response_class: type[Response] | None = None
    max_body_size: int | None = None
    form_limits: FormLimits = FormLimits()
    max_parameters: int | None = None
    strict_content_type: bool | None = None

    @classmethod
    def of(cls, prefix: str = "", **keywords: Unpack[RouterKeywords]) -> Inherited:
        given: dict[str, Any] = said(keywords)
        check_limits(given)
        for name in LISTS:
            given[name] = tuple(as_list(name, given.get(name)))
        for name in ("responses", "form_limits"):
            given[name] = dict(given.get(name) or {})
        return cls(prefix=prefix, **given)

    def around(self, inner: Inherited) -> Inherited:
        """What holds inside `inner` when `inner` lies inside this one."""
        return Inherited(
            prefix=self.prefix + inner.prefix,
            tags=self.tags + inner.tags,
            dependencies=self.dependencies + inner.dependencies,
            responses={**self.responses, **inner.responses},
            deprecated=inner.deprecated or self.deprecated,
            include_in_schema=self.include_in_schema and inner.include_in_schema,
            callbacks=self.callbacks + inner.callbacks,
            generate_unique_id_function=inner.generate_unique_id_function or self.generate_unique_id_function,
            default_response_class=inner.default_response_class or self.default_response_class,
            max_body_size=innermost(inner.max_body_size, self.max_body_size),
            form_limits={**self.form_limits, **inner.form_limits},
            max_parameters=innermost(inner.max_parameters, self.max_parameters),
            strict_content_type=innermost(inner.strict_content_type, self.strict_content_type),
        )

    def changed_to(self, now: Inherited) -> Inherited:
        """What holds for operations that were declared under this one, when `now` lies around them instead.

        Their prefix stays, and nothing is taken away from them: what a dependency has protected stays so.
        """
        return now.but(
            prefix=self.prefix,
            tags=tuple(grown(self.tags, now.tags)),
            dependencies=tuple(grown(self.dependencies, now.dependencies)),
            responses={**self.responses, **now.responses},
            deprecated=now.deprecated or self.deprecated,
            include_in_schema=now.include_in_schema and self.include_in_schema,
            callbacks=tuple(grown(self.callbacks, now.callbacks)),
        )

    def added_to(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The keywords of an operation inside, with what adds up to them."""
        summed = dict(options)
        for name in LISTS:
            if outer := getattr(self, name):
                summed[name] = [*outer, *as_list(name, options.get(name))]
        if self.responses:
            summed["responses"] = {**self.responses, **(options.get("responses") or {})}
        if self.deprecated:
            summed["deprecated"] = options.get("deprecated") or self.deprecated
        if not self.include_in_schema:
            summed["include_in_schema"] = False
        return summed


class OperationOptions(Record):
    """The keywords of an operation (see `OperationKeywords`) with their defaults, and what it inherits."""

    response_model: Any = Undefined
    status_code: int | None = None
    tags: tuple[Tag, ...] = ()
    dependencies: tuple[Depends, ...] = ()
    summary: str | None = None
    description: str | None = None
    response_description: str = "Successful Response"
    responses: Responses = MappingProxyType({})
    deprecated: bool | None = None
    operation_id: str | None = None
    response_model_include: Selection = None
    response_model_exclude: Selection = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False
    include_in_schema: bool = True
    response_class: type[Response] | None = None
    name: str | None = None
    callbacks: tuple[BaseRoute, ...] = ()
    openapi_extra: dict[str, Any] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    max_body_size: int | None = None
    form_limits: FormLimits = FormLimits()
    max_parameters: int | None = None
    strict_content_type: bool | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> OperationOptions:
        """What the attributes `given` of a route say now. Raises ValueError for limits that are none."""
        check_limits(given)
        values = dict(given)
        for name in LISTS:
            values[name] = tuple(given[name])
        return cls(**values)


DEFAULTS: dict[str, Any] = {
    **{name: getattr(OperationOptions, name) for name in OperationOptions.__annotations__},
    **{name: [] for name in LISTS},
    "responses": {},
    "form_limits": {},
}
"""What the attributes of a route are where nothing is said."""


def check_keywords(given: Mapping[str, Any], where: str) -> None:
    """Refuse a keyword that no operation takes: raises TypeError that says where, and names the nearest."""
    for name in given.keys() - DEFAULTS.keys():
        raise unknown_keyword(where, "an operation", name, (*DEFAULTS, "methods"))


def innermost(inner: T | None, outer: T | None) -> T | None:
    """What was said further in; None says nothing."""
    return outer if inner is None else inner
