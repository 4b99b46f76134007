"""What `Document` makes of documents: operations, parameters, bodies, security, and what cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from xapi.openapi.reader import Document, DocumentError, Operation

OK = {"responses": {"200": {"description": "ok"}}}


def document(paths: Any, version: str = "3.1.0", **rest: Any) -> Document:
    return Document({"openapi": version, "info": {"title": "t", "version": "1"}, "paths": paths, **rest})


def labels(found: Document) -> list[str]:
    return [operation.label for operation in found.operations]


def only(found: Document) -> Operation:
    (operation,) = found.operations
    return operation


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.0.3", ["GET /a"]),
        ("3.1.1", ["GET /a"]),
        ("3.2.0", ["GET /a", "QUERY /a", "LINK /a", "copy /a"]),
    ],
)
def test_the_operations_are_those_that_the_version_knows(version: str, expected: list[str]) -> None:
    item = {"get": OK, "query": OK, "additionalOperations": {"LINK": OK, "copy": OK}, "x-get": OK}
    assert labels(document({"/a": item, "x-paths": {"get": OK}}, version)) == expected


def test_the_operations_of_a_path_item_that_is_referred_to_are_beside_its_own() -> None:
    paths = {"/a": {"$ref": "#/components/pathItems/A", "put": OK, "get": {**OK, "operationId": "own"}}}
    shared = {
        "get": {**OK, "operationId": "shared"},
        "delete": OK,
        "parameters": [{"name": "p", "in": "query"}],
    }
    found = document(paths, components={"pathItems": {"A": shared}})
    assert labels(found) == ["GET /a", "PUT /a", "DELETE /a"]
    assert found.operations[0].operation_id == "own"
    assert [parameter.name for parameter in found.operations[0].parameters] == ["p"]
    assert found.operations[2].node.pointer == "/components/pathItems/A/delete"


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ({"name": "p", "in": "query", "description": "inner"}, {"name": "p", "in": "query"}),
        ({"name": "X-P", "in": "header", "description": "inner"}, {"name": "x-p", "in": "header"}),
        ({"$ref": "#/components/parameters/P"}, {"name": "p", "in": "query"}),
    ],
)
def test_a_parameter_of_the_operation_replaces_that_of_the_path(inner: Any, outer: Any) -> None:
    paths = {
        "/a": {"parameters": [outer, {"name": "q", "in": "query"}], "get": {**OK, "parameters": [inner]}}
    }
    components = {"parameters": {"P": {"name": "p", "in": "query", "description": "inner"}}}
    parameters = only(document(paths, components=components)).parameters
    assert [parameter.node.get("description") for parameter in parameters] == ["inner", None]


def test_parameters_of_one_name_in_two_places_are_two() -> None:
    parameters = [{"name": "id", "in": "path"}, {"name": "id", "in": "query"}, {"name": "id", "in": "cookie"}]
    operation = only(document({"/a/{id}": {"get": {**OK, "parameters": parameters}}}))
    assert [parameter.key for parameter in operation.parameters] == [
        ("path", "id"),
        ("query", "id"),
        ("cookie", "id"),
    ]
    assert [parameter.required for parameter in operation.parameters] == [True, False, False]


def test_path_parameters_that_the_document_forgets_are_named() -> None:
    paths = {"/a/{one}/{two}/{one}": {"get": {**OK, "parameters": [{"name": "two", "in": "path"}]}}}
    assert only(document(paths)).undeclared_path_parameters == ("one",)


def test_styles_have_the_defaults_of_their_location() -> None:
    parameters = [
        {"name": "a", "in": "query"},
        {"name": "b", "in": "header"},
        {"name": "c", "in": "query", "style": "deepObject"},
        {"name": "d", "in": "query", "explode": False},
        {"name": "e", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
    ]
    operation = only(document({"/a": {"get": {**OK, "parameters": parameters}}}))
    written = [
        (parameter.style, parameter.explode, parameter.media_type) for parameter in operation.parameters
    ]
    assert written == [
        ("form", True, None),
        ("simple", False, None),
        ("deepObject", True, None),
        ("form", False, None),
        ("form", True, "application/json"),
    ]
    assert operation.parameters[4].schema.value == {"type": "object"}


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        (None, None, [{}]),
        (None, [{"key": []}], [{"key": frozenset()}]),
        ([], [{"key": []}], [{}]),
        ([{"o": ["a", "b"]}, {}], [{"key": []}], [{"o": frozenset("ab")}, {}]),
    ],
)
def test_the_security_of_an_operation_counts_before_that_of_the_document(
    own: Any, whole: Any, expected: Any
) -> None:
    operation = OK if own is None else {**OK, "security": own}
    rest = {} if whole is None else {"security": whole}
    assert only(document({"/a": {"get": operation}}, **rest)).security == expected


def test_a_request_belongs_to_the_most_concrete_path() -> None:
    paths = {"/a/{id}": {"get": OK, "put": OK}, "/a/me": {"get": OK}, "/files/{path}": {"get": OK}}
    found = document(paths)
    at = {
        (method, path): None if (operation := found.at(method, path)) is None else operation.path
        for method, path in (
            ("GET", "/a/me"),
            ("PUT", "/a/me"),
            ("GET", "/a/3"),
            ("GET", "/files/a"),
            ("GET", "/files/a/b"),
            ("POST", "/a/3"),
            ("GET", "/a"),
        )
    }
    assert list(at.values()) == ["/a/me", "/a/{id}", "/a/{id}", "/files/{path}", None, None, None]


def test_a_response_is_that_of_the_status_of_its_range_or_the_default() -> None:
    responses = {"200": {"description": "ok"}, "4XX": {}, "default": {"$ref": "#/components/responses/D"}}
    found = document({"/a": {"get": {"responses": responses}}}, components={"responses": {"D": {"x": 1}}})
    operation = only(found)
    assert [operation.response_key(status) for status in (200, 404, 500)] == ["200", "4XX", "default"]
    assert operation.responses["default"].value == {"x": 1}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("application/json; charset=utf-8", "application/json"),
        ("Text/Plain", "text/*"),
        ("image/png", "*/*"),
        ("application/xml", "application/XML; version=1"),
    ],
)
def test_a_media_type_is_described_by_the_closest_key(sent: str, expected: str) -> None:
    content = {name: {} for name in ("*/*", "text/*", "application/json", "application/XML; version=1")}
    operation = only(document({"/a": {"post": {**OK, "requestBody": {"content": content}}}}))
    assert operation.media_type_key(operation.request_body, sent) == expected


@pytest.mark.parametrize(
    ("paths", "pointer"),
    [
        ({"/a": None}, "/paths/~1a"),
        ({"/a": ["get"]}, "/paths/~1a"),
        ({"/a": {"$ref": "#/components/pathItems/Missing"}}, "/paths/~1a"),
        ({"/a": {"$ref": "#/paths/~1a"}}, "/paths/~1a"),
        ({"/a": {"get": None}}, "/paths/~1a/get"),
    ],
)
def test_what_is_no_operation_is_named_and_the_rest_is_read(paths: Any, pointer: str) -> None:
    found = document({**paths, "/rest": {"get": {**OK, "tags": None}}})
    assert labels(found) == ["GET /rest"]
    assert [problem.pointer for problem in found.problems] == [pointer]
    assert found.operations[0].tags == ()


@pytest.mark.parametrize(
    "described",
    [
        {"parameters": [{"$ref": "#/components/parameters/Missing"}]},
        {"parameters": ["name"]},
        {"parameters": [{"in": "query"}]},
        {"parameters": [{"name": "a", "in": "body"}]},
        {"requestBody": {"$ref": "other.yaml#/Body"}},
        {"responses": {"200": {"$ref": "#/components/responses/Missing"}}},
    ],
)
def test_a_part_that_cannot_be_used_is_a_problem_of_its_operation(described: Any) -> None:
    found = document({"/a": {"get": {**OK, **described}}})
    operation = only(found)
    (problem,) = (problem for problems in found.checked["GET /a"].problems.values() for problem in problems)
    assert problem.operation == "GET /a"
    assert problem.pointer.startswith("/paths/~1a/get/")
    assert operation.parameters == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "expected an object"),
        ({"paths": {}}, "no `openapi`"),
        ({"swagger": "1.2", "paths": {}}, "OpenAPI 1.2 is not supported: convert"),
        ({"openapi": "4.0.0", "paths": {}}, "OpenAPI 4.0 is not supported"),
        ({"openapi": "3.1.0", "paths": []}, "`paths` is"),
    ],
)
def test_what_is_no_document_is_refused(content: Any, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        Document(content)


def test_an_unknown_id_is_told_with_those_that_are_like_it() -> None:
    found = document({"/a": {"get": {**OK, "operationId": "read_item"}}})
    assert found.by_id("read_item") is found.operations[0]
    with pytest.raises(LookupError, match="no operation 'read_itme'; there is: read_item"):
        found.by_id("read_itme")
