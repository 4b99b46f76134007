"""Documents that are broken at random: nothing ends a run, and nothing is left out in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

APP = """
    import json
    from pathlib import Path

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        document = Path(__file__).with_name("document.json").read_bytes()
        body = document if scope["path"] == "/openapi.json" else b'{"id": "a"}'
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
"""
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
NOTE = {"$ref": "#/components/schemas/Note"}
FINE = {"description": "Fine", "content": {JSON: {"schema": NOTE}}, "headers": {"X-Left": {"schema": {}}}}
DOCUMENT: dict[str, Any] = {
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": "/v1"}],
    "tags": [{"name": "notes"}],
    "paths": {
        "/notes": {
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "get": {"operationId": "list", "tags": ["notes"], "responses": {"200": FINE}},
            "post": {
                "operationId": "add",
                "requestBody": {
                    "required": True,
                    "content": {JSON: {"schema": NOTE}, FORM: {"schema": NOTE}},
                },
                "responses": {
                    "201": {
                        **FINE,
                        "links": {
                            "Read": {"operationId": "read", "parameters": {"id": "$response.body#/id"}}
                        },
                    },
                    "422": {"$ref": "#/components/responses/Refused"},
                },
            },
        },
        "/notes/{id}": {
            "get": {
                "operationId": "read",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "format": "uuid"}},
                    {
                        "name": "by", "in": "query", "style": "deepObject",
                        "schema": {"type": "object", "properties": {"name": {"type": "string"}}},
                    },
                ],
                "responses": {"200": FINE, "default": {"$ref": "#/components/responses/Refused"}},
            },
            "put": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {
                        PARTS: {
                            "schema": {
                                "type": "object",
                                "properties": {"file": {"type": "string", "format": "binary"}, "note": NOTE},
                            },
                            "encoding": {"note": {"contentType": JSON}},
                        }
                    }
                },
                "responses": {"204": {"description": "Stored"}},
            },
        },
    },
    "components": {
        "parameters": {
            "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}}
        },
        "responses": {"Refused": {"description": "No", "content": {JSON: {"schema": {"type": "object"}}}}},
        "schemas": {
            "Note": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "text": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"},
                    "kind": {"enum": ["a", "b"], "default": "a"},
                    "parent": {"$ref": "#/components/schemas/Note"},
                    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
                    "size": {"oneOf": [{"type": "integer"}, {"type": "string", "format": "date"}]},
                },
                "additionalProperties": False,
            },
            "Unused": {"allOf": [NOTE, {"properties": {"more": {"type": "boolean"}}}]},
        },
    },
}  # fmt: skip
METHODS = ("get", "put", "post", "delete", "patch")
WRONG = (
    None, True, 0, -1, 1.5, "", "x", [], {}, [None], [[]], ["x", 5], {"a": 1}, {"$ref": "#/gone"},
    {"$ref": 5}, {"$ref": "other.yaml#/X"}, {"$ref": "#/info"}, "#/components/schemas/Note", "object",
    {"type": "int"}, {"properties": {"a": "string"}}, {"items": {"$ref": "#/tags/0"}},
    {"pattern": "("}, {"enum": []},
)  # fmt: skip
"""Values that hardly any place may have."""
PATHS = ("notes", "/notes/{id", "/{}", "/notes/{a.b}", "/notes/{id:int}", "/a b", "/notes?x=1", "//")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("first", range(0, 24, 8))
def test_what_is_broken_at_random_ends_no_run_and_is_told(
    version: str, first: int, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(APP)
    for seed in range(first, first + 8):
        content = broken(version, Random(seed))
        pytester.path.joinpath("document.json").write_text(json.dumps(content), encoding="utf-8")
        run = fuzz(f"--xapi-fuzz-failures=of-{seed}", cases=3)
        raised = re.findall(r"^E  .*(?:Error|Exception)\b.*|INTERNALERROR.*", run.output, re.MULTILINE)
        assert not raised, (seed, content)
        assert run.exit_code in ((0, 1) if run.records else (4,)), (seed, run.output)
        if run.records:
            sent = {name for record in run.records.values() for name in record["answers"]}
            untold = [
                label
                for label, path in written(content)
                if label not in sent and label not in run.output and f"{path} document" not in run.output
            ]
            assert not untold, (seed, content)


def broken(version: str, random: Random) -> dict[str, Any]:
    """The document with a few values that no version allows there."""
    content = deepcopy({"openapi": version, **DOCUMENT})
    if random.random() < 0.2:
        paths = content["paths"]
        paths[random.choice(PATHS)] = paths.pop(random.choice(list(paths)))
    for _ in range(random.choice((1, 1, 2, 3))):
        holder, key = random.choice([place for place in places(content) if place[1] != "openapi"])
        if random.random() < 0.2:
            del holder[key]
        else:
            holder[key] = deepcopy(random.choice(WRONG))
    return content


def places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of the document: what holds it, and its key there."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        yield content, key
        if isinstance(value, dict | list):
            yield from places(value)


def written(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What of the document is meant as an operation, by its label, and its path."""
    paths = content.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            yield from ((f"{method.upper()} {path}", path) for method in METHODS if method in item)
        else:
            yield path, path
