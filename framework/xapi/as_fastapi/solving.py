"""Solving a dependant: the arguments of its call, computed by code that is compiled as that of operations is.

What an operation does in one function is here cut in two: the arguments of the endpoint are given to whoever
has asked, instead of the call being made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from xapi.as_fastapi.stacks import FUNCTION_STACK, REQUEST_STACK, leaving
from xapi.background import BackgroundTasks
from xapi.identity import identity, reference
from xapi.operation.dependant import Dependant
from xapi.operation.describe import request_body_of
from xapi.operation.model import BodyField, Injected, Operation, ResponseDescription, Signature
from xapi.operation.options import OperationOptions
from xapi.overrides import REPLACED, AppWideLayer, Layer, active_layers, effective
from xapi.params import Undefined
from xapi.pipeline.codegen.operation import OperationWriter, compile_source
from xapi.pipeline.held import Open
from xapi.pipeline.plan import Plan, Step, make_plan
from xapi.pipeline.render import blank_response
from xapi.pipeline.resolve import enter_loosely
from xapi.pipeline.validate import ABSENT

_NEEDED = {"type", "headers", "query_string", "path_params"}
"""What of a scope is read."""
_MOST = 32
"""How many sets of overrides one dependant keeps code for."""
_SOLVERS = "_solvers"
"""The attribute of a signature for what solves it: what is kept elsewhere would keep the signature."""


class SolvingWriter(OperationWriter):
    """Writes the function `run(request, given, ...)`, which returns the arguments and what is wrong."""

    objects = {Injected.WEBSOCKET: ("websocket", "request")}  # noqa: RUF012

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        uses = [use for signature in plan.operation.endpoint.walk() for use in signature.dependencies]
        self.uncached = {identity(use.signature.call) for use in uses if not use.use_cache}
        self.names["enter_loosely"] = enter_loosely

    def write(self) -> None:
        self.bind("ABSENT", ABSENT)
        taken = "request, scope, given, injected, tasks, cache, request_exits, function_exits"
        with self.block(f"async def run({taken}):"):
            self.line("errors = []")
            self.read_request()
            if self.has_form:
                self.line("form = given")
            self.make_answer()
            self.line("return result, errors")

    def read_body(self, body: Any) -> None:
        self.line("body = b''")
        if body.embedded:
            self.line("sent = given")
        else:
            self.line(
                f"sent, body_errors = {self.bind('validate_given', _WholeValue(body.fields[0]))}(given)"
            )

    def refuse_errors(self) -> None:
        with self.block("if errors:"):
            self.line("return {}, errors")

    def render(self) -> None:
        """Nothing is answered here."""

    def call(self, step: Step) -> str:
        return f"dict({self.arguments(step)})" if step is self.plan.endpoint else super().call(step)

    def call_dependency(self, step: Step) -> None:
        if identity(step.signature.call) in self.uncached:
            super().call_dependency(step)
            return
        key = self.bind(f"key{step.number}", (reference(step.signature.call), step.scopes, step.exit))
        with self.block(f"if {key} in cache:"):
            self.line(f"result{step.number} = cache[{key}]")
        with self.block("else:"):
            super().call_dependency(step)
            self.line(f"cache[{key}] = result{step.number}")

    def enter(self, step: Step) -> str:
        """What is entered here is left by somebody else, and perhaps in another task."""
        return "enter_loosely" if super().enter(step) == "enter_waiting" else "enter_async"


class _WholeValue:
    """Validates a body that is one value, parsed already."""

    def __init__(self, item: BodyField) -> None:
        self.field = item.field

    def __call__(self, given: Any) -> tuple[Any, list[Any]]:
        if given is not ABSENT:
            return self.field.validate(given, ("body",))
        if not self.field.required:
            return self.field.default(), []
        from xapi.operation.fields import missing

        return ABSENT, [missing(("body",))]


class Solver:
    """The code that solves one dependant, for each set of overrides."""

    def __init__(self, signature: Signature, path: str, *, websocket: bool, embed: bool) -> None:
        body = request_body_of(signature)
        if body is not None and embed:
            body = body.but(embedded=True)
        self.operation = Operation(
            path=path,
            methods=frozenset() if websocket else frozenset(("GET",)),
            name=signature.name,
            endpoint=signature,
            body=body,
            response=ResponseDescription(None, None, JSONResponse),
            options=OperationOptions(),
        )
        signatures = list(signature.walk())
        self.has_tasks = any(
            kind is Injected.BACKGROUND_TASKS for found in signatures for _, kind in found.injected
        )
        self._calls = {identity(found.call) for found in signatures}
        self._made: dict[Hashable, Callable[..., Any]] = {}

    def code(self, replaced: Layer) -> Callable[..., Any]:
        """The function for what is replaced now."""
        key = tuple(
            (place, reference(replacement.call), replacement.is_value)
            for place, replacement in replaced.items()
            if place in self._calls or not replacement.is_value
        )
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _MOST:
                del self._made[next(iter(self._made))]
            made = self._made[key] = compile_source(SolvingWriter(make_plan(self.operation, replaced)))
        return made


def solver_of(dependant: Dependant, *, websocket: bool, embed: bool) -> Solver:
    """What solves a dependant as it is now."""
    call = dependant.call
    if call is None:  # a group of dependencies
        dependant.hold("call", _nothing)
    try:
        signature = dependant.signature
    finally:
        if call is None:
            dependant.hold("call", None)
    known: dict[tuple[bool, bool], Solver] = vars(signature).setdefault(_SOLVERS, {})
    key = websocket, embed
    if key not in known:
        known[key] = Solver(signature, dependant.path or "", websocket=websocket, embed=embed)
    return known[key]


def _nothing(**values: Any) -> None:
    """What a group of dependencies would call."""


def replaced_now(provider: Any) -> Layer:
    """What replaces what: in the app that provides overrides, and in this context."""
    given: Mapping[Any, Any] = getattr(provider, "dependency_overrides", None) or {}
    layers = active_layers.get()
    return effective(AppWideLayer().of(given), layers) if given or layers else Layer()


def _scope_of(request: HTTPConnection) -> Scope:
    """The scope of a request; where it is a message of something else, with what its attributes say."""
    scope = request.scope
    if scope.keys() >= _NEEDED:
        return scope
    headers = [(name.lower(), str(value)) for name, value in request.headers.items()]
    return {
        "type": "http",
        "method": "GET",
        "path_params": request.path_params,
        "query_string": urlencode(list(request.query_params.items())).encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        **scope,
    }


async def solve(
    dependant: Dependant,
    request: HTTPConnection,
    given: Any,
    *,
    provider: Any,
    response: Response | None,
    tasks: StarletteBackgroundTasks | None,
    cache: dict[Any, Any],
    stack: AsyncExitStack,
    embed: bool,
) -> tuple[dict[str, Any], list[Any], StarletteBackgroundTasks | None, Response]:
    """The arguments of a dependant's call, what is wrong, and what was injected."""
    scope = _scope_of(request)
    websocket = scope["type"] == "websocket"
    solver = solver_of(dependant, websocket=websocket, embed=embed)
    replaced = replaced_now(provider)
    if replaced:
        scope[REPLACED] = replaced
    injected = blank_response() if response is None else response
    if tasks is None and (solver.has_tasks or replaced):
        tasks = BackgroundTasks()
    request_exits: list[Open] = []
    function_exits: list[Open] = []
    request.scope.get(REQUEST_STACK, stack).push_async_exit(leaving(request_exits))
    request.scope.get(FUNCTION_STACK, stack).push_async_exit(leaving(function_exits))
    sent = ABSENT if given is None or given is Undefined else given
    values, errors = await solver.code(replaced)(
        request, scope, sent, injected, tasks, cache, request_exits, function_exits
    )
    return values, errors, tasks, injected
