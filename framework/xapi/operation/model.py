"""The description of an endpoint: frozen, read from its signature once and never changed.

The request pipeline, the OpenAPI document, the fuzzer and the gates all read these objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from starlette.responses import Response as StarletteResponse

from xapi.concurrency import ConcurrencyLimit
from xapi.operation.arguments import CallKind, text_of
from xapi.operation.fields import Field
from xapi.operation.options import OperationOptions, Responses
from xapi.operation.templates import path_names
from xapi.params import DependencyScope
from xapi.records import Record

ParameterLocation = Literal["path", "query", "header", "cookie"]
BodyKind = Literal["json", "form", "file"]
LOCATIONS: tuple[ParameterLocation, ...] = ("path", "query", "header", "cookie")
"""The order in which the reference validates, and reports, what is not the body."""


_NONE: Mapping[Any, Any] = MappingProxyType({})


class Injected(Enum):
    """What a callable can ask for by type alone. Never documented."""

    REQUEST = "request"
    WEBSOCKET = "websocket"
    CONNECTION = "connection"
    RESPONSE = "response"
    BACKGROUND_TASKS = "background tasks"
    SECURITY_SCOPES = "security scopes"


class StreamFormat(Enum):
    """How the items of an endpoint that yields are sent. The value is their media type; None is the response
    class's.
    """

    JSON_LINES = "application/jsonl"
    EVENTS = "text/event-stream"
    RAW = None


Lookup = tuple[str | int, ...]
"""Where a value is looked for: under a name, or below it, by keys and positions (`AliasPath`)."""


class Key(NamedTuple):
    """A key of what a model is made of, and where a request has its value."""

    name: str
    wire_name: str
    repeats: bool
    """Whether it takes all values that are sent under the name; otherwise it takes one."""
    content: bool = False
    """Whether it takes the content of a file, and not the file."""
    by_position: bool = False
    """Whether it takes one of several values, by its position (`AliasPath`)."""


class Gathered(Record):
    """How a model, or one of several, is put together from values that are sent one by one."""

    keys: tuple[Key, ...]
    may_be_absent: bool
    """Whether nothing is given, and the default counts, if none of the keys was sent."""
    extra: Literal["ignore", "allow", "forbid"]
    """What becomes of names that it has no field for."""
    needed: tuple[tuple[str, ...], ...]
    """The names that clients have to send, for each of the models."""


class Parameter(Record):
    """One value in the path, the query, a header or a cookie."""

    name: str
    """The argument's name in the callable."""
    location: ParameterLocation
    wire_name: str
    """The name that clients use: `user-agent` for an argument `user_agent`."""
    field: Field
    lookups: tuple[Lookup, ...] = ()
    """Where it is looked for, in order; none if that is `wire_name` and nothing else."""
    gathered: Gathered | None = None
    """For a model, or a union of models: how it is put together."""
    members: tuple[Parameter, ...] = ()
    """For a model: its fields, each of which is a parameter to clients."""
    is_member: bool = False
    """Whether this is a field of a model; `name` is then the key that the model takes."""
    optional: bool = False
    """Whether it may be left out although its field is required: the model around it may be None."""

    @property
    def required(self) -> bool:
        return self.location == "path" or (self.field.required and not self.optional)


class BodyField(Record):
    """One argument that is read from the body: all of it, or one key where the body is embedded."""

    name: str
    wire_name: str
    field: Field
    kind: BodyKind
    lookups: tuple[Lookup, ...] = ()
    """Where it is looked for, in order; none if that is `wire_name` and nothing else."""
    gathered: Gathered | None = None
    """For a form that is a model, or a union of models: how it is put together."""
    members: tuple[BodyField, ...] = ()
    """For a form that is a model: its fields, each of which is a field of the form."""
    optional: bool = False
    """Whether it may be left out although its field is required: the model around it may be None."""

    @property
    def required(self) -> bool:
        return self.field.required and not self.optional


class RequestBody(Record):
    """The body of an operation: the body fields of its endpoint and of all its dependencies, put together."""

    fields: tuple[BodyField, ...]
    embedded: bool
    """Whether the fields are the keys of an object; otherwise the only field is the whole body."""
    form: bool
    """Whether it is a form, and not JSON."""
    media_type: str
    required: bool


class Dependency(Record):
    """One use of a callable whose result another callable asks for."""

    argument: str | None
    """The argument that receives the result; None where only the call matters (`dependencies=[...]`)."""
    signature: Signature
    use_cache: bool
    scope: DependencyScope | None
    security_scopes: tuple[str, ...]
    """The OAuth2 scopes that this use asks for. Those of the uses above it hold as well."""
    responses: Responses
    """The answers that it may give itself, by status."""
    limit: ConcurrencyLimit | None = None
    """How many calls may run at the same time; shared by all uses of one `Depends`."""


