"""Documents that cannot be used in parts: the items of their operations name them, and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

APP = """
    import json
    from pathlib import Path

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        document = Path(__file__).with_name("document.json").read_bytes()
        body = document if scope["path"] == "/openapi.json" else b"1"
        headers = [(b"content-type", b"application/json"), (b"allow", b"GET")]
        status = 200 if scope["method"] == "GET" else 405
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
"""
OK = {"description": "OK", "content": {"application/json": {"schema": {}}}}
SOUND = {"get": {"responses": {"200": OK}}}
SCHEMA = "paths//odd/get/parameters/0/schema"

Write = Callable[[dict[str, Any]], None]


@pytest.fixture
def write(app_module, pytester: pytest.Pytester) -> Write:
    """Write an app that shows a document, and a test of the project itself."""

    def write(content: dict[str, Any]) -> None:
        app_module(APP)
        pytester.path.joinpath("document.json").write_text(json.dumps(content), encoding="utf-8")
        pytester.makepyfile(test_own="def test_own(): pass")

    return write


def document(**more: Any) -> dict[str, Any]:
    """A sound document with two operations; the first one has something of everything."""
    operation = {
        "tags": ["odd"],
        "operationId": "odd",
        "security": [],
        "servers": [{"url": "/"}],
        "parameters": [{"name": "q", "in": "query", "schema": {}}],
        "requestBody": {"content": {"application/json": {"schema": {}}}},
        "responses": {"200": {**OK, "headers": {"X": {"schema": {}}}}},
    }
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "tags": [{"name": "odd"}],
        "servers": [{"url": "/"}],
        "security": [],
        "components": {"schemas": {}},
        "paths": {"/odd": {"get": operation}, "/sound": SOUND},
        **more,
    }
    return json.loads(json.dumps(content))  # no two parts are one object


def changed(place: str, value: Any) -> dict[str, Any]:
    """The document with another value at a place; `//` begins a key that has a slash itself."""
    content = document()
    *keys, last = [key.replace("\0", "/") for key in place.replace("//", "/\0").split("/")]
    target: Any = content
    for key in keys:
        target = target[int(key) if isinstance(target, list) else key]
    target[int(last) if isinstance(target, list) else last] = value
    return content


Fuzz = Callable[[dict[str, Any]], Any]


@pytest.fixture
def fuzzed(write: Write, fuzz) -> Fuzz:
    """Fuzz an app that shows a document, at the boundaries; what is sound in it is tested all the same."""

    def run(content: dict[str, Any]) -> Any:
        write(content)
        found = fuzz("--xapi-fuzz-phase=boundary")
        assert_rest_goes_on(found)
        return found

    return run


def assert_rest_goes_on(run: Any) -> None:
    assert "INTERNALERROR" not in run.output
    assert run.outcomes["test_own.py::test_own"] == "passed"
    assert run.outcomes["xapi::GET /sound boundary"] == "passed"
    assert run.records["GET /sound boundary"]["cases"] > 0


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("paths//odd", None, "expected a path item, not None"),
        ("paths//odd", {"$ref": "#/components/pathItems/Gone"}, "leads nowhere"),
        ("paths//odd", "x", "expected a path item, not 'x'"),
        ("paths//odd/get", [], "expected an operation, not []"),
        ("paths//odd/GET", {"responses": {}}, "`GET` is not a field of a path item in OpenAPI 3.1"),
        ("paths//odd/query", {"responses": {}}, "`query` is not a field of a path item in OpenAPI 3.1"),
    ],
    ids=str,
)
def test_what_is_no_operation_is_an_item_that_fails(
    place: str, value: Any, message: str, fuzzed: Fuzz
) -> None:
    run = fuzzed(changed(place, value))
    failed = [name for name, outcome in run.outcomes.items() if outcome == "failed"]
    assert len(failed) == 1
    assert failed[0].endswith("/odd document")
    assert message in run.output
    assert "--xapi-fuzz-exclude path:/odd" in run.output


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("odd", "/paths/odd: expected a path that begins with a slash"),
        ("/odd/{}", "expected a name between `{` and `}`"),
        ("/odd/{id", "expected `{` and `}` in pairs"),
        ("/odd/id}", "expected `{` and `}` in pairs"),
        ("/odd/{{id}}", "expected `{` and `}` in pairs"),
        ("/odd/{a{b}c}", "expected `{` and `}` in pairs"),
    ],
)
def test_a_path_that_is_no_template_is_an_item_that_fails(
    path: str, message: str, write: Write, fuzz
) -> None:
    write(document(paths={path: SOUND}))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.outcomes[f"xapi::{path} document"] == "failed"
    assert message in run.output
    assert "no case was sent" in run.output


@pytest.mark.parametrize("name", ["user.id", "id:int", "a[0]", "x!r", "0", "a-b", "*rest", "?q"])
def test_a_parameter_of_a_path_may_have_any_name_without_braces(name: str, write: Write, fuzz) -> None:
    parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
    responses = {"404": {"description": "The app does not give it"}}
    write(document(paths={f"/odd/{{{name}}}": {"get": {"parameters": [parameter], "responses": responses}}}))
    run = fuzz("--xapi-fuzz-phase=boundary")
    label = f"GET /odd/{{{name}}}"
    assert (label, "status_code_conformance") in run.findings
    assert run.records[f"{label} boundary"]["cases"] > 5
    assert "InvalidSchema" not in run.output


@pytest.mark.parametrize(
    ("place", "value", "pointer"),
    [
        ("paths//odd/get/parameters", None, "/paths/~1odd/get/parameters: expected an array of parameters"),
        ("paths//odd/get/parameters", "x", "/paths/~1odd/get/parameters: expected an array of parameters"),
        ("paths//odd/get/parameters/0", 1, "/paths/~1odd/get/parameters/0: expected an object"),
        ("paths//odd/get/parameters/0", {"$ref": "#/gone"}, "the reference '#/gone' leads nowhere"),
        ("paths//odd/get/parameters/0", {"$ref": 5}, "parameters/0/$ref: expected a reference, not 5"),
        ("paths//odd/get", {"$ref": "#/gone"}, "the reference '#/gone' leads nowhere"),
        ("paths//odd/get", {"$ref": 5}, "/paths/~1odd/get/$ref: expected a reference, not 5"),
        ("paths//odd/get/requestBody", {"$ref": []}, "requestBody/$ref: expected a reference, not []"),
        ("paths//odd/get/parameters/0/in", "body", "not a parameter: name is 'q', in is 'body'"),
        (SCHEMA, None, "expected a schema, not None"),
        (SCHEMA, 5, "expected a schema, not 5"),
        (SCHEMA, {"properties": {"a": "x"}}, "schema/properties/a: expected a schema, not 'x'"),
        (SCHEMA, {"anyOf": {}}, "schema/anyOf: expected an array of schemas, not {}"),
        (SCHEMA, {"$ref": 3}, "expected a reference, not 3"),
        (SCHEMA, {"items": {"$dynamicRef": "#node"}}, "schema/items: `$dynamicRef` is not supported"),
        (SCHEMA, {"$ref": f"#/{SCHEMA.replace('//', '/~1')}"}, "leads back to itself"),
        ("paths//odd/get/requestBody", [], "/paths/~1odd/get/requestBody: expected an object"),
        ("paths//odd/get/requestBody/content", None, "requestBody/content: expected an object"),
    ],
    ids=str,
)
def test_an_operation_that_cannot_be_called_fails_with_the_place(
    place: str, value: Any, pointer: str, fuzzed: Fuzz
) -> None:
    run = fuzzed(changed(place, value))
    assert run.outcomes["xapi::GET /odd boundary"] == "failed"
    assert pointer in run.output
    assert run.records["GET /odd boundary"]["cases"] == 0
    assert "never sent: GET /odd: its description cannot be used" in run.output


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("paths//odd/get/responses", None),
        ("paths//odd/get/responses/200", "x"),
        ("paths//odd/get/responses/200", {"$ref": "#/components/responses/Gone"}),
        ("paths//odd/get/responses/200", {"$ref": 5}),
        ("paths//odd/get/responses/200/headers", 1),
        ("paths//odd/get/responses/200/headers/X", {"$ref": None}),
        ("paths//odd/get/responses/200/content/application\0json/schema", None),
    ],
    ids=str,
)
def test_responses_that_cannot_be_judged_fail_the_item_after_it_was_sent(
    place: str, value: Any, fuzzed: Fuzz
) -> None:
    run = fuzzed(changed(place, value))
    assert run.outcomes["xapi::GET /odd boundary"] == "failed"
    assert run.records["GET /odd boundary"]["cases"] > 0
    assert "/paths/~1odd/get/responses" in run.output


@pytest.mark.parametrize("enum", [5, "a", None, {}])
def test_an_enum_that_is_no_array_beside_nullable_is_ignored_and_named(enum: Any, write: Write, fuzz) -> None:
    content = changed(SCHEMA, {"type": "string", "nullable": True, "enum": enum})
    write({**content, "openapi": "3.0.3"})
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.records["GET /odd boundary"]["cases"] > 0
    assert "enum: `enum`: expected an array with values" in run.output


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        ("paths//odd/get/tags", None, "/paths/~1odd/get/tags: expected an array, not None"),
        ("paths//odd/get/security", None, "/paths/~1odd/get/security: expected an array, not None"),
        ("paths//odd/get/operationId", {}, "/paths/~1odd/get/operationId: expected a string, not {}"),
        (f"{SCHEMA}/minLength", "x", "minLength: `minLength`: expected a number of at least 0, not 'x'"),
        (f"{SCHEMA}/minimum", 1e999, "minimum: `minimum`: expected a number, not inf"),
        (f"{SCHEMA}/maxLength", 1e999, "maxLength: `maxLength`: expected a number of at least 0, not inf"),
        (f"{SCHEMA}/required", True, "required: `required`: expected an array of strings, not True"),
        (f"{SCHEMA}/examples", {"a": 1}, "examples: `examples`: expected an array, not {'a': 1}"),
        (f"{SCHEMA}/examples", "a", "examples: `examples`: expected an array, not 'a'"),
    ],
    ids=str,
)
def test_parts_without_which_all_can_be_sent_are_ignored_and_named(
    place: str, value: Any, line: str, fuzzed: Fuzz
) -> None:
    run = fuzzed(changed(place, value))
    assert run.records["GET /odd boundary"]["cases"] > 0
    (told,) = [text for text in run.output.splitlines() if text.startswith("ignored in the document: ")]
    assert told.endswith(line)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tags", None),
        ("servers", "x"),
        ("security", None),
        ("components", None),
        ("components", {"schemas": None}),
        ("components", {"schemas": {"A": {"properties": {"a": "string"}}, "B": {"items": [None]}}}),
        ("components", {"schemas": {"A": {"properties": {"$ref": [None], "b": {"type": "string"}}}}}),
        (
            "components",
            {"schemas": {"A": {"items": {"$ref": "#/components/schemas/A/$defs/b"}, "$defs": {"b": ""}}}},
        ),
        ("components", {"schemas": {"A": {"items": {"$ref": "#/components/x"}}}, "x": {"type": "odd"}}),
        ("components", {"schemas": {"A": None}, "securitySchemes": {"k": 1, "l": {"type": []}}}),
        ("info", None),
    ],
    ids=str,
)
def test_fields_of_the_whole_document_end_no_run(field: str, value: Any, write: Write, fuzz) -> None:
    write(document(**{field: value}))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert_rest_goes_on(run)
    assert run.outcomes["xapi::GET /odd boundary"] in ("passed", "failed")
    assert run.records["GET /odd boundary"]["cases"] > 0


def test_extensions_among_the_paths_are_no_paths(write: Write, fuzz) -> None:
    write(document(paths={"x-note": "these are all", "/sound": {"x-a": 1, **SOUND}}))
    run = fuzz()
    assert_rest_goes_on(run)
    assert run.exit_code == 0


def test_operations_of_one_id_are_both_sent(write: Write, fuzz) -> None:
    content = document()
    content["paths"]["/sound"] = {"get": {**SOUND["get"], "operationId": "odd"}}
    write(content)
    run = fuzz("--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=stateful")
    assert_rest_goes_on(run)
    assert run.records["GET /odd boundary"]["cases"] > 0


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_operation_beside_one_that_cannot_be_called_is_tested(method: str, write: Write, fuzz) -> None:
    content = document()
    path = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}], **SOUND}
    content["paths"] = {"/sound": SOUND, "/odd/{id}": {**path, method: {"requestBody": [], "responses": {}}}}
    write(content)
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert_rest_goes_on(run)
    assert run.outcomes["xapi::GET /odd/{id} boundary"] == "passed"
