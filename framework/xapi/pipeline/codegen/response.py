"""Generating the source that builds and sends the response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticSerializationError
from starlette.responses import JSONResponse, Response

from xapi.operation.model import Injected
from xapi.pipeline import captured_response, gone, render, sending
from xapi.pipeline.codegen.builder import SourceBuilder, literal, number
from xapi.pipeline.plan import Plan
from xapi.pipeline.render import STARTED, content_of, dump_options
from xapi.responses import body_allowed

NAMES: dict[str, Any] = {
    "PydanticSerializationError": PydanticSerializationError,
    "GONE": gone.GONE,
    "Response": Response,
    "body_allowed": body_allowed,
    "response_validation_error": render.response_validation_error,
    "build": render.build,
    "json_safe_text": render.json_safe_text,
    "note_gone": gone.note_gone,
    "run_after": captured_response.run_after,
    "send_response": sending.send_response,
    "to_json": render.to_json,
    "with_injected": render.with_injected,
}


class ResponseWriter(SourceBuilder):
    """Writes what follows the endpoint's call."""

    objects: dict[Injected, tuple[str, str]]
    """The variables of what is asked for by type, and how each is made."""

    def __init__(self, plan: Plan, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self.plan = plan
        self.operation = plan.operation

    def render(self) -> None:
        """Make the content of the answer; it is None where the result is a response already."""
        response = self.operation.response
        if response.stream is not None:
            return
        with self.block("if isinstance(result, Response):"):
            self.line("content = None")
        with self.block("else:"):
            if response.response_class is not JSONResponse:
                self.bind("response_class", response.response_class)
                injected = self.injected_or_none(Injected.RESPONSE)
                status = "None" if response.status_code is None else number(response.status_code)
                self.guarded(
                    f"{self.bind('content_of', content_of(self.operation))}(result)",
                    f"result = build(response_class, content, {status}, {injected})",
                )
                self.line("content = None")
            elif response.field is None:
                self.line("content = to_json(result)")
            else:
                self.bind("validate_result", response.field.adapter.validator.validate_python)
                self.bind("dump", response.field.adapter.serializer.to_json)
                options = self.bind("dump_options", dump_options(self.operation))
                self.bind("serializer", response.field.adapter.serializer)
                validated = "validate_result(result, from_attributes=True)"
                self.guarded(f"dump({validated}, **{options})")
                with self.block("except PydanticSerializationError:"):
                    self.line(f"content = json_safe_text(serializer, {validated}, {options})")

    def guarded(self, content: str, *then: str) -> None:
        with self.block("try:"):
            self.line(f"content = {content}")
        with self.block("except ValidationError as invalid:"):
            self.line("raise response_validation_error(result, invalid)")
        for line in then:
            self.line(line)

    def injected_or_none(self, kind: Injected) -> str:
        return self.objects[kind][0] if self.plan.injects(kind) else "None"

    def send(self) -> None:
        tasks = self.injected_or_none(Injected.BACKGROUND_TASKS)
        if self.operation.response.stream is not None:
            self.send_stream(tasks)
            return
        with self.block("if content is None:"):
            self.line(f"await send_response(result, {tasks}, scope, receive, send)")
        if self.operation.response.response_class is not JSONResponse:
            return
        with self.block("else:"):
            self.send_json(self.operation.response.status_code or 200)
            if tasks != "None":
                self.line("await run_after(tasks, send)")

    def share_receive(self) -> None:
        """Let the endpoint read the body of a stream's request while somebody watches for its end."""
        from xapi.pipeline.disconnect import SharedReceive

        self.line(f"receive = {self.bind('SharedReceive', SharedReceive)}(receive)")

    def send_stream(self, tasks: str) -> None:
        from xapi.pipeline.disconnect import wait_for_disconnect
        from xapi.pipeline.stream import Streaming

        stream = self.bind("stream", Streaming(self.operation))
        injected = self.injected_or_none(Injected.RESPONSE)
        shared = self.plan.injects(Injected.REQUEST)
        watch = "receive.wait_for_disconnect" if shared else "partial(wait_for_disconnect, receive)"
        self.bind("wait_for_disconnect", wait_for_disconnect)
        self.line(f"await {stream}(result, {injected}, {tasks}, scope, {watch}, send)")

    def send_json(self, status_code: int) -> None:
        code = number(status_code)
        status, headers = code, "[content_type]"
        if self.plan.injects(Injected.RESPONSE):
            status = "status"
            self.line(f"status = injected.status_code or {code}")
            self.line("headers = [content_type]")
            with self.block("if body_allowed(status):"):
                self.line('headers.append((b"content-length", b"%d" % len(content)))')
            with self.block("else:"):
                self.line('content = b""')
            headers = "with_injected(headers, injected)"
        elif body_allowed(status_code):
            headers = '[(b"content-length", b"%d" % len(content)), content_type]'
        else:
            self.line('content = b""')
        self.bind("content_type", (b"content-type", b"application/json"))
        self.line(f"scope[{literal(STARTED)}] = True")
        with self.block("try:"):
            start = f'{{"type": "http.response.start", "status": {status}, "headers": {headers}}}'
            self.line(f"await send({start})")
            self.line('await send({"type": "http.response.body", "body": content})')
        with self.block("except GONE as gone:"):
            self.line("note_gone(scope, gone)")
            self.line("raise")
