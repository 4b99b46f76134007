"""Documents of Swagger 2.0, read as what they say in OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from xapi.openapi.reader import Document, Operation

OK: dict[str, Any] = {"200": {"description": "ok"}}


def read(operation: dict[str, Any], **more: Any) -> Document:
    paths = {"/a": {"post": {"responses": OK, **operation}}}
    return Document({"swagger": "2.0", "info": {"title": "A", "version": "1"}, "paths": paths, **more})


def only(operation: dict[str, Any], **more: Any) -> Operation:
    document = read(operation, **more)
    (found,) = document.operations
    assert [
        problem for problems in document.checked[found.label].problems.values() for problem in problems
    ] == []
    return found


def body_of(operation: Operation) -> dict[str, Any]:
    assert operation.request_body is not None
    return dict(operation.request_body.mapping)


@pytest.mark.parametrize(
    ("more", "urls"),
    [
        ({"host": "a.example", "basePath": "/v1"}, ["https://a.example/v1"]),
        ({"host": "a.example", "schemes": ["http", "https"]}, ["http://a.example", "https://a.example"]),
        ({"basePath": "/v1"}, ["/v1"]),
        ({}, []),
    ],
)
def test_host_base_path_and_schemes_are_servers(more: dict[str, Any], urls: list[str]) -> None:
    assert [server["url"] for server in read({}, **more).content.get("servers", [])] == urls


@pytest.mark.parametrize(
    ("described", "style", "explode"),
    [
        ({}, "form", False),
        ({"collectionFormat": "csv"}, "form", False),
        ({"collectionFormat": "ssv"}, "spaceDelimited", False),
        ({"collectionFormat": "tsv"}, "tabDelimited", False),
        ({"collectionFormat": "pipes"}, "pipeDelimited", False),
        ({"collectionFormat": "multi"}, "form", True),
    ],
)
def test_the_format_of_a_list_in_the_query(described: dict[str, Any], style: str, explode: bool) -> None:
    listed = {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}, "minItems": 1}
    (parameter,) = only({"parameters": [{**listed, **described}]}).parameters
    assert (parameter.style, parameter.explode) == (style, explode)
    assert parameter.schema.value == {"type": "array", "items": {"type": "integer"}, "minItems": 1}


def test_a_list_in_a_path_or_a_header_is_simple() -> None:
    listed = {"type": "array", "items": {"type": "string"}, "required": True}
    found = only(
        {"parameters": [{**listed, "name": "p", "in": "path"}, {**listed, "name": "h", "in": "header"}]}
    )
    assert [(item.style, item.explode) for item in found.parameters] == [("simple", False)] * 2


@pytest.mark.parametrize(
    ("own", "root", "kinds"),
    [
        ({}, {}, ["application/json"]),
        ({}, {"consumes": ["application/xml"]}, ["application/xml"]),
        ({"consumes": ["a/b", "c/d"]}, {"consumes": ["application/xml"]}, ["a/b", "c/d"]),
    ],
)
def test_a_parameter_in_the_body_is_the_body(
    own: dict[str, Any], root: dict[str, Any], kinds: list[str]
) -> None:
    parameter = {"name": "it", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Note"}}
    found = only({"parameters": [parameter], **own}, definitions={"Note": {"type": "object"}}, **root)
    schema = {"$ref": "#/components/schemas/Note"}
    assert body_of(found) == {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}
    assert found.parameters == ()


@pytest.mark.parametrize(
    ("fields", "consumes", "kinds"),
    [
        ([{"type": "string"}], [], ["application/x-www-form-urlencoded"]),
        ([{"type": "string"}], ["multipart/form-data"], ["multipart/form-data"]),
        ([{"type": "file"}], [], ["multipart/form-data"]),
        ([{"type": "file"}], ["application/x-www-form-urlencoded"], ["multipart/form-data"]),
    ],
)
def test_fields_of_a_form_are_one_body(
    fields: list[dict[str, Any]], consumes: list[str], kinds: list[str]
) -> None:
    parameters = [
        {"name": f"f{index}", "in": "formData", "required": True, **field}
        for index, field in enumerate(fields)
    ]
    body = body_of(only({"parameters": parameters, "consumes": consumes}))
    assert list(body["content"]) == kinds
    schema = body["content"][kinds[0]]["schema"]
    assert schema["required"] == ["f0"]
    expected = {"type": "string", "format": "binary"} if fields[0]["type"] == "file" else {"type": "string"}
    assert schema["properties"] == {"f0": expected}


def test_a_list_in_a_form_says_how_it_is_written() -> None:
    field = {"in": "formData", "type": "array", "items": {"type": "string"}}
    parameters = [{**field, "name": "a"}, {**field, "name": "b", "collectionFormat": "multi"}]
    (media_type,) = body_of(only({"parameters": parameters}))["content"].values()
    assert media_type["encoding"] == {
        "a": {"style": "form", "explode": False},
        "b": {"style": "form", "explode": True},
    }


def test_shared_parameters_are_referred_to_or_become_the_body() -> None:
    shared = {
        "Page": {"name": "page", "in": "query", "type": "integer"},
        "Note": {"name": "note", "in": "body", "schema": {"type": "string"}},
    }
    references = [{"$ref": "#/parameters/Page"}, {"$ref": "#/parameters/Note"}]
    found = only({"parameters": references}, parameters=shared)
    assert [(item.name, item.schema.value) for item in found.parameters] == [("page", {"type": "integer"})]
    assert body_of(found)["content"]["application/json"]["schema"] == {"type": "string"}


def test_a_parameter_of_the_operation_replaces_that_of_the_path() -> None:
    def parameter(kind: str) -> dict[str, Any]:
        return {"name": "q", "in": "query", "type": kind}

    item = {"parameters": [parameter("string"), {**parameter("string"), "in": "body", "schema": {}}]}
    paths = {"/a": {**item, "post": {"parameters": [parameter("integer")], "responses": OK}}}
    (found,) = Document({"swagger": "2.0", "paths": paths}).operations
    assert [one.schema.value for one in found.parameters] == [{"type": "integer"}]
    assert found.request_body is not None


def test_responses_have_media_types_headers_and_examples() -> None:
    described = {
        "description": "ok",
        "schema": {"type": "array", "items": {"$ref": "#/definitions/default"}},
        "headers": {"X-Count": {"type": "integer", "description": "how many"}},
        "examples": {"application/json": [1]},
    }
    file = {"description": "bytes", "schema": {"type": "file"}}
    found = only(
        {"responses": {"200": described, "206": file, "default": {"$ref": "#/responses/Gone"}}},
        definitions={"default": {"type": "integer", "x-nullable": True}},
        responses={"Gone": {"description": "gone", "schema": {"$ref": "#/definitions/default"}}},
    )
    (media_type,) = found.content(found.responses["200"]).values()
    assert media_type.get("example") == [1]
    assert media_type.child("schema").get("items") == {"$ref": "#/components/schemas/default"}
    assert found.responses["200"].child("headers").value == {
        "X-Count": {"description": "how many", "schema": {"type": "integer"}}
    }
    assert found.content(found.responses["206"])["application/json"].get("schema")["format"] == "binary"
    gone = found.content(found.responses["default"])["application/json"].get("schema")
    assert found.references.follow_schema(gone) == {"type": "integer", "x-nullable": True, "nullable": True}


def test_security_definitions_are_schemes() -> None:
    oauth = {
        "type": "oauth2",
        "flow": "accessCode",
        "authorizationUrl": "/in",
        "tokenUrl": "/token",
        "scopes": {},
    }
    definitions = {"b": {"type": "basic"}, "k": {"type": "apiKey", "name": "X", "in": "header"}, "o": oauth}
    schemes = read({}, securityDefinitions=definitions).security_schemes
    assert schemes["b"].get("type") == "http"
    assert schemes["b"].get("scheme") == "basic"
    assert schemes["k"].value == definitions["k"]
    assert schemes["o"].get("flows") == {
        "authorizationCode": {"scopes": {}, "authorizationUrl": "/in", "tokenUrl": "/token"}
    }


@pytest.mark.parametrize(
    "operation",
    [
        {"parameters": {"name": "a"}},
        {"parameters": ["a"]},
        {"parameters": [{"$ref": "#/parameters/Missing"}]},
        {"parameters": [{"name": "a"}]},
        {"responses": {"200": None}},
        {"responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Missing"}}}},
        {"responses": {"200": {"description": "ok", "headers": {"X": "integer"}}}},
    ],
)
def test_what_cannot_be_converted_is_told(operation: dict[str, Any]) -> None:
    checked = read(operation).checked["POST /a"]
    assert [problem for problems in checked.problems.values() for problem in problems] != []


def test_the_document_that_is_given_stays_as_it_is() -> None:
    content = {"swagger": "2.0", "paths": {}, "definitions": {"A": {"$ref": "#/definitions/B"}}}
    Document(content)
    assert content["definitions"] == {"A": {"$ref": "#/definitions/B"}}
