"""What a tool sees of an app of Starlette's and of xapi's: `python observed.py TOOL` prints both as JSON.

It runs in the environment `observability`. With `-first` a tool is set up before `import xapi`; with `-alias`
the app is one of FastAPI's to it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

Seen = Callable[[], Any]
"""What was seen since it was asked last."""
REQUESTS = (
    ("GET", "/items/1", None),
    ("GET", "/items/0", None),
    ("POST", "/items", {"name": "x"}),
    ("GET", "/parts/x", None),
    ("GET", "/nowhere", None),
)


def of_starlette() -> Any:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def read(request: Request) -> JSONResponse:
        return JSONResponse(12 // int(request.path_params["number"]))

    async def write(request: Request) -> JSONResponse:
        raise KeyError((await request.json())["name"])

    async def part(request: Request) -> JSONResponse:
        raise HTTPException(503)

    routes = [
        Route("/items/{number}", read),
        Route("/items", write, methods=["POST"]),
        Route("/parts/{key}", part),
    ]
    return Starlette(routes=routes)


def of_xapi() -> Any:
    from xapi import XAPI, APIRouter, HTTPException

    app, parts = XAPI(), APIRouter(prefix="/parts")

    @app.get("/items/{number}")
    async def read(number: int) -> int:
        return 12 // number

    @app.post("/items")
    async def write(item: dict[str, str]) -> None:
        raise KeyError(item["name"])

    @parts.get("/{key}")
    async def part(key: str) -> None:
        raise HTTPException(503)

    app.include_router(parts)
    return app


def sentry() -> tuple[Callable[[Any], None], Seen]:
    import sentry_sdk
    from sentry_sdk.transport import Transport

    sent: list[dict[str, Any]] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.extend(item.payload.json for item in envelope.items)

    def told(event: dict[str, Any]) -> Iterator[Any]:
        yield from (event.get("transaction"), event["request"]["url"], event["request"].get("data"))
        yield from (event.get("level"), event.get("contexts", {}).get("trace", {}).get("status"))
        for exception in event.get("exception", {}).get("values", ()):
            frames = exception["stacktrace"]["frames"]
            yield from (exception["type"], exception["mechanism"]["handled"], frames[-1]["function"])

    def seen() -> Any:
        events, sent[:] = [list(told(event)) for event in sent], []
        return events

    sentry_sdk.init(dsn="http://key@127.0.0.1/1", traces_sample_rate=1.0, transport=Kept)
    return lambda app: None, seen


def opentelemetry(everywhere: bool, alias: bool) -> tuple[Callable[[Any], None], Seen]:
    from opentelemetry import trace
    from opentelemetry.instrumentation.starlette import StarletteInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)

    def seen() -> Any:
        spans = kept.get_finished_spans()
        kept.clear()
        return [
            [
                span.name,
                (span.attributes or {}).get("http.route"),
                (span.attributes or {}).get("http.status_code"),
                span.status.status_code.name,
                [(event.attributes or {}).get("exception.type") for event in span.events],
            ]
            for span in spans
            if span.kind is trace.SpanKind.SERVER
        ]

    if everywhere:
        StarletteInstrumentor().instrument()
        return lambda app: None, seen
    if alias:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        return FastAPIInstrumentor.instrument_app, seen
    return StarletteInstrumentor.instrument_app, seen


def counters(tool: str) -> tuple[Callable[[Any], None], Seen]:
    from prometheus_client import REGISTRY, CollectorRegistry

    registries = [REGISTRY]

    def instrument(app: Any) -> None:
        if tool == "instrumentator":
            from prometheus_fastapi_instrumentator import Instrumentator

            registries[:] = [CollectorRegistry()]
            before.clear()
            Instrumentator(registry=registries[0]).instrument(app)
        else:
            from starlette_exporter import PrometheusMiddleware

            app.add_middleware(PrometheusMiddleware)

    def counts() -> dict[tuple[str, ...], float]:
        return {
            tuple(sample.labels.values()): sample.value
            for metric in registries[0].collect()
            for sample in metric.samples
            if sample.name.endswith("requests_total")
        }

    before: dict[tuple[str, ...], float] = {}

    def seen() -> Any:
        now = counts()
        changed = sorted(
            (*labels, str(n - before.get(labels, 0))) for labels, n in now.items() if n != before.get(labels)
        )
        before.update(now)
        return changed

    return instrument, seen


def main(tool: str) -> None:
    """Prints what the tool saw of each request, by framework."""
    from starlette.testclient import TestClient

    name, _, how = tool.partition("-")
    if how == "alias":
        import xapi.as_fastapi
    elif how != "first":
        import xapi  # noqa: F401
    match name:
        case "sentry":
            instrument, seen = sentry()
        case "opentelemetry":
            instrument, seen = opentelemetry(everywhere=how == "first", alias=how == "alias")
        case counter:
            instrument, seen = counters(counter)
    result: dict[str, Any] = {}
    for make in (of_starlette, of_xapi):
        app = make()
        instrument(app)
        client = TestClient(app, raise_server_exceptions=False)
        answers = [
            (client.request(method, path, json=sent).status_code, seen()) for method, path, sent in REQUESTS
        ]
        result[make.__name__] = answers
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
