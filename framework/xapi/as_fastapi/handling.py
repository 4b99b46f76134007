"""What the handlers of `fastapi.routing` do before and after they solve dependencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.background import BackgroundTasks
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from xapi.as_fastapi.solving import solver_of
from xapi.operation.dependant import Dependant
from xapi.operation.limits import FormLimits
from xapi.operation.model import Operation, ResponseDescription, StreamFormat
from xapi.operation.options import OperationOptions
from xapi.operation.views import ParameterView
from xapi.pipeline.binding import length_of, read_form
from xapi.pipeline.codegen.route_handler import EXITS, body_of
from xapi.pipeline.held import HeldForm
from xapi.pipeline.limits import in_memory_limit
from xapi.pipeline.read import json_check
from xapi.pipeline.stream import StreamedResponse, Streaming
from xapi.pipeline.validate import ABSENT, as_sent, parsed
from xapi.responses import EventSourceResponse


@dataclass
class Sent:
    """The body of a request: a form, JSON that is parsed, other bytes, or nothing."""

    value: Any = None
    size: int = 0
    as_shown: Callable[[], Any] | None = None

    def shown(self) -> Any:
        """The body for an error."""
        return None if self.as_shown is None else self.as_shown()


async def read_sent(
    request: Request, dependant: Dependant, embed: bool, strict: bool, form_limits: FormLimits | None
) -> Sent:
    """Read the body, if the dependant asks for something in it."""
    operation = solver_of(dependant, websocket=False, embed=embed).operation
    if operation.body is None:
        return Sent()
    if operation.body.form:
        form = await read_form(request, form_limits or {})
        exits: list[Any] = request.scope[EXITS]
        exits.append(HeldForm(form))
        return Sent(form, length_of(form))
    raw = await body_of(request, in_memory_limit(operation))
    says_json = json_check(strict=strict)
    headers = request.scope["headers"]
    value = parsed(raw, headers, says_json)
    return Sent(None if value is ABSENT else value, len(raw), lambda: as_sent(raw, headers, says_json))


def streamed(
    dependant: Dependant,
    values: Mapping[str, Any],
    described: tuple[type[Response], int | None, ParameterView | None, bool],
    injected: Response,
    tasks: BackgroundTasks | None,
) -> Response:
    """The answer of an endpoint that yields."""
    response_class, status_code, item_field, is_json = described
    if is_json:
        stream = StreamFormat.JSON_LINES
    elif issubclass(response_class, EventSourceResponse):
        stream = StreamFormat.EVENTS
    else:
        stream = StreamFormat.RAW
    assert dependant.call is not None
    operation = Operation(
        path=dependant.path or "",
        methods=frozenset(("GET",)),
        name=dependant.signature.name,
        endpoint=dependant.signature,
        body=None,
        response=ResponseDescription(
            status_code,
            None if item_field is None else item_field.field,
            JSONResponse if is_json else response_class,
            stream=stream,
        ),
        options=OperationOptions(),
    )
    given: Any = tasks
    return StreamedResponse(Streaming(operation), dependant.call(**values), injected, given)
