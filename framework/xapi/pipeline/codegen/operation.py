"""Generating the source of a plan: straight-line code that does exactly what the plan says.

The code is compiled once and registered in `linecache`, so that tracebacks and debuggers show it, under a
file name that names the operation. It reads like this, shortened:

    async def read_note(scope, receive, send):
        path = scope["path_params"]
        errors = []
        raw1 = {"note_id": path["note_id"]}
        try:
            values1 = validate1(raw1)
        except ValidationError:
            values1 = explain1(raw1, errors)
        if errors:
            raise RequestValidationError(errors)
        result = await call1(note_id=values1["note_id"])
        ...
"""

from __future__ import annotations

import linecache
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import FunctionType
from typing import Any
from weakref import finalize

from starlette.types import Receive, Scope, Send

from xapi.background import BackgroundTasks
from xapi.exceptions import RequestValidationError, ValidationException, WebSocketRequestValidationError
from xapi.identity import identity
from xapi.operation.arguments import CallKind, can_wait
from xapi.operation.describe import refuse_not_given
from xapi.operation.limits import MAX_ERRORS
from xapi.operation.model import Injected
from xapi.params import DependencyScope, SecurityScopes
from xapi.pipeline import binding, captured_response, held, read, render, resolve, threads, validate
from xapi.pipeline.codegen import request, response
from xapi.pipeline.codegen.builder import keyword, literal, number
from xapi.pipeline.codegen.request import RequestWriter
from xapi.pipeline.context import ContextOf
from xapi.pipeline.incoming import IncomingRequest
from xapi.pipeline.incoming_websocket import IncomingWebSocket
from xapi.pipeline.plan import Plan, Repeat, Step
from xapi.pipeline.shown import shown

Runner = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAMES: dict[str, Any] = {
    **response.NAMES,
    **request.NAMES,
    "HeldForm": held.HeldForm,
    "LateTasks": held.LateTasks,
    "BackgroundTasks": BackgroundTasks,
    "IncomingRequest": IncomingRequest,
    "IncomingWebSocket": IncomingWebSocket,
    "RequestValidationError": RequestValidationError,
    "SecurityScopes": SecurityScopes,
    "ValidationException": ValidationException,
    "WebSocketRequestValidationError": WebSocketRequestValidationError,
    "as_sent": validate.as_sent,
    "blank_response": render.blank_response,
    "enter_async": resolve.enter_async,
    "enter_in_thread": resolve.enter_in_thread,
    "enter_waiting": resolve.enter_waiting,
    "read_form": binding.read_form,
    "leave": resolve.leave,
    "run_in_thread": threads.run_in_thread,
    "leave_with": resolve.leave_with,
    "partial": partial,
    "length_of": binding.length_of,
    "shown": shown,
}
_OBJECTS = {
    Injected.REQUEST: ("request", "IncomingRequest(scope, receive, send)"),
    Injected.WEBSOCKET: ("websocket", "IncomingWebSocket(scope, receive, send)"),
    Injected.RESPONSE: ("injected", "blank_response()"),
    Injected.BACKGROUND_TASKS: ("tasks", "BackgroundTasks()"),
}
_numbers = count(1)


def compile_plan(plan: Plan) -> Runner:
    """Compile a plan to an ASGI application that expects the path parameters in its scope."""
    runner: Runner = compile_source(OperationWriter(plan))
    return runner if plan.holds_open else captured_response.can_capture_response(runner)


def compile_source(writer: OperationWriter) -> Any:
    """Compile what `writer` writes to a function, and register it for tracebacks."""
    writer.write()
    operation = writer.plan.operation
    methods = ", ".join(sorted(operation.methods)) or "WebSocket"
    name = operation.endpoint.name
    file = literal(f"<xapi {next(_numbers)}: {methods} {operation.path} -> {name}>")[1:-1]
    lines = [f"{line}\n" for line in writer.lines]
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
    runner = FunctionType(writer.code(file), writer.names, name)
    runner.__qualname__ = name
    finalize(runner, linecache.cache.pop, file, None).atexit = False
    return runner


