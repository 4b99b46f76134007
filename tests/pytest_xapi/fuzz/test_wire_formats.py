"""Whole runs against documents that say what our own examples do not."""

from __future__ import annotations

from typing import Any

import pytest

APP = """
    import json

    DOCUMENT = %r

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        shown = scope["path"] == "/openapi.json"
        allow = [(b"allow", b"GET")]
        headers = [(b"content-type", b"application/json")] + ([] if shown else allow)
        body = json.dumps(DOCUMENT).encode() if shown else b"{}"
        await send({"type": "http.response.start", "status": 200 if shown else 405, "headers": headers})
        await send({"type": "http.response.body", "body": body})
"""
OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}}


def document(version: str, path: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "x", "version": "1"}, "paths": {path: item}}


def described(*parameters: dict[str, Any], content: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {} if content is None else {"requestBody": {"required": True, "content": content}}
    return {"parameters": list(parameters), "responses": {"default": {"description": ""}}, **body}


def parameter(name: str, location: str, schema: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": schema, "required": location == "path"}


TEXT = {"type": "string"}
WHOLE_QUERY = {
    "name": "all",
    "in": "querystring",
    "content": {"application/x-www-form-urlencoded": {"schema": OBJECT}},
}


@pytest.mark.parametrize(
    ("version", "label", "item"),
    [
        ("3.2.0", "QUERY /a", {"query": described(content={"application/json": {"schema": OBJECT}})}),
        ("3.2.0", "COPY /a", {"additionalOperations": {"COPY": described()}}),
        ("3.2.0", "GET /a", {"get": described(WHOLE_QUERY)}),
        ("3.1.0", "POST /a", {"post": described(content={"application/msgpack": {"schema": OBJECT}})}),
        ("3.1.0", "POST /a", {"post": described(content={"application/pdf": {}})}),
        ("3.1.0", "GET /é {x}", {"get": described(parameter("x", "path", TEXT))}),
        ("3.1.0", "GET /a/{forgotten}", {"get": described()}),
        ("3.1.0", "GET /a", {"get": described(parameter("p", "query", {"type": "int"}))}),
        (
            "3.1.0",
            "GET /a",
            {"get": described(parameter("p", "query", {"type": "string", "pattern": "^\\cA$"}))},
        ),
        ("3.1.0", "GET /a", {"get": described(parameter("p", "query", {"pattern": "^\\p{Klingon}$"}))}),
        ("3.1.0", "GET /a", {"get": described(parameter("Content-Length", "header", {"type": "integer"}))}),
    ],
)
def test_an_operation_is_sent_whatever_its_document_says(
    app_module, fuzz, version: str, label: str, item: dict[str, Any]
) -> None:
    path = label.partition(" ")[2]
    app_module(APP % document(version, path, item))
    run = fuzz("--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=random")
    assert "Error" not in run.output, run.output
    assert {name for name, record in run.records.items() if record["cases"]} == {
        f"{label} boundary",
        f"{label} random",
    }


def test_bytes_in_json_that_break_the_app_are_found(app_module, fuzz) -> None:
    app_module(
        """
        from pydantic import BaseModel
        from xapi import XAPI

        app = XAPI()

        class Upload(BaseModel):
            data: bytes
            more: list[bytes] = []

        @app.post("/uploads")
        def upload(sent: Upload) -> int:
            return 1 // (len(sent.data) - 4)
        """
    )
    assert fuzz("--xapi-fuzz-phase=boundary").findings == {("POST /uploads", "not_a_server_error")}
