"""A callable as a `Signature`: each argument is sorted by its marker, its name or its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from pydantic.fields import FieldInfo
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from xapi import params
from xapi.exceptions import DeclarationError
from xapi.operation.annotations import class_of, without_none
from xapi.operation.arguments import Argument, call_kind, may_be_left_out, place, refuse
from xapi.operation.fields import with_attributes
from xapi.operation.foreign import is_security_scopes
from xapi.operation.hidden_marks import Misplaced, check_fields
from xapi.operation.marks import EMPTY, check_value
from xapi.operation.model import (
    BodyField,
    Dependency,
    Injected,
    Parameter,
    Signature,
)
from xapi.operation.places import read_body, read_parameter
from xapi.operation.types import holds_files, is_scalar

_INJECTED: dict[int, Injected] = {
    id(Request): Injected.REQUEST,
    id(WebSocket): Injected.WEBSOCKET,
    id(HTTPConnection): Injected.CONNECTION,
    id(Response): Injected.RESPONSE,
    id(BackgroundTasks): Injected.BACKGROUND_TASKS,
    id(params.SecurityScopes): Injected.SECURITY_SCOPES,
}
"""By identity, as metaclasses may compare as they like."""

Known = Callable[[Callable[..., Any]], Signature]


def signature_of(
    call: Callable[..., Any],
    written: tuple[object, ...],
    arguments: Sequence[Argument],
    path_names: AbstractSet[str],
    known: Known,
) -> Signature:
    """Sort the arguments of `call`, on a path that has the parameters `path_names`.

    `known` gives the signatures of its dependencies. Raises DeclarationError, naming file, function and
    parameter, for what cannot work.
    """
    return _Reader(call, arguments, path_names, known).signature(written)


class _Reader:
    """Sorts the arguments of one callable into parameters, body fields, dependencies and injected objects."""

    def __init__(
        self,
        call: Callable[..., Any],
        arguments: Sequence[Argument],
        path_names: AbstractSet[str],
        known: Known,
    ) -> None:
        self.call = call
        self.arguments = arguments
        self.path_names = path_names
        self.known = known
        self.parameters: list[Parameter] = []
        self.body: list[BodyField] = []
        self.dependencies: list[Dependency] = []
        self.injected: list[tuple[str, Injected]] = []
        self.defaulted: set[str] = set()

    def signature(self, written: tuple[object, ...]) -> Signature:
        for argument in self.arguments:
            self.sort(argument)
        return Signature(
            call=self.call,
            kind=call_kind(self.call),
            parameters=tuple(self.parameters),
            body=tuple(self.body),
            dependencies=tuple(self.dependencies),
            injected=tuple(self.injected),
            defaulted=frozenset(self.defaulted),
            written=written,
        )

    def sort(self, argument: Argument) -> None:
        marked = argument.marked
        if marked.call is not None and isinstance(marked.mark, params.Depends):
            self.dependencies.append(dependency_of(marked.mark, self.known(marked.call), argument.name))
        elif marked.mark is None and (injected := injected_by(argument.annotation)):
            self.injected.append((argument.name, injected))
            if marked.default is not EMPTY or may_be_left_out(self.call, argument.name):
                self.defaulted.add(argument.name)
        else:
            self.add_value(argument)

    def marker(self, argument: Argument) -> params.Marker:
        """The marker of what is read from the request: its own, else by name and type."""
        mark, name = argument.marked.mark, argument.name
        if name in self.path_names and not isinstance(mark, params.Path):
            if isinstance(mark, params.Marker):
                refuse(self.call, name, f"is a part of the path, so it cannot be {type(mark).__name__}()")
            marker: params.Marker = params.Path()
        elif isinstance(mark, params.Marker):
            marker = mark
        else:
            marker = _default_marker(argument.annotation)
        if isinstance(mark, FieldInfo) and marker is not mark:
            marker = with_attributes(marker, mark)
        default = argument.marked.default
        if default is EMPTY or default is marker.default or isinstance(marker, params.Path):
            return marker  # parameters in the path are always required
        own = with_attributes(marker, marker) if marker is mark else marker
        own.default = default
        return own

    def add_value(self, argument: Argument) -> None:
        """Add what is read from the request."""
        marker = self.marker(argument)
        try:
            check_value(argument.marked, marker)
            self.read(argument, marker)
            check_fields(argument.annotation)
        except Misplaced as why:
            refuse(self.call, argument.name, str(why))

    def read(self, argument: Argument, marker: params.Marker) -> None:
        if isinstance(marker, params.Body):
            self.body.append(read_body(self.call, argument, marker))
        else:
            self.parameters.append(read_parameter(self.call, argument, marker, self.path_names))


def dependency_of(marker: params.Depends, signature: Signature, argument: str | None) -> Dependency:
    """One use of a callable as a dependency, as `marker` declares it."""
    _check_scope(marker, signature)
    return Dependency(
        argument=argument,
        signature=signature,
        use_cache=marker.use_cache,
        scope=marker.scope,
        security_scopes=tuple(marker.scopes) if isinstance(marker, params.Security) else (),
        responses=marker.responses or {},
        limit=marker.limit,
    )


def _check_scope(marker: params.Depends, signature: Signature) -> None:
    """Refuse what would still be open when something that it is made of has ended."""
    if marker.scope not in (None, "function", "request"):
        raise DeclarationError(
            f"{place(signature.call)}: scope={marker.scope!r} is unknown: write 'function' or 'request'"
        )
    if marker.scope == "function" or not signature.kind.yields:
        return
    for inner in signature.dependencies:
        if inner.scope == "function":
            raise DeclarationError(
                f"{place(signature.call)}: ends with the request, but depends on {inner.signature.name}(), "
                'which ends before it: declare it with scope="function" too, or the other one without'
            )


def injected_by(annotation: Any) -> Injected | None:
    """What an argument of a type gets by that type alone."""
    wanted = class_of(without_none(annotation))
    if wanted is None:
        return None
    if is_security_scopes(wanted):
        return Injected.SECURITY_SCOPES
    return next((_INJECTED[id(base)] for base in wanted.__mro__ if id(base) in _INJECTED), None)


def _default_marker(annotation: Any) -> params.Marker:
    if is_scalar(annotation):
        return params.Query()
    if holds_files(annotation):
        return params.File()
    return params.Body()
