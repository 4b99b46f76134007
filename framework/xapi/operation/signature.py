"""A callable as a `Signature`: the only home of `inspect` and of type hints."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, cast, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic.fields import FieldInfo
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from xapi import params
from xapi.exceptions import DeclarationError
from xapi.operation.fields import Field, UnusableType, constrained, constraints_of
from xapi.operation.model import (
    BodyField,
    BodyKind,
    CallKind,
    Dependency,
    Injected,
    Parameter,
    ParameterLocation,
    Signature,
)
from xapi.operation.types import holds_files, is_list_of_scalars, is_scalar, model_of, without_metadata

_INJECTED: tuple[tuple[type, Injected], ...] = (
    (Request, Injected.REQUEST),
    (WebSocket, Injected.WEBSOCKET),
    (HTTPConnection, Injected.CONNECTION),
    (Response, Injected.RESPONSE),
    (BackgroundTasks, Injected.BACKGROUND_TASKS),
    (params.SecurityScopes, Injected.SECURITY_SCOPES),
)
_EMPTY = inspect.Parameter.empty

_read: WeakKeyDictionary[Callable[..., Any], dict[frozenset[str], Signature]] = WeakKeyDictionary()
"""Signatures by callable and by those of its arguments that the path names: a dependency is read once."""


def read(call: Callable[..., Any], path_names: AbstractSet[str]) -> Signature:
    """Read what `call` asks for, on a path that has the parameters `path_names`.

    Raises DeclarationError, naming file, function and parameter, for what can not work.
    """
    arguments = _arguments(call)
    key = frozenset(argument.name for argument in arguments) & path_names
    try:
        known = _read.setdefault(call, {})
    except TypeError:  # a callable that can not be hashed or referred to weakly is read each time
        return _Reader(call, arguments, path_names).signature()
    if key not in known:
        known[key] = _Reader(call, arguments, path_names).signature()
    return known[key]


def return_annotation(call: Callable[..., Any]) -> Any:
    """What `call` says it returns; `Undefined` where it says nothing."""
    annotation = inspect.signature(call).return_annotation
    if annotation is _EMPTY:
        return params.Undefined
    return _evaluate(annotation, call, "return")


def call_kind(call: Callable[..., Any]) -> CallKind:
    """How to run `call`: functions, methods, partials, wrapped functions, classes and callable instances."""
    function = _function_behind(call)
    if inspect.isasyncgenfunction(function):
        return CallKind.ASYNC_GENERATOR
    if inspect.iscoroutinefunction(function):
        return CallKind.ASYNC
    if inspect.isgeneratorfunction(function):
        return CallKind.GENERATOR
    return CallKind.SYNC


def place(call: Callable[..., Any]) -> str:
    """Where `call` is written: `file.py:12, in function()`."""
    function = _function_behind(call)
    name = getattr(call, "__qualname__", None) or getattr(function, "__qualname__", type(call).__qualname__)
    code = getattr(function, "__code__", None)
    if code is not None:
        return f"{code.co_filename}:{code.co_firstlineno}, in {name}()"
    module = sys.modules.get(getattr(call, "__module__", ""))
    return f"{getattr(module, '__file__', None) or getattr(call, '__module__', '?')}, in {name}()"


def _function_behind(call: Callable[..., Any]) -> Any:
    while isinstance(call, functools.partial):
        call = call.func
    call = inspect.unwrap(call)
    while isinstance(call, functools.partial):
        call = call.func
    if inspect.isroutine(call) or inspect.isclass(call):
        return call
    return inspect.unwrap(getattr(call, "__call__", call))  # noqa: B004  (an instance: its method is wanted)


@dataclass(frozen=True)
class _Argument:
    """One argument: its type, without the marker but with the marker's constraints, the marker, the
    default.
    """

    name: str
    annotation: Any
    marker: params.Marker | params.Depends | None
    default: Any


def _arguments(call: Callable[..., Any]) -> list[_Argument]:
    try:
        signature = inspect.signature(call)
    except ValueError as error:
        raise DeclarationError(f"{place(call)}: the signature can not be read: {error}") from error
    return [
        _argument(call, parameter)
        for parameter in signature.parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]


def _argument(call: Callable[..., Any], parameter: inspect.Parameter) -> _Argument:
    name, default = parameter.name, parameter.default
    if parameter.kind is parameter.POSITIONAL_ONLY:
        _refuse(call, name, "is positional-only; arguments are given by name: remove the '/'")
    annotation = Any if parameter.annotation is _EMPTY else _evaluate(parameter.annotation, call, name)
    marker: Any = None
    if get_origin(annotation) is Annotated:
        annotation, marker = _annotated(call, name, annotation)
    if isinstance(default, params.Marker | params.Depends):
        if marker is not None:
            _refuse(
                call,
                name,
                f"has the marker {marker!r} in `Annotated` and {default!r} as its default: keep one",
            )
        marker, default = default, getattr(default, "default", _EMPTY)
        if isinstance(marker, params.Marker):
            annotation = constrained(annotation, marker)
    elif isinstance(marker, params.Depends) and default is not _EMPTY:
        _refuse(call, name, "has a default beside `Depends(...)`, which would never be used: remove it")
    return _Argument(name, annotation, marker, _EMPTY if default is params.Undefined else default)


def _annotated(call: Callable[..., Any], name: str, annotation: Any) -> tuple[Any, Any]:
    """The type and the last marker of an `Annotated`; other metadata stays with the type, in its place."""
    base, *metadata = get_args(annotation)
    markers = [item for item in metadata if isinstance(item, params.Marker | params.Depends)]
    if not markers:
        return annotation, None
    marker = markers[-1]
    if isinstance(marker, params.Marker) and marker.default is not params.Undefined:
        kind = type(marker).__name__
        _refuse(call, name, f"sets the default inside `Annotated[..., {kind}(...)]`: set it with `=` instead")
    kept: list[Any] = []
    for item in metadata:
        if item is marker and isinstance(marker, params.Marker):
            kept.extend(constraints_of(marker))
        elif not isinstance(item, params.Marker | params.Depends):
            kept.append(item)
    return (Annotated[base, *kept] if kept else base), marker


def _evaluate(annotation: Any, call: Callable[..., Any], name: str) -> Any:
    """Evaluate an annotation that is text (`from __future__ import annotations`, or quoted)."""
    if not isinstance(annotation, str):
        return annotation
    function = _function_behind(call)
    if inspect.isclass(function):
        function = function.__init__
    function = inspect.unwrap(function)
    try:
        return eval(annotation, getattr(function, "__globals__", {}), _enclosing_names(function))
    except NameError as error:
        raise DeclarationError(
            f"{place(call)}: {name!r} is annotated with {annotation!r}, but {error}: "
            "define or import the name before the operation is declared"
        ) from error


def _enclosing_names(function: Any) -> dict[str, Any]:
    """The local names of the functions that are running and in which `function` is defined."""
    enclosing = set()
    name = getattr(function, "__qualname__", "")
    while ".<locals>." in name:
        name = name.rpartition(".<locals>.")[0]
        enclosing.add(name)
    names: dict[str, Any] = {}
    frame = sys._getframe() if enclosing else None
    while frame is not None:
        if frame.f_code.co_qualname in enclosing:
            names = {**frame.f_locals, **names}
        frame = frame.f_back
    return names


def _refuse(call: Callable[..., Any], name: str, why: str) -> NoReturn:
    raise DeclarationError(f"{place(call)}: parameter {name!r} {why}")


class _Reader:
    """Sorts the arguments of one callable into parameters, body fields, dependencies and injected objects."""

    def __init__(
        self, call: Callable[..., Any], arguments: Sequence[_Argument], path_names: AbstractSet[str]
    ) -> None:
        self.call = call
        self.arguments = arguments
        self.path_names = path_names
        self.parameters: list[Parameter] = []
        self.body: list[BodyField] = []
        self.dependencies: list[Dependency] = []
        self.injected: list[tuple[str, Injected]] = []

    def signature(self) -> Signature:
        for argument in self.arguments:
            self.sort(argument)
        return Signature(
            call=self.call,
            kind=call_kind(self.call),
            parameters=tuple(self.parameters),
            body=tuple(self.body),
            dependencies=tuple(self.dependencies),
            injected=tuple(self.injected),
        )

    def sort(self, argument: _Argument) -> None:
        if isinstance(argument.marker, params.Depends):
            self.dependencies.append(self.dependency(argument, argument.marker))
        elif argument.marker is None and (injected := _injected(argument.annotation)):
            self.injected.append((argument.name, injected))
        else:
            self.add_value(argument)

    def dependency(self, argument: _Argument, marker: params.Depends) -> Dependency:
        call = marker.dependency
        if call is None:
            call = without_metadata(argument.annotation)
            if not callable(call) or call is Any:
                _refuse(
                    self.call,
                    argument.name,
                    "has `Depends()` without a dependency: name one, or annotate it with the class to call",
                )
        return dependency_of(marker, call, self.path_names, argument.name)

    def add_value(self, argument: _Argument) -> None:
        """Add what is read from the request: by its marker, else by name and type."""
        marker, name = argument.marker, argument.name
        if name in self.path_names and not isinstance(marker, params.Path):
            if marker is not None:
                _refuse(self.call, name, f"is a part of the path, so it can not be {type(marker).__name__}()")
            marker = params.Path()
        elif marker is None:
            marker = _default_marker(argument.annotation)
        assert isinstance(marker, params.Marker)
        info = _with_default(marker, argument.default)
        field = self.field(argument, info)
        wire_name = _wire_name(info, name)
        if isinstance(marker, params.Body):
            kind = _kind(marker)
            members = () if kind == "json" else _members(argument.annotation, kind)
            self.body.append(BodyField(name, wire_name, field, kind, members))
        else:
            self.check_parameter(argument, marker)
            self.parameters.append(
                Parameter(
                    name, _location(marker), wire_name, field, _parameters_of(argument.annotation, marker)
                )
            )

    def field(self, argument: _Argument, info: params.Marker) -> Field:
        try:
            return Field(argument.name, argument.annotation, info)
        except UnusableType as error:
            shown = getattr(argument.annotation, "__qualname__", None) or repr(argument.annotation)
            _refuse(
                self.call,
                argument.name,
                f"has the type {shown}, for which Pydantic has no validator ({error}): use a type that "
                "Pydantic knows, or declare it with `Depends(...)` if it is not read from the request",
            )

    def check_parameter(self, argument: _Argument, marker: params.Marker) -> None:
        kind, name = type(marker).__name__, argument.name
        if isinstance(marker, params.Path):
            if name not in self.path_names and _alias(marker) not in self.path_names:
                _refuse(
                    self.call,
                    name,
                    f"is declared with Path(), but the path has no {{{_alias(marker) or name}}}",
                )
            if not is_scalar(argument.annotation):
                _refuse(
                    self.call, name, "is a part of the path, so it needs a simple type, not a body or a list"
                )
        elif (model := model_of(argument.annotation)) is not None:
            for field_name, field in model.model_fields.items():
                if not _is_readable(field.annotation):
                    _refuse(
                        self.call,
                        name,
                        f"is declared with {kind}(), but the field {field_name!r} of {model.__qualname__} is "
                        "no simple type and no list of them: declare it as a body",
                    )
        elif not _is_readable(argument.annotation):
            _refuse(
                self.call,
                name,
                f"is declared with {kind}(), which reads simple types, lists of them, and models of both",
            )


def dependency_of(
    marker: params.Depends, call: Callable[..., Any], path_names: AbstractSet[str], argument: str | None
) -> Dependency:
    """One use of `call` as a dependency, as `marker` declares it."""
    return Dependency(
        argument=argument,
        signature=read(call, path_names),
        use_cache=marker.use_cache,
        scope=marker.scope,
        security_scopes=tuple(marker.scopes) if isinstance(marker, params.Security) else (),
    )


def _injected(annotation: Any) -> Injected | None:
    annotation = without_metadata(annotation)
    if not inspect.isclass(annotation):
        return None
    return next((kind for cls, kind in _INJECTED if issubclass(annotation, cls)), None)


def _default_marker(annotation: Any) -> params.Marker:
    if is_scalar(annotation):
        return params.Query()
    if holds_files(annotation):
        return params.File()
    return params.Body()


def _with_default(marker: params.Marker, default: Any) -> params.Marker:
    """The marker with the argument's own default. Path parameters are always required."""
    if default is _EMPTY or default is marker.default or isinstance(marker, params.Path):
        return marker
    own = copy_marker(marker)
    own.default = default
    return own


