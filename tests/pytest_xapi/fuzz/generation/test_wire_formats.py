"""What documents say about the wire that our own examples do not, judged on the requests."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from pytest_xapi.fuzz.generation import GeneratedCase, OperationGenerator, Schemas, Unsendable
from pytest_xapi.fuzz.model.cases import ABSENT, Parts
from pytest_xapi.fuzz.model.wire import WireRequest

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
ANSWERS = {"200": {"description": "ok"}}
NOTHING = Parts({}, {}, {}, {}, ABSENT)


def operation(
    *parameters: dict[str, Any],
    path: str = "/x",
    content: dict[str, Any] | None = None,
    method: str = "post",
    version: str = "3.1.0",
) -> OperationGenerator:
    described: dict[str, Any] = {"parameters": list(parameters), "responses": ANSWERS}
    if content is not None:
        described["requestBody"] = {"content": content, "required": True}
    document = {"openapi": version, "paths": {path: {method: described}}}
    return OperationGenerator(Schemas(document), f"{method.upper()} {path}")


def parameter(name: str, location: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "schema": schema, "required": location == "path", **more}


def requests(made: OperationGenerator) -> list[tuple[GeneratedCase, WireRequest]]:
    found = []
    for drawn in made.boundary():
        with suppress(Unsendable):
            found.append((drawn, made.requests.wire(drawn)))
    return found


def omitted(made: OperationGenerator) -> list[str]:
    return [f"{omission.what}: {omission.reason}" for omission in made.omissions]


def with_body(made: OperationGenerator, media_type: str, body: Any) -> tuple[WireRequest, Any]:
    drawn = GeneratedCase(made.description.label, "POST", Parts({}, {}, {}, {}, body), media_type, "random")
    return made.requests.wire(drawn), made.requests.verdicts(drawn)["body"]


@pytest.mark.parametrize("media_type", ["application/msgpack", "application/x-protobuf", "application/cbor"])
def test_what_nothing_writes_is_named_and_json_beside_it_is_sent(media_type: str) -> None:
    made = operation(content={media_type: {"schema": OBJECT}, "application/json": {"schema": OBJECT}})
    assert {drawn.media_type for drawn, _ in requests(made)} == {"application/json"}
    assert omitted(made) == [f"body {media_type}: nothing writes this media type"]


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "application/zip", "application/x-protobuf", "audio/ogg"]
)
@pytest.mark.parametrize("schema", [{"type": "string", "format": "binary"}, {}, {"type": "string"}])
def test_bytes_and_texts_are_sent_as_they_are(media_type: str, schema: Any) -> None:
    made = operation(content={media_type: {"schema": schema}})
    assert with_body(made, media_type, b"\x00\xff")[0].body == b"\x00\xff"
    assert with_body(made, media_type, "é")[0].body == "é".encode()
    assert any(request.body and request.header("content-type") == media_type for _, request in requests(made))


def test_a_body_without_a_media_type_is_named() -> None:
    assert omitted(operation(content={"": {"schema": OBJECT}})) == ["body '': it is not a media type"]


@pytest.mark.parametrize(
    ("schema", "value", "verdict"),
    [
        ({"type": "array", "items": {"type": "string"}}, "0", None),
        ({"type": "array", "items": {"type": "integer"}}, "0", None),
        ({"type": "array", "items": {"type": "integer"}}, "x", False),
        ({"type": "string"}, ["a"], None),
        ({"type": "integer"}, [["b"]], False),
        (OBJECT, {"a": 1}, None),
        (OBJECT, '{"a": 1}', None),
        (OBJECT, {"a": "x"}, False),
    ],
)
@pytest.mark.parametrize("media_type", [FORM, MULTIPART])
def test_fields_are_judged_by_their_bytes(media_type: str, schema: Any, value: Any, verdict: Any) -> None:
    whole = {"type": "object", "properties": {"f": schema}, "required": ["f"]}
    made = operation(content={media_type: {"schema": whole}})
    assert with_body(made, media_type, {"f": value})[1] is verdict


def test_an_object_is_a_part_of_json() -> None:
    whole = {"type": "object", "properties": {"o": OBJECT}}
    made = operation(content={MULTIPART: {"schema": whole}})
    request, _ = with_body(made, MULTIPART, {"o": {"a": 1}})
    assert b'name="o"\r\nContent-Type: application/json\r\n\r\n{"a": 1}' in request.body


@pytest.mark.parametrize(
    ("encoding", "value", "body"),
    [
        ({"style": "deepObject"}, {"a": 1}, [("f[a]", "1")]),
        ({"style": "form", "explode": False}, [1, 2], [("f", "1,2")]),
        ({"style": "pipeDelimited", "explode": False}, [1, 2], [("f", "1|2")]),
        ({"explode": True}, {"a": 1, "b": 2}, [("a", "1"), ("b", "2")]),
    ],
)
def test_fields_have_the_style_of_their_encoding(encoding: Any, value: Any, body: Any) -> None:
    made = operation(content={FORM: {"schema": {"type": "object"}, "encoding": {"f": encoding}}})
    assert parse_qsl(with_body(made, FORM, {"f": value})[0].body.decode()) == body


@pytest.mark.parametrize(
    ("schema", "example", "is_sent"),
    [
        ({"type": "array", "items": {"type": "integer"}}, "1,2,3", False),
        ({"type": "integer"}, "five", False),
        ({"type": "string", "maxLength": 2}, "abc", False),
        ({"type": "integer"}, 4711, True),
    ],
)
def test_an_example_is_used_if_it_is_valid(schema: Any, example: Any, is_sent: bool) -> None:
    made = operation(parameter("p", "query", schema, example=example))
    assert any(drawn.parts.query.get("p") == example for drawn in made.boundary()) == is_sent
    told = ["an example of query parameter `p`: it violates its schema"]
    assert omitted(made) == ([] if is_sent else told)


@pytest.mark.parametrize("name", ["Content-Length", "Host", "transfer-encoding", "Connection"])
def test_headers_of_the_message_are_left_to_clients(name: str) -> None:
    made = operation(parameter(name, "header", {"type": "string"}, required=True))
    assert all(request.header(name) is None for _, request in requests(made))
    assert omitted(made) == [f"header parameter `{name}`: clients set it for each message themselves"]


def test_a_user_agent_is_sent_once() -> None:
    made = operation(parameter("user-agent", "header", {"type": "string", "enum": ["a"]}, required=True))
    agents = [
        [value for key, value in request.headers if key.lower() == "user-agent"]
        for _, request in requests(made)
    ]
    assert ["a"] in agents
    assert [] in agents
    assert all(len(found) < 2 for found in agents)


def test_a_missing_header_has_no_second_flaw() -> None:
    made = operation(
        parameter("X-A", "header", {"type": "integer"}, required=True),
        parameter("q", "query", {"type": "integer"}),
    )
    for drawn in made.random(1, 3_000):
        if any(flaw.kind == "missing" for flaw in drawn.flaws):
            assert len(drawn.flaws) == 1
            assert "X-A" not in drawn.parts.headers


@pytest.mark.parametrize("path", ["/é/x", "/a b", "/a?b=c", "/a#b", "/a%20b", "/日本"])
def test_any_path_is_one(path: str) -> None:
    for _, request in requests(operation(path=path)):
        assert request.target.isascii()
        assert unquote(request.target.partition("?")[0]) == unquote(path)


def test_path_parameters_that_the_document_forgets_are_told() -> None:
    made = operation(path="/a/{é}")
    assert made.is_able
    assert "{" not in unquote(requests(made)[0][1].target)
    assert "the document does not declare it" in omitted(made)[0]
    assert all(made.requests.verdicts(drawn)["path"] is None for drawn in made.boundary())


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^\p{L}+$", None),
        (r"^\p{Lu}\P{L}$", None),
        (r"^[\p{Nd}x]{2}$", None),
        (r"^\p{Script=Greek}$", None),
        (r"^(?<y>\d)-\k<y>$", None),
        (r"^a\cJb$", "a\nb"),
        (r"^\u{41}$", "A"),
    ],
)
def test_patterns_that_python_does_not_read_are_sent(pattern: str, text: str | None) -> None:
    made = operation(parameter("p", "query", {"type": "string", "pattern": pattern, "minLength": 1}))
    values = [
        drawn.parts.query["p"] for drawn in made.boundary() if not drawn.flaws and "p" in drawn.parts.query
    ]
    assert values
    assert text is None or text in values
    assert not [told for told in omitted(made) if "no text was found" in told]


def test_a_pattern_that_nobody_reads_is_told() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string", "pattern": r"^\p{Klingon}$"}}}
    made = operation(content={"application/json": {"schema": schema}})
    assert "property `x` of body application/json" in omitted(made)[0]


@pytest.mark.parametrize(("kind", "sent"), [("int", int), ("float", float), ("str", str)])
def test_a_type_that_is_none_is_sent_as_what_is_meant(kind: str, sent: type) -> None:
    made = operation(parameter("p", "query", {"type": kind}, required=True))
    first = next(iter(made.boundary()))
    assert isinstance(first.parts.query["p"], sent)
    assert all(made.requests.verdicts(drawn)["query"] is not True for drawn in [first])
    assert f"{kind!r} is not a type of JSON Schema" in omitted(made)[0]


def test_lists_in_cookies_and_content_of_parameters() -> None:
    made = operation(
        parameter("ids", "cookie", {"type": "array", "items": {"type": "integer"}}),
        {"name": "X-J", "in": "header", "content": {"application/json": {"schema": OBJECT}}},
        {"name": "t", "in": "query", "content": {"text/plain": {"schema": {"type": "string"}}}},
    )
    parts = Parts({}, {"t": "a b"}, {"X-J": {"a": 1}}, {"ids": [1, 2]}, ABSENT)
    drawn = GeneratedCase("POST /x", "POST", parts, None, "random")
    request = made.requests.wire(drawn)
    assert request.header("cookie") == "ids=1; ids=2"
    assert request.header("x-j") == '{"a": 1}'
    assert request.query == "t=a+b"
    assert made.requests.verdicts(drawn)["cookie"] is None


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "integer", "format": "int32"}, {2**31, -(2**31) - 1, 2**63}),
        ({"type": "integer", "format": "int64"}, {2**63, -(2**63) - 1}),
        ({"type": "integer"}, {2**31, 2**63, 2**64}),
        ({"type": "integer", "format": "int32", "minimum": 0}, {2**31, 2**63}),
    ],
)
def test_integers_overflow(schema: Any, values: set[int]) -> None:
    made = operation(content={"application/json": {"schema": schema}})
    assert values <= {drawn.parts.body for drawn in made.boundary() if isinstance(drawn.parts.body, int)}


def test_a_query_parameter_that_nobody_knows_is_sent() -> None:
    assert any("x-unknown" in request.query for _, request in requests(operation()))


def test_an_array_of_very_many_items_is_made_at_once() -> None:
    drawn = []
    made = operation(
        content={
            "application/json": {
                "schema": {"type": "array", "minItems": 100_000, "items": {"type": "string"}}
            }
        }
    )
    for case in made.boundary():
        if not case.flaws:
            drawn.append(case.parts.body)
    assert 1 <= len(drawn) < 10
    assert all(len(body) == 100_000 and len(set(body)) <= 300 for body in drawn if body is not ABSENT)


@pytest.mark.parametrize(
    ("media_type", "value", "query", "verdict"),
    [
        (FORM, {"a": 1}, "a=1", True),
        (FORM, {"a": "x"}, "a=x", False),
        ("application/json", {"a": 1}, "%7B%22a%22%3A%201%7D", True),
        ("text/plain", "a b", "a%20b", None),
    ],
)
def test_a_parameter_may_be_the_whole_query(media_type: str, value: Any, query: str, verdict: Any) -> None:
    schema = {"type": "string"} if media_type == "text/plain" else OBJECT
    made = operation(
        {"name": "all", "in": "querystring", "required": True, "content": {media_type: {"schema": schema}}},
        version="3.2.0",
    )
    drawn = GeneratedCase("POST /x", "POST", Parts({}, {"all": value}, {}, {}, ABSENT), None, "random")
    assert made.requests.wire(drawn).query == query
    assert made.requests.verdicts(drawn)["query"] is verdict
    assert omitted(made) == []


READ_ONLY = {"properties": {"id": {"type": "integer", "readOnly": True}}}
NEEDED = {"type": "object", "required": ["id", "name"], "properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#/components/schemas/Needed"}, READ_ONLY]},
        {"allOf": [READ_ONLY], **NEEDED},
        {"allOf": [{"allOf": [NEEDED]}, {"$ref": "#/components/schemas/ReadOnly"}]},
    ],
)
def test_what_one_part_requires_and_another_has_as_read_only_is_not_sent(schema: Any) -> None:
    content = {"application/json": {"schema": schema}}
    document = {
        "openapi": "3.1.0",
        "components": {"schemas": {"Needed": NEEDED, "ReadOnly": READ_ONLY}},
        "paths": {"/x": {"post": {"requestBody": {"content": content, "required": True}, "responses": {}}}},
    }
    made = OperationGenerator(Schemas(document), "POST /x")
    first = next(iter(made.boundary()))
    assert list(first.parts.body) == ["name"]
    assert made.requests.verdicts(first)["body"] is True


@pytest.mark.parametrize("place", ["query", "cookie"])
@pytest.mark.parametrize("value", [{"": None}, {"k": 1}, {}])
def test_an_object_in_the_place_of_a_text_may_arrive_as_nothing(place: str, value: Any) -> None:
    made = operation(parameter("session", place, {"type": "string", "enum": ["a"]}), method="get")
    parts = {"query": {}, "cookie": {}, place: {"session": value}}
    drawn = GeneratedCase(
        made.description.label, "GET", Parts({}, parts["query"], {}, parts["cookie"], ABSENT), None, "random"
    )
    assert made.requests.verdicts(drawn)[place] is None
