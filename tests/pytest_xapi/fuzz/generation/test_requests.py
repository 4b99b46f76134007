"""Cases on the wire: styles of parameters, media types of bodies, and what can be said of them there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_xapi.fuzz.generation import Foreign, GeneratedCase, Hints, OperationGenerator, Schemas, Unsendable
from pytest_xapi.fuzz.generation.model import PLACES
from pytest_xapi.fuzz.model.cases import ABSENT, Parts
from pytest_xapi.fuzz.model.wire import WireRequest

LIST = {"type": "array", "items": {"type": "string"}}
OBJECT = {"type": "object", "additionalProperties": {"type": "string"}}
NOTHING = Parts({}, {}, {}, {}, ABSENT)


def operation(
    *parameters: dict[str, Any], path: str = "/x", content: dict[str, Any] | None = None
) -> OperationGenerator:
    described: dict[str, Any] = {"parameters": list(parameters), "responses": {}}
    if content is not None:
        described["requestBody"] = {"content": content, "required": True}
    return OperationGenerator(
        Schemas({"openapi": "3.1.0", "paths": {path: {"post": described}}}), f"POST {path}"
    )


def sent(made: OperationGenerator, parts: Parts, media_type: str | None = None) -> WireRequest:
    return made.requests.wire(GeneratedCase(made.description.label, "POST", parts, media_type, "random"))


# The values of OpenAPI's own table (3.1, section 4.8.12.4).
@pytest.mark.parametrize(
    ("settings", "value", "query"),
    [
        ({}, "blue", "color=blue"),
        ({}, ["blue", "black"], "color=blue&color=black"),
        ({}, {"R": "100", "G": "200"}, "R=100&G=200"),
        ({"explode": False}, ["blue", "black"], "color=blue%2Cblack"),
        ({"explode": False}, {"R": "100", "G": "200"}, "color=R%2C100%2CG%2C200"),
        ({"style": "spaceDelimited", "explode": False}, ["blue", "black"], "color=blue+black"),
        ({"style": "pipeDelimited", "explode": False}, ["blue", "black"], "color=blue%7Cblack"),
        ({"style": "spaceDelimited", "explode": False}, {"R": "100", "G": "200"}, "color=R+100+G+200"),
        ({"style": "pipeDelimited", "explode": False}, {"R": "100"}, "color=R%7C100"),
        ({"style": "deepObject"}, {"R": "100", "G": "200"}, "color%5BR%5D=100&color%5BG%5D=200"),
        ({"content": {"application/json": {"schema": {}}}}, {"R": 1}, "color=%7B%22R%22%3A+1%7D"),
        ({}, None, ""),
        ({}, [], ""),
        ({}, True, "color=true"),
        ({}, 1.5, "color=1.5"),
        ({}, "é&=", "color=%C3%A9%26%3D"),
    ],
)
def test_query_parameters(settings: dict[str, Any], value: Any, query: str) -> None:
    made = operation({"name": "color", "in": "query", "schema": {}, **settings})
    assert sent(made, replace(NOTHING, query={"color": value})).query == query


@pytest.mark.parametrize(
    ("settings", "value", "segment"),
    [
        ({}, "blue", "blue"),
        ({}, ["blue", "black"], "blue,black"),
        ({}, {"R": "100", "G": "200"}, "R,100,G,200"),
        ({"explode": True}, {"R": "100", "G": "200"}, "R=100,G=200"),
        ({"style": "label"}, "blue", ".blue"),
        ({"style": "label"}, ["blue", "black"], ".blue,black"),
        ({"style": "label", "explode": True}, ["blue", "black"], ".blue.black"),
        ({"style": "matrix"}, "blue", ";color=blue"),
        ({"style": "matrix"}, ["blue", "black"], ";color=blue,black"),
        ({"style": "matrix", "explode": True}, ["blue", "black"], ";color=blue;color=black"),
        ({}, "a b?%é", "a%20b%3F%25%C3%A9"),
    ],
)
def test_path_parameters(settings: dict[str, Any], value: Any, segment: str) -> None:
    parameter = {"name": "color", "in": "path", "required": True, "schema": {}, **settings}
    made = operation(parameter, path="/x/{color}")
    assert sent(made, replace(NOTHING, path_parameters={"color": value})).target == f"/x/{segment}"


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "\ud800"])
def test_what_would_be_another_path_is_not_sent(value: str) -> None:
    made = operation({"name": "color", "in": "path", "required": True, "schema": {}}, path="/x/{color}")
    with pytest.raises(Unsendable):
        sent(made, replace(NOTHING, path_parameters={"color": value}))


def test_slashes_are_sent_where_a_case_is_about_them() -> None:
    made = operation(
        {"name": "color", "in": "path", "required": True, "schema": {"type": "string"}}, path="/x/{color}"
    )
    about = [case for case in made.boundary() if any(flaw.kind == "slashes" for flaw in case.flaws)]
    assert any(made.requests.wire(case).path.count("/") > 3 for case in about)


def test_headers_and_cookies() -> None:
    made = operation(
        {"name": "X-Colors", "in": "header", "schema": LIST}, {"name": "color", "in": "cookie", "schema": {}}
    )
    request = sent(made, replace(NOTHING, headers={"X-Colors": ["blue", "black"]}, cookies={"color": "a;é"}))
    assert dict(request.headers) == {
        "User-Agent": "xapi-fuzz",
        "X-Colors": "blue,black",
        "Cookie": "color=a%3B%C3%A9",
    }


@pytest.mark.parametrize("value", ["a\nb", "a\r", "\x00", "😀"])
def test_headers_that_http_cannot_say_are_not_sent(value: str) -> None:
    made = operation({"name": "X-Color", "in": "header", "schema": {}})
    with pytest.raises(Unsendable):
        sent(made, replace(NOTHING, headers={"X-Color": value}))


@pytest.mark.parametrize(
    ("media_type", "value", "content"),
    [
        ("application/json", {"a": [1, None]}, b'{"a": [1, null]}'),
        ("application/merge-patch+json", {"a": 1}, b'{"a": 1}'),
        ("application/x-www-form-urlencoded", {"a": ["x", "y"], "b": 1}, b"a=x&a=y&b=1"),
        ("text/plain", "é", "é".encode()),
        ("application/octet-stream", b"\x00\xff", b"\x00\xff"),
    ],
)
def test_bodies(media_type: str, value: Any, content: bytes) -> None:
    request = sent(operation(content={media_type: {"schema": {}}}), replace(NOTHING, body=value), media_type)
    assert request.body == content
    assert request.header("content-type") == media_type


def test_forms_with_files() -> None:
    media_type = "multipart/form-data"
    content = {media_type: {"schema": {}, "encoding": {"picture": {"contentType": "image/png, image/gif"}}}}
    request = sent(
        operation(content=content), replace(NOTHING, body={"name": "a", "picture": b"\x89PNG"}), media_type
    )
    kind, _, boundary = (request.header("content-type") or "").partition("; boundary=")
    assert kind == media_type
    assert request.body.split(f"--{boundary}".encode()) == [
        b"",
        b'\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n',
        b'\r\nContent-Disposition: form-data; name="picture"; filename="picture"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n",
        b"--\r\n",
    ]


def test_other_media_types_are_for_others_to_write() -> None:
    made = operation(content={"application/xml": {"schema": {}}})
    with pytest.raises(Foreign):
        sent(made, replace(NOTHING, body={"a": 1}), "application/xml")


INTEGER = {"type": "integer", "minimum": 1}


@pytest.mark.parametrize(
    ("schema", "value", "verdict"),
    [
        (INTEGER, 5, True),
        (INTEGER, "5", None),  # the same on the wire as 5
        (INTEGER, " 5 ", None),
        (INTEGER, "1e3", None),
        (INTEGER, 0, False),
        (INTEGER, "no such thing", False),
        (INTEGER, [5, 6], None),  # servers take one of them
        (INTEGER, [0, "x"], False),
        (INTEGER, [], None),
        (INTEGER, None, None),
        ({"type": "number"}, "Infinity", None),
        ({"type": "boolean"}, "yes", None),
        ({"type": "boolean"}, "maybe", False),
        ({"type": "string"}, 5, None),
        ({"type": "string", "maxLength": 1}, "ab", False),
        ({"type": "string", "format": "date"}, "12", None),  # some read it as seconds
        ({"type": "string", "format": "date"}, "no such thing", False),
        (LIST, ["a", "b"], True),
        ({"type": "array", "items": INTEGER}, ["a"], False),
        ({"type": "array", "items": INTEGER, "maxItems": 1}, [1, 2], False),
        ({"anyOf": [INTEGER, {"type": "null"}]}, "x", False),
        ({"anyOf": [INTEGER, {"type": "null"}]}, [0, 5], None),
        ({"anyOf": [INTEGER, {"type": "null"}]}, [0, -1], False),
        (INTEGER, {"a": 1}, None),  # sent as a parameter `a`
    ],
)
def test_parameters_are_judged_by_what_arrives(
    schema: dict[str, Any], value: Any, verdict: bool | None
) -> None:
    made = operation({"name": "size", "in": "query", "schema": schema})
    drawn = GeneratedCase("POST /x", "POST", replace(NOTHING, query={"size": value}), None, "random")
    assert made.requests.verdicts(drawn) == {"query": verdict}


NAMES = {"type": "array", "items": {"type": "string"}, "minItems": 2}


@pytest.mark.parametrize(
    ("schema", "location", "value", "verdict"),
    [
        (NAMES, "query", {"a": "1"}, False),  # sent as a parameter `a`, so that it is missing
        (NAMES, "query", {"size": "1"}, None),  # sent under its own name
        (NAMES, "path", {"a": "1"}, None),  # the same on the wire as a list
        (NAMES, "header", {"": None}, None),
        ({**OBJECT, "minProperties": 1}, "header", ["a", "1"], None),  # the same on the wire as an object
        ({**OBJECT, "minProperties": 2}, "header", ["a", "1"], False),
        (NAMES, "path", {}, False),
        (LIST, "path", [], True),  # a label or a matrix without items
        ({"type": "array", "items": INTEGER}, "path", {}, None),
        ({"type": "string"}, "header", [], None),  # a header without a text
        ({"type": "string"}, "header", {}, None),
        ({"type": "string", "minLength": 1}, "header", [], False),
        (INTEGER, "header", [], False),
        (
            OBJECT,
            "query",
            "7",
            None,
        ),  # another parameter, or another property: an object is in pairs of its own
        (OBJECT, "query", ["7", "8"], None),
        (OBJECT, "cookie", "7", None),
        ({"anyOf": [OBJECT, INTEGER]}, "query", "a", None),
        ({**OBJECT, "required": ["a"]}, "query", "7", False),  # it has to be there, and is not
        ({"enum": ["a", "b"]}, "query", "c", False),
        ({"const": "a"}, "query", "c", False),
        ({"enum": [{"a": 1}]}, "query", "c", False),
        ({"type": "string"}, "query", [], False),
        ({"type": "array", "items": INTEGER}, "header", "", None),  # the same on the wire as no items
        ({"type": "array", "items": INTEGER}, "query", "", False),
        (OBJECT, "header", "", None),  # the same on the wire as an object without properties
        ({**OBJECT, "minProperties": 1}, "header", "", False),
    ],
)
def test_lists_and_objects_are_judged_by_what_arrives_of_them(
    schema: dict[str, Any], location: str, value: Any, verdict: bool | None
) -> None:
    path = "/x/{size}" if location == "path" else "/x"
    made = operation({"name": "size", "in": location, "required": True, "schema": schema}, path=path)
    parts = replace(NOTHING, **{PLACES[location]: {"size": value}})
    drawn = GeneratedCase(f"POST {path}", "POST", parts, None, "random")
    assert made.requests.verdicts(drawn) == {location: verdict}


@pytest.mark.parametrize("schema", [INTEGER, {"type": "string"}, {"enum": ["a", "b"]}])
def test_a_parameter_that_is_sent_twice_is_neither_right_nor_wrong(schema: dict[str, Any]) -> None:
    made = operation({"name": "size", "in": "query", "required": True, "schema": schema})
    twice = [drawn for drawn in made.boundary() if sent(made, drawn.parts).query.count("size=") == 2]
    assert twice
    assert all(drawn.flaws for drawn in twice)
    repeated = [drawn for drawn in twice if drawn.flaws[0].kind == "repeated parameter"]
    assert [made.requests.verdicts(drawn) for drawn in repeated] == [{"query": None}]


@pytest.mark.parametrize(
    ("schema", "value", "verdict"),
    [
        (INTEGER, 5, True),
        (INTEGER, "5", None),  # lenient validators take it
        (INTEGER, True, None),
        (INTEGER, 1.5, False),
        (INTEGER, "x", False),
        ({"type": "string"}, 5, False),
        ({"type": "string", "format": "date-time"}, 5, None),
        ({"type": "object", "properties": {"a": INTEGER}}, {"a": "5"}, None),
        ({"type": "object", "properties": {"a": INTEGER}}, {"a": "x"}, False),
        ({"type": "array", "items": INTEGER}, [1, "2", None], False),
    ],
)
def test_bodies_are_judged_as_leniently_as_validators_read(
    schema: dict[str, Any], value: Any, verdict: bool | None
) -> None:
    made = operation(content={"application/json": {"schema": schema}})
    drawn = GeneratedCase("POST /x", "POST", replace(NOTHING, body=value), "application/json", "random")
    assert made.requests.verdicts(drawn) == {"body": verdict}


def test_what_must_be_there_and_is_not_is_wrong() -> None:
    made = operation(
        {"name": "size", "in": "query", "required": True, "schema": INTEGER},
        content={"application/json": {"schema": INTEGER}},
    )
    drawn = GeneratedCase("POST /x", "POST", NOTHING, None, "random")
    assert made.requests.verdicts(drawn) == {"query": False, "body": False}


def test_files_are_of_the_media_types_that_are_declared() -> None:
    schema = {
        "type": "object",
        "properties": {"image": {"type": "string", "format": "binary"}},
        "required": ["image"],
    }
    content = {
        "multipart/form-data": {"schema": schema, "encoding": {"image": {"contentType": "image/*"}}},
        "image/png": {},
        "image/tiff": {},
    }
    described = {"requestBody": {"content": content, "required": True}, "responses": {}}
    document = {"openapi": "3.1.0", "paths": {"/x": {"post": described}}}
    made = OperationGenerator(Schemas(document), "POST /x", Hints(files={"image/png": (b"PNG!",)}))
    right = [case for case in made.random(1, 300) if all(made.requests.verdicts(case).values())]
    assert {case.media_type for case in right} == {"multipart/form-data", "image/png"}
    assert {str(case.parts.body) for case in right} == {"{'image': b'PNG!'}", "b'PNG!'"}
    form = next(case for case in right if case.media_type == "multipart/form-data")
    assert b"Content-Type: image/png\r\n" in made.requests.wire(form).body


def test_undeclared_methods_are_those_that_no_path_takes() -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/notes/me": {"get": {"responses": {}}},
            "/notes/{id}": {"delete": {"responses": {}}},
            "/notes": {"post": {"responses": {}}},
        },
    }
    found = OperationGenerator(Schemas(document), "GET /notes/me").undeclared_methods
    assert "POST" in found
    assert not {"GET", "DELETE", "HEAD"} & set(found)


EITHER = {"oneOf": [{"type": "object"}, {"type": "object"}]}
"""No value keeps to that: each keeps to both."""
FREE = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        ({"name": "size", "in": "query", "required": True, "schema": FREE}, None),
        ({"name": "size", "in": "cookie", "required": True, "schema": FREE}, None),
        ({"name": "size", "in": "query", "required": True, "style": "deepObject", "schema": OBJECT}, None),
        ({"name": "size", "in": "query", "required": True, "schema": EITHER}, None),
        ({"name": "page", "in": "query", "schema": INTEGER}, {"application/json": {"schema": EITHER}}),
        ({"name": "size", "in": "query", "required": True, "schema": {"type": ["integer", "null"]}}, None),
        ({"name": "size", "in": "header", "required": True, "schema": {"type": ["integer", "null"]}}, None),
        ({"name": "size", "in": "cookie", "required": True, "schema": {"enum": [1, None]}}, None),
    ],
)
def test_a_case_that_lacks_what_is_required_says_so(
    declared: dict[str, Any], content: dict[str, Any] | None
) -> None:
    made = operation(declared, content=content)
    drawn = [*made.boundary(), *made.random(1, 200), made.of_sequence(None)]
    lacking = [case for case in drawn if False in made.requests.verdicts(case).values()]
    assert lacking
    assert all(case.flaws for case in lacking)


@pytest.mark.parametrize(
    ("media_type", "sent_as"),
    [
        ("application/json", "application/json"),
        ("multipart/form-data", "multipart/form-data; boundary=xapi-"),
    ],
)
def test_a_case_with_nothing_in_its_body_needs_no_value_for_it(media_type: str, sent_as: str) -> None:
    page = {"name": "page", "in": "query", "required": True, "schema": INTEGER}
    none = {"type": "integer", "minimum": 2, "maximum": 1}
    made = operation(page, content={media_type: {"schema": none}})
    assert not made.is_able
    drawn = made.without_body()
    assert drawn is not None
    request = made.requests.wire(drawn)
    assert request.query.startswith("page=")
    assert (request.header("content-type") or "").startswith(sent_as)
    assert request.body == b""
    assert operation({**page, "schema": none}).without_body() is None


@pytest.mark.parametrize("value", [None, [], {}])
@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_a_parameter_of_json_has_a_text_for_what_is_empty(location: str, value: Any) -> None:
    content: dict[str, Any] = {"application/json": {"schema": {"enum": [None, [], {}]}}}
    made = operation({"name": "size", "in": location, "required": True, "content": content})
    drawn = GeneratedCase(
        "POST /x", "POST", replace(NOTHING, **{PLACES[location]: {"size": value}}), None, "random"
    )
    request = made.requests.wire(drawn)
    sent_text = {"query": request.query, "header": request.header("size")}
    sent_text["cookie"] = request.header("cookie")
    assert sent_text[location]
    assert made.requests.verdicts(drawn)[location] is True


@pytest.mark.parametrize(("is_required", "verdict"), [(True, False), (False, None)])
def test_a_form_without_fields_is_no_body(is_required: bool, verdict: bool | None) -> None:
    form = "application/x-www-form-urlencoded"
    schema = {"type": "object", "required": ["a"], "properties": {"a": INTEGER}}
    body = {"content": {form: {"schema": schema}}, "required": is_required}
    document = {"openapi": "3.1.0", "paths": {"/x": {"post": {"requestBody": body, "responses": {}}}}}
    made = OperationGenerator(Schemas(document), "POST /x")
    drawn = GeneratedCase("POST /x", "POST", replace(NOTHING, body={}), form, "random")
    assert made.requests.verdicts(drawn) == {"body": verdict}


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["a"], "properties": {"a": FREE}},
        {"allOf": [{"required": ["a"]}, {"properties": {"a": FREE, "b": {"type": "string"}}}]},
        {"type": "object", "required": ["b", "a"], "properties": {"a": FREE, "b": {"type": "string"}}},
    ],
)
def test_a_form_without_the_items_of_a_required_list_is_neither_right_nor_wrong(
    schema: dict[str, Any], media_type: str
) -> None:
    made = operation(content={media_type: {"schema": schema}})
    drawn = [case for case in [*made.boundary(), *made.random(1, 200)] if isinstance(case.parts.body, dict)]
    empty = [case for case in drawn if case.parts.body.get("a") == []]
    assert empty
    assert all(case.flaws for case in empty)
    assert {made.requests.verdicts(case)["body"] for case in empty} == {None}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"application/json": {"schema": EITHER}}, "body application/json"),
        ({"text/plain": {"schema": {"allOf": [{"type": "string"}, {"type": "array"}]}}}, "body text/plain"),
    ],
)
def test_what_no_value_is_found_for_is_named(content: dict[str, Any], what: str) -> None:
    made = operation(content=content)
    list(made.boundary())
    assert what in {omission.what for omission in made.omissions}


@pytest.mark.parametrize(
    ("location", "schema"),
    [
        ("query", {"type": "array", "items": OBJECT, "minItems": 1}),
        ("header", {"type": "array", "items": OBJECT, "minItems": 1}),
        ("path", {"type": "array", "items": FREE, "minItems": 1}),
        ("query", {"type": "object", "required": ["a"], "properties": {"a": FREE}}),
        ("cookie", {"type": "object", "required": ["a"], "properties": {"a": OBJECT}}),
    ],
)
def test_what_no_style_is_for_is_neither_right_nor_wrong(location: str, schema: dict[str, Any]) -> None:
    path = "/x/{size}" if location == "path" else "/x"
    made = operation({"name": "size", "in": location, "required": True, "schema": schema}, path=path)
    drawn = [case for case in made.random(1, 100) if isinstance(in_place(case, location), list | dict)]
    nested = [case for case in drawn if all(flaw.kind == "nested" for flaw in case.flaws)]
    assert nested
    assert all(case.flaws for case in nested)
    assert {made.requests.verdicts(case)[location] for case in nested} == {None}


def in_place(case: GeneratedCase, location: str) -> Any:
    return getattr(case.parts, PLACES[location]).get("size")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org/v1", "/v1/x"),
        ("https://example.org/v1/", "/v1/x"),
        ("https://example.org", "/x"),
        ("//example.org/v1", "/v1/x"),
        ("//example.org", "/x"),
        ("//{host}/{stage}", "/live/x"),
        ("{scheme}://example.org/v1", "/v1/x"),
        ("/v1", "/v1/x"),
        ("/", "/x"),
        ("https://example.org/v1?a=1#b", "/v1/x"),
        ("", "/x"),
    ],
)
def test_the_path_of_the_server_comes_first(url: str, target: str) -> None:
    variables = {"host": {"default": "example.org"}, "stage": {"default": "live"}}
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": url, "variables": variables}],
        "paths": {"/x": {"post": {"responses": {}}}},
    }
    assert sent(OperationGenerator(Schemas(document), "POST /x"), NOTHING).target == target


@pytest.mark.parametrize(
    ("explode", "value", "cookies"),
    [
        (True, {"R": "100", "G": "200"}, "R=100; G=200"),
        (False, {"R": "100", "G": "200"}, "color=R%2C100%2CG%2C200"),
        (True, ["blue", "black"], "color=blue; color=black"),
        (True, "blue", "color=blue"),
    ],
)
def test_cookies_are_exploded_as_queries_are(explode: bool, value: Any, cookies: str) -> None:
    made = operation({"name": "color", "in": "cookie", "explode": explode, "schema": {}})
    assert dict(sent(made, replace(NOTHING, cookies={"color": value})).headers)["Cookie"] == cookies


@pytest.mark.parametrize(
    ("location", "style", "explode"),
    [
        ("path", "label", True),
        ("path", "simple", False),
        ("header", "simple", True),
        ("query", "spaceDelimited", False),
    ],
)
@pytest.mark.parametrize("is_mingled", [True, False])
def test_values_that_cannot_be_told_apart_are_no_right_case(
    location: str, style: str, explode: bool, is_mingled: bool
) -> None:
    text = "../x, y" if is_mingled else "xy"
    schema = {"type": "array", "items": {"enum": [text]}, "minItems": 2, "maxItems": 2}
    described = {"name": "size", "in": location, "required": True, "style": style, "explode": explode}
    path = "/x/{size}" if location == "path" else "/x"
    made = operation({**described, "schema": schema}, path=path)
    whole = {"size": [text] * 2}
    drawn = next(case for case in made.random(1, 50) if getattr(case.parts, PLACES[location]) == whole)
    assert [flaw.kind for flaw in drawn.flaws] == (["mingled"] if is_mingled else [])
    assert made.requests.verdicts(drawn)[location] is (None if is_mingled else True)
