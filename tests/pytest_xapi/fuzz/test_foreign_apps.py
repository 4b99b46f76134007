"""Any ASGI app with a document is fuzzed; there JSON Schema alone judges."""

from __future__ import annotations

STARLETTE = """
    from contextlib import asynccontextmanager

    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    INTEGER = {"type": "integer", "minimum": 1}
    PARAMETER = {"name": "item_id", "in": "path", "required": True, "schema": INTEGER}
    ANSWER = {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
    DOCUMENT = {
        "openapi": "3.1.0",
        "info": {"title": "Items", "version": "1"},
        "paths": {
            "/items/{item_id}": {
                "get": {"parameters": [PARAMETER], "responses": {"200": ANSWER, "400": {"description": ""}}}
            },
            "/health": {"get": {"responses": {"200": ANSWER}}},
        },
    }

    async def openapi(request):
        return JSONResponse(DOCUMENT)

    async def read(request):
        text = request.path_params["item_id"]
        if not ACCEPTS(text):
            return JSONResponse({}, 400)
        return JSONResponse({"item_id": text})

    async def health(request):
        return JSONResponse({"status": request.state.status})

    @asynccontextmanager
    async def lifespan(app):
        yield {"status": "up"}

    routes = [Route("/openapi.json", openapi), Route("/items/{item_id}", read), Route("/health", health)]
    app = Starlette(routes=routes, lifespan=lifespan)
"""


def test_a_starlette_app_is_clean(app_module, fuzz) -> None:
    app_module(STARLETTE.replace("ACCEPTS(text)", "(text.isdecimal() and int(text) > 0)"))
    run = fuzz()
    assert run.exit_code == 0, run.output
    assert "operations without a 2xx answer" not in run.output
    assert "own validators" not in run.output


def test_accepted_data_that_breaks_the_schema_is_found_without_exception(app_module, fuzz) -> None:
    app_module(STARLETTE.replace("ACCEPTS(text)", "True"))
    run = fuzz()
    assert ("GET /items/{item_id}", "negative_data_rejection") in run.findings
    assert run.outcomes["xapi::GET /health random"] == "passed"


def test_the_document_and_the_app_may_be_wrapped_in_middleware(app_module, fuzz) -> None:
    app_module(
        STARLETTE.replace("ACCEPTS(text)", "(text.isdecimal() and int(text) > 0)")
        + """
    inner = app

    async def app(scope, receive, send):
        await inner(scope, receive, send)
    """
    )
    assert fuzz().exit_code == 0