class OperationWriter(RequestWriter):
    """Writes the function `run(scope, receive, send)` for a plan, and gathers the names that it uses."""

    objects = _OBJECTS

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, _NAMES)
        self.websocket = not plan.operation.methods
        options = plan.operation.options
        self.names["form_limits"] = options.form_limits
        self.names["is_json"] = read.json_check(strict=options.strict_content_type is not False)

    def write(self) -> None:
        """Write the function."""
        with self.block("async def run(scope, receive, send):"), self.context_told():
            if self.operation.response.stream is not None and self.plan.injects(Injected.REQUEST):
                self.share_receive()
            self.read_request()
            if self.has_form:
                self.line("form = await read_form(request, form_limits)")
            first = self.held_first()
            if first or self.plan.exits("request"):
                with self.held_open("request", first):
                    self.answer()
            else:
                self.answer()

    @contextmanager
    def context_told(self) -> Iterator[None]:
        """A block whose errors of validation tell which endpoint they concern."""
        self.names["context_of"] = ContextOf(self.operation)
        with self.block("try:"):
            yield
        with self.block("except ValidationException as invalid:"):
            self.line("raise context_of(invalid, scope)")

    @property
    def has_form(self) -> bool:
        return self.operation.body is not None and self.operation.body.form

    def held_first(self) -> str:
        """What is open before the first dependency is called, and left after all of them."""
        first = []
        if self.plan.exits("request") and self.plan.injects(Injected.BACKGROUND_TASKS):
            first.append("LateTasks(tasks)")
        if self.has_form:
            first.append("HeldForm(form)")
        return ", ".join(first)

    @contextmanager
    def held_open(self, scope: DependencyScope, first: str = "") -> Iterator[None]:
        """A block at whose end what is open in `scope` is closed, with its exception if there is one."""
        self.line(f"{scope}_exits = [{first}]")
        with self.block("try:"):
            yield
        with self.block("except BaseException as error:"):
            self.line(f"raise await leave_with({scope}_exits, error)")
        self.line(f"await leave({scope}_exits)")

    # The calls

    def answer(self) -> None:
        if self.plan.exits("function"):
            with self.held_open("function"):
                self.make_answer()
        else:
            self.make_answer()
        if not self.websocket:
            self.send()

    def make_answer(self) -> None:
        repeats = {step.number: step.whole for step in self.plan.steps if isinstance(step, Repeat)}
        begin: dict[int, list[Step]] = {}
        for step in self.plan.calls:
            if self.is_marked(step) or (repeats.get(step.number) and step.fallible):
                begin.setdefault(step.begins, []).append(step)
        for place, planned in enumerate(self.plan.steps):
            for step in begin.get(place, ()):
                self.line(f"mark{step.number} = len(errors)")
            if isinstance(planned, Step):
                self.add_step(planned, repeats.get(planned.number))
            elif f"errors{planned.number}" in self.names:
                # Each level of dependencies may double them; more than that many nobody is told.
                with self.block(f"if len(errors) <= {number(MAX_ERRORS)}:"):
                    self.line(f"errors += errors{planned.number}")
        if not self.websocket:
            self.render()

    def is_marked(self, step: Step) -> bool:
        """Whether it takes a count of the errors to tell if this step can be called."""
        return step is not self.plan.endpoint and (step.fallible_below or bool(step.signature.body))

    def add_step(self, step: Step, repeated_whole: bool | None) -> None:
        """Write one step; `repeated_whole` says what of its errors is repeated, None that nothing is."""
        self.comment(step.signature.name)
        own = repeated_whole is False and step.reads
        if own:
            self.line(f"before{step.number} = len(errors)")
        self.read_values(step)
        if own or (repeated_whole and step.fallible):
            first = f"{'before' if own else 'mark'}{step.number}"
            self.names[f"errors{step.number}"] = []
            self.line(f"errors{step.number} = errors[{first}:]")
        if step is self.plan.endpoint:
            if step.fallible:
                self.refuse_errors()
            self.line(f"result = {self.call(step)}")
        elif not step.fallible:
            self.call_dependency(step)
        else:
            condition = (
                f"len(errors) == mark{step.number}"
                if self.is_marked(step)
                else f"values{step.number} is not None"
            )
            with self.block(f"if {condition}:"):
                self.call_dependency(step)

    def call_dependency(self, step: Step) -> None:
        call = f"result{step.number} = {self.call(step)}"
        if step.limit is None:
            self.line(call)
            return
        limit = self.bind(f"limit{step.number}", step.limit)
        if step.signature.kind.yields:
            self.line(f"await enter_async({limit}.held(), {step.exit}_exits)")
            self.line(call)
        else:
            with self.block(f"async with {limit}.semaphore:"):
                self.line(call)

    def refuse_errors(self) -> None:
        with self.block("if errors:"):
            if self.websocket:
                self.line("raise WebSocketRequestValidationError(shown(errors, 0))")
            elif self.operation.body is None:
                self.line("raise RequestValidationError(shown(errors, 0))")
            elif self.operation.body.form:
                self.line("raise RequestValidationError(shown(errors, length_of(form)), body=form)")
            else:
                self.line('sent = partial(as_sent, body, scope["headers"], is_json)')
                self.line("raise RequestValidationError(shown(errors, len(body)), body=sent)")

    def call(self, step: Step) -> str:
        """The expression that makes the call of a step and gives its result."""
        signature = step.signature
        if signature.not_given(websocket=self.websocket):
            refusing = partial(refuse_not_given, signature, websocket=self.websocket)
            return f"{self.bind(f'refuse{step.number}', refusing)}()"
        function, gathered = self.function(step), "dict"
        if step.is_value:
            return f"{function}()"
        arguments = self.arguments(step)
        if step.replaced is not None:
            gathered = function.replace(".call", ".noted")
            if signature.kind is not CallKind.SYNC:
                arguments = f"**{gathered}({arguments})"
        if step is self.plan.endpoint and signature.kind.yields:
            return f"{function}({arguments})"
        match signature.kind:
            case CallKind.ASYNC:
                return f"await {function}({arguments})"
            case CallKind.ASYNC_GENERATOR:
                return f"await {self.enter(step)}({function}({arguments}), {step.exit}_exits)"
            case CallKind.GENERATOR:
                return f"await enter_in_thread({function}({arguments}), {step.exit}_exits)"
            case CallKind.SYNC:
                return f"await run_in_thread({function}, {gathered}({arguments}))"

    def arguments(self, step: Step) -> str:
        """The arguments of a step's call, as they stand in the call."""
        signature = step.signature
        named = [(name, f"result{number}") for name, number in step.results]
        named += [
            (name, self.injected(kind, step))
            for name, kind in signature.injected_in(websocket=self.websocket)
        ]
        # By name, because to unpack a dictionary into a call makes another one.
        named += [(item.name, f"values{step.number}[{literal(item.name)}]") for item in signature.parameters]
        unpacked = []
        if signature.body and self.operation.body is not None:
            if self.operation.body.embedded or self.operation.body.form:
                unpacked.append(f"members{step.number}")
            else:
                named.append((signature.body[0].name, "sent"))
        return ", ".join(
            [f"**{values}" for values in unpacked] + [keyword(name, value) for name, value in named]
        )

    def enter(self, step: Step) -> str:
        """The name of what enters an async generator. What stands in another's place is only known later."""
        never_waits = step.replaced is None and not can_wait(step.signature.call)
        return "enter_async" if never_waits else "enter_waiting"

    def function(self, step: Step) -> str:
        """The expression for what a step calls: a name, or, in a replaced dependency's place, a look-up."""
        if step.replaced is None:
            return self.bind(f"call{step.number}", step.signature.call)
        original = self.bind(f"original{step.number}", identity(step.replaced))
        return f"replaced[{original}].{'take' if step.is_value else 'call'}"

    def injected(self, kind: Injected, step: Step) -> str:
        if kind is Injected.SECURITY_SCOPES:
            return f"SecurityScopes({self.bind(f'scopes{step.number}', step.scopes)})"
        return _OBJECTS[kind][0]


def names_of_validation(step: Step) -> Iterator[str]:
    """The names under which the code of a step finds what validates its parameters."""
    if step.signature.parameters:
        yield f"validate_values{step.number}"
        yield f"explain_values{step.number}"