def copy_marker(marker: params.Marker) -> params.Marker:
    copied = object.__new__(type(marker))
    for name in FieldInfo.__slots__:
        setattr(copied, name, getattr(marker, name))
    copied.__dict__.update(marker.__dict__)
    return copied


def _alias(info: FieldInfo) -> str | None:
    alias = info.validation_alias
    return alias if isinstance(alias, str) else info.alias


def _wire_name(marker: params.Marker, name: str) -> str:
    if alias := _alias(marker):
        return alias
    if isinstance(marker, params.Header) and marker.convert_underscores:
        return name.replace("_", "-")
    return name


def _is_readable(annotation: Any) -> bool:
    return is_scalar(annotation) or is_list_of_scalars(annotation)


def _kind(marker: params.Body) -> BodyKind:
    if isinstance(marker, params.File):
        return "file"
    return "form" if isinstance(marker, params.Form) else "json"


def _location(marker: params.Marker) -> ParameterLocation:
    location: Any = marker.location
    return cast(ParameterLocation, location)


def _parameters_of(annotation: Any, marker: params.Marker) -> tuple[Parameter, ...]:
    """The fields of a model as parameters of their own."""
    model = model_of(annotation)
    if model is None:
        return ()
    hyphens = getattr(marker, "convert_underscores", False)
    members = []
    for name, info in model.model_fields.items():
        alias = _alias(info)
        wire_name = alias or (name.replace("_", "-") if hyphens else name)
        field = Field(name, constrained(info.annotation, info), info)
        members.append(Parameter(alias or name, _location(marker), wire_name, field, is_member=True))
    return tuple(members)


def _members(annotation: Any, kind: BodyKind) -> tuple[BodyField, ...]:
    """The fields of a model as fields of a form."""
    model = model_of(annotation)
    if model is None:
        return ()
    return tuple(
        BodyField(
            _alias(info) or name,
            _alias(info) or name,
            Field(name, constrained(info.annotation, info), info),
            "file" if holds_files(info.annotation) else kind,
        )
        for name, info in model.model_fields.items()
    )