class Signature(Record):
    """What one callable (an endpoint or a dependency) asks for, in the order of its declaration."""

    call: Callable[..., Any]
    kind: CallKind
    parameters: tuple[Parameter, ...] = ()
    body: tuple[BodyField, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    injected: tuple[tuple[str, Injected], ...] = ()
    defaulted: frozenset[str] = frozenset()
    """The arguments among those that have a default, or may be left out."""
    written: tuple[object, ...] = ()
    """What it was read from (see `arguments.as_written`)."""

    @property
    def name(self) -> str:
        """The callable's qualified name, for messages."""
        name = getattr(self.call, "__qualname__", None)
        return str.__str__(name) if isinstance(name, str) else type(self.call).__qualname__

    def injected_in(self, *, websocket: bool) -> list[tuple[str, Injected]]:
        """What is injected in an operation of this kind. What it has not is left out: its default counts.

        The connection is the request, or the WebSocket.
        """
        present, absent = Injected.REQUEST, Injected.WEBSOCKET
        if websocket:
            present, absent = absent, present
        return [
            (name, present if kind is Injected.CONNECTION else kind)
            for name, kind in self.injected
            if kind is not absent
        ]

    def not_given(self, *, websocket: bool) -> list[tuple[str, Injected]]:
        """What it asks for that an operation of this kind has not, and that has no default."""
        given = dict(self.injected_in(websocket=websocket))
        return [
            (name, kind) for name, kind in self.injected if name not in given and name not in self.defaulted
        ]

    def all_parameters(self) -> Iterator[Parameter]:
        """Its own parameters, then those of each of its dependencies once; of a model, its members."""
        seen: set[int] = set()
        pending = [self]
        while pending:
            signature = pending.pop()
            if id(signature) in seen:
                continue
            seen.add(id(signature))
            for parameter in signature.parameters:
                yield from parameter.members or (parameter,)
            pending.extend(use.signature for use in reversed(signature.dependencies))

    def all_responses(self) -> dict[int | str, Mapping[str, Any]]:
        """What the dependencies may answer themselves, by status; those above count before those below."""
        below: dict[int, dict[int | str, Mapping[str, Any]]] = {}
        for signature in self.walk():
            found: dict[int | str, Mapping[str, Any]] = {}
            for dependency in signature.dependencies:
                found = {**below[id(dependency.signature)], **found, **dependency.responses}
            below[id(signature)] = found
        return below[id(self)]

    def walk(self) -> Iterator[Signature]:
        """This signature and those of all dependencies below it, each once: dependencies first, as they are
        called.
        """
        seen: set[int] = set()
        pending = [(self, iter(self.dependencies))]
        while pending:
            signature, uses = pending[-1]
            for use in uses:
                if id(use.signature) not in seen:
                    seen.add(id(use.signature))
                    pending.append((use.signature, iter(use.signature.dependencies)))
                    break
            else:
                pending.pop()
                yield signature


class ResponseDescription(Record):
    """The answer that the operation declares for success."""

    status_code: int | None
    """None means 200."""
    field: Field | None
    """What the result, or each item of a stream, is validated against and filtered by; None sends it as it
    is.
    """
    response_class: type[StarletteResponse]
    description: str = "Successful Response"
    stream: StreamFormat | None = None
    """Set if the endpoint yields its answer in pieces."""
    include: Any = None
    exclude: Any = None
    """What is sent of a result, and what is not, as Pydantic's serializers take it."""


class Operation(Record):
    """One path operation: an endpoint on a path and its methods, with everything declared about it."""

    path: str
    """The path template as it is documented, without convertors: `/items/{item_id}`."""
    methods: frozenset[str]
    name: str
    endpoint: Signature
    """With the dependencies of app, routers and decorator in front of its own."""
    body: RequestBody | None
    response: ResponseDescription
    responses: Responses = _NONE
    """The additional responses, by status: of its dependencies, what lies around it, and its own."""
    response_models: Mapping[int | str, Field] = _NONE
    """Their models."""
    options: OperationOptions = OperationOptions()
    described_by: Callable[..., Any] | None = None
    """The callable whose docstring is its text, where the decorator says none."""
    unique_id: str = ""
    """The operation id, unless `options.operation_id` says another."""

    @cached_property
    def path_names(self) -> frozenset[str]:
        """The names of the path's parameters, whether or not a callable asks for them."""
        return path_names(self.path)

    @property
    def operation_id(self) -> str:
        return self.options.operation_id or self.unique_id

    @property
    def description(self) -> str:
        """Its text: what the decorator says, or the endpoint's docstring, up to a form feed."""
        text = self.options.description or (self.described_by and text_of(self.described_by)) or ""
        return text.partition("\f")[0].strip()

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What clients can send: one parameter for each location and wire name, in order of location.

        The endpoint's own stand in front of those of its dependencies. Where several callables declare the
        same one, a required one counts, and the last of those.
        """
        found: dict[tuple[str, str], Parameter] = {}
        for parameter in self.endpoint.all_parameters():
            name = parameter.wire_name
            key = parameter.location, name.lower() if parameter.location == "header" else name
            if key not in found or parameter.required or not found[key].required:
                found[key] = parameter
        return tuple(sorted(found.values(), key=lambda parameter: LOCATIONS.index(parameter.location)))
