"""Reading what callables ask for, and solving it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ForwardRef

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.datastructures import FormData, Headers, QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from xapi import params
from xapi.as_fastapi.forms import form_items as _extract_form_items
from xapi.as_fastapi.forms import form_model as _get_form_model
from xapi.as_fastapi.forms import names_of as _get_param_aliases
from xapi.as_fastapi.forms import read_form_items as _extract_form_body
from xapi.as_fastapi.forms import value_of as _get_multidict_value
from xapi.as_fastapi.solving import solve
from xapi.as_fastapi.tree._compat import (
    ModelField,
    RequiredParam,
    Undefined,
    copy_field_info,
    create_body_model,
    evaluate_forwardref,
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    field_annotation_is_sequence,
    get_cached_model_fields,
    get_missing_field_error,
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
    is_scalar_field,
    is_uploadfile_or_nonable_uploadfile_annotation,
    is_uploadfile_sequence_annotation,
    lenient_issubclass,
    sequence_types,
    serialize_sequence_value,
    value_is_sequence,
)
from xapi.as_fastapi.tree.background import BackgroundTasks
from xapi.as_fastapi.tree.datastructures import UploadFile
from xapi.as_fastapi.tree.dependencies.models import Dependant
from xapi.as_fastapi.tree.exceptions import DependencyScopeError
from xapi.as_fastapi.tree.logger import logger
from xapi.as_fastapi.tree.security.oauth2 import SecurityScopes
from xapi.as_fastapi.tree.types import DependencyCacheKey
from xapi.as_fastapi.tree.utils import create_model_field
from xapi.concurrency import ConcurrencyLimit, contextmanager_in_threadpool, run_in_threadpool
from xapi.exceptions import DeclarationError
from xapi.operation.arguments import evaluated_annotation, return_annotation
from xapi.operation.dependant import INJECTED
from xapi.operation.dependant import Dependant as _Dependant
from xapi.operation.marks import EMPTY, read_marks
from xapi.operation.model import BodyField, Dependency, Parameter
from xapi.operation.reading import read
from xapi.operation.signature import injected_by
from xapi.operation.streams import item_of
from xapi.operation.templates import path_names
from xapi.operation.views import ParameterView, view_of
from xapi.pipeline.binding import ModelGathering, ValueGathering
from xapi.pipeline.validate import ABSENT, EmbeddedValidation, NamedValidation, parameter_items, place_of
from xapi.utils import get_path_param_names

# Reading


def get_dependant(
    *,
    path: str,
    call: Callable[..., Any],
    name: str | None = None,
    own_oauth_scopes: list[str] | None = None,
    parent_oauth_scopes: list[str] | None = None,
    use_cache: bool = True,
    scope: params.DependencyScope | None = None,
    concurrency: ConcurrencyLimit | None = None,
) -> Dependant:
    """What a callable asks for, on a path."""
    use = Dependency(
        argument=name,
        signature=read(call, path_names(path)),
        use_cache=use_cache,
        scope=scope,
        security_scopes=tuple(own_oauth_scopes or ()),
        responses={},
        limit=concurrency,
    )
    dependant = _Dependant.of(use.signature, path, use)
    if own_oauth_scopes is None:
        dependant.hold("own_oauth_scopes", None)
    dependant.hold("parent_oauth_scopes", parent_oauth_scopes)
    return dependant


def get_parameterless_sub_dependant(*, depends: params.Depends, path: str) -> Dependant:
    """What a dependency asks for whose result nobody takes."""
    if not callable(depends.dependency):
        raise DeclarationError("A parameter-less dependency must have a callable dependency")
    scopes = list(depends.scopes) if isinstance(depends, params.Security) else None
    return get_dependant(
        path=path,
        call=depends.dependency,
        own_oauth_scopes=scopes,
        use_cache=depends.use_cache,
        scope=depends.scope,
        concurrency=depends.limit,
    )


def get_typed_signature(call: Callable[..., Any]) -> inspect.Signature:
    """The signature of a callable, with annotations that are texts evaluated."""
    signature = inspect.signature(call)
    typed = [
        parameter.replace(annotation=evaluated_annotation(call, parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=typed)


def get_typed_annotation(annotation: Any, globalns: dict[str, Any]) -> Any:
    """An annotation, evaluated if it is a text."""
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        return annotation
    try:
        found = eval(annotation, globalns)
    except NameError:
        return ForwardRef(annotation)
    return None if found is type(None) else found


def get_typed_return_annotation(call: Callable[..., Any]) -> Any:
    """What a callable says that it returns."""
    found = return_annotation(call)
    return None if found is params.Undefined else found


def get_stream_item_type(annotation: Any) -> Any:
    """The type of what an annotation of a generator says that it yields."""
    found = item_of(annotation)
    return None if found is params.Undefined else found


@dataclass
class ParamDetails:
    """What one argument is: a dependency, something injected, or a field."""

    type_annotation: Any
    depends: params.Depends | None
    field: ParameterView | None


def analyze_param(
    *, param_name: str, annotation: Any, value: Any, path_param_names: Iterable[str]
) -> ParamDetails:
    """What an argument is, by its annotation and its default."""
    marked = read_marks(Any if annotation is EMPTY else annotation, value)
    if isinstance(marked.mark, params.Depends):
        return ParamDetails(marked.annotation, marked.mark, None)
    dependant = _dependant_of(param_name, annotation, value, path_param_names)
    fields = [*get_own_params(dependant), *dependant.body_params]
    return ParamDetails(marked.annotation, None, fields[0] if fields else None)


def _dependant_of(name: str, annotation: Any, value: Any, path_param_names: Iterable[str]) -> Dependant:
    def alone(**arguments: Any) -> None: ...

    parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=annotation)
    alone.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    return _Dependant.of(read(alone, frozenset(path_param_names)), None)


def add_non_field_param_to_dependency(
    *, param_name: str, type_annotation: Any, dependant: Dependant
) -> bool | None:
    """Note that an argument gets what is injected by type; None where the type is no such one."""
    injected = injected_by(type_annotation)
    for attribute, kind in INJECTED.items():
        if kind is injected:
            setattr(dependant, attribute, param_name)
            return True
    return None


def add_param_to_fields(*, field: ParameterView, dependant: Dependant) -> None:
    """Add a parameter to those of its place."""
    marker = field.field_info
    if not isinstance(marker, params.Param):
        raise DeclarationError(f"{field.name!r} has no marker of a place: it cannot be a parameter")
    getattr(dependant, f"{marker.location}_params").append(field)


def ensure_multipart_is_installed() -> None:
    """Refuse forms where the package that parses them is missing."""
    if find_spec("python_multipart") is None:
        raise RuntimeError(
            'Form data requires "python-multipart" to be installed: pip install python-multipart'
        )


# Fields


def get_own_params(dependant: Dependant) -> list[ParameterView]:
    """The parameters of a callable itself."""
    return [
        *dependant.path_params,
        *dependant.query_params,
        *dependant.header_params,
        *dependant.cookie_params,
    ]


def _walk(dependant: Dependant) -> Iterable[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _walk(below)


def get_flat_params(dependant: Dependant) -> list[ParameterView]:
    """The parameters of a callable and of all below it, by place; of models, their fields."""
    all_of_them = list(_walk(dependant))
    found: list[ParameterView] = []
    for place in ("path", "query", "header", "cookie"):
        for one in all_of_them:
            found += _get_flat_fields_from_params(getattr(one, f"{place}_params"))
    return found


def _get_flat_fields_from_params(fields: Sequence[ParameterView]) -> list[ParameterView]:
    """Fields, those of models in the place of the models."""
    found: list[ParameterView] = []
    for field in fields:
        members = () if field.item is None else field.item.members
        found += [view_of(member) for member in members] or [field]
    return found


def _get_flat_body_params(dependant: Dependant) -> list[ParameterView]:
    """The parts of the body that a callable and all below it read."""
    return [field for one in _walk(dependant) for field in one.body_params]


def _should_embed_body_fields(fields: Sequence[ParameterView]) -> bool:
    """Whether fields are keys of the body, and not the whole of it."""
    if not fields:
        return False
    names = {field.name for field in fields}
    first = fields[0].field_info
    return len(names) > 1 or bool(getattr(first, "embed", None))


def _get_body_field(
    *, body_params: Sequence[ParameterView], name: str, embed_body_fields: bool
) -> ParameterView | None:
    """The whole body as one field."""
    if not body_params:
        return None
    if not embed_body_fields:
        return body_params[0]
    model = create_body_model(fields=body_params, model_name=f"Body_{name}")
    marker = params.Body() if any(field.required for field in body_params) else params.Body(None)
    marker.annotation = model
    return ModelField(field_info=marker, name="body")


def get_validation_alias(field: ParameterView) -> str:
    """The name under which a field is read."""
    alias = field.validation_alias
    return alias if isinstance(alias, str) else field.alias


def request_params_to_args(
    fields: Sequence[ParameterView], received_params: Mapping[str, Any] | QueryParams | Headers
) -> tuple[dict[str, Any], list[Any]]:
    """The values of fields in what was received from one place, and what is wrong."""
    items = [item for field in fields if isinstance(item := field.item, Parameter)]
    getlist = getattr(received_params, "getlist", None)
    lists = {
        name: getlist(name) if getlist is not None else [received_params[name]] for name in received_params
    }
    declared = frozenset(item.wire_name for item in items)
    raw: dict[str, Any] = {}
    for item in items:
        if item.gathered is not None:
            if (value := ModelGathering(item.gathered, item.location, declared)(lists)) is not ABSENT:
                raw[item.name] = value
        elif item.lookups:
            if (found := ValueGathering(item, item.location)(lists)) is not None:
                raw[item.name], raw[place_of(item.name)] = found
        elif values := lists.get(item.wire_name):
            raw[item.name] = values if item.field.repeats else values[-1]
    errors: list[Any] = []
    values = NamedValidation(parameter_items(tuple(items))).explain(raw, errors)
    return values or {}, errors


async def request_body_to_args(
    body_fields: Sequence[ParameterView], received_body: Any, embed_body_fields: bool
) -> tuple[dict[str, Any], list[Any]]:
    """The values of fields in a body, and what is wrong."""
    items = tuple(item for field in body_fields if isinstance(item := field.item, BodyField))
    errors: list[Any] = []
    if not embed_body_fields and items and not isinstance(received_body, FormData):
        value, errors = items[0].field.validate(received_body, ("body",))
        return ({} if errors else {items[0].name: value}), errors
    sent: Any = dict(received_body) if isinstance(received_body, FormData) else received_body
    values = EmbeddedValidation(items).explain(ABSENT if sent is None else sent, errors)
    return values or {}, errors


# Solving


@dataclass
class SolvedDependency:
    """The arguments of a callable, and what came with them."""

    values: dict[str, Any]
    errors: list[Any]
    background_tasks: StarletteBackgroundTasks | None
    response: Response
    dependency_cache: dict[DependencyCacheKey, Any]


async def solve_dependencies(
    *,
    request: Request | WebSocket,
    dependant: Dependant,
    body: Any = Undefined,
    background_tasks: StarletteBackgroundTasks | None = None,
    response: Response | None = None,
    dependency_overrides_provider: Any = None,
    dependency_cache: dict[DependencyCacheKey, Any] | None = None,
    async_exit_stack: AsyncExitStack,
    embed_body_fields: bool,
    _uses_scopes_cache: Any = None,
) -> SolvedDependency:
    """Compute the arguments of a callable for a request."""
    cache: dict[Any, Any] = {} if dependency_cache is None else dependency_cache
    values, errors, tasks, injected = await solve(
        dependant,
        request,
        body,
        provider=dependency_overrides_provider,
        response=response,
        tasks=background_tasks,
        cache=cache,
        stack=async_exit_stack,
        embed=embed_body_fields,
    )
    return SolvedDependency(values, errors, tasks, injected, cache)


def _get_signature(call: Callable[..., Any]) -> inspect.Signature:
    """The signature of a callable, as it is written."""
    return inspect.signature(call)
