"""Responses against the app's document, and requests by the ids of its operations."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response

from xapi import XAPI, Cookie, Header, Query
from xapi.openapi.reader import Document, DocumentError
from xapi.testing import AsyncClient, ConformanceError, TestClient, assert_conforms
from xapi.testing.conformance import faults


class Item(BaseModel):
    name: str
    price: float


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "X-Count": {"required": True, "schema": {"type": "integer"}},
            "X-Tags": {"schema": {"type": "array", "items": {"type": "boolean"}}},
        }
    },
    404: {"description": "none", "content": {"text/plain": {"schema": {"type": "string", "maxLength": 4}}}},
    "5XX": {"description": "later"},
}
app = XAPI()
answers: list[Response] = []


@app.get("/items/{name}", operation_id="read_item", response_model=Item, responses=RESPONSES)
async def read_item(name: str) -> Any:
    return answers.pop()


@app.get("/hidden", include_in_schema=False)
async def hidden() -> str:
    return "hidden"


@app.get("/items/{name}/parts/{part:path}", operation_id="search")
async def search(
    name: str,
    part: str,
    day: datetime.date,
    tags: list[str] = Query(default=[]),
    x_token: str = Header(default=""),
    session: str = Cookie(default=""),
) -> dict[str, Any]:
    return {"name": name, "part": part, "day": day, "tags": tags, "token": x_token, "session": session}


@app.post("/items", operation_id="create_item")
async def create_item(item: Item) -> Item:
    return item


def answered(response: Response) -> Any:
    answers.append(response)
    return TestClient(app).get("/items/nail")


GOOD = {"name": "nail", "price": 1.5}


def test_a_body_that_is_documented_has_to_be_there() -> None:
    with pytest.raises(ConformanceError, match="there is no body, and application/json is documented"):
        assert_conforms(answered(Response(headers={"X-Count": "3"})))


def test_a_response_as_documented_conforms() -> None:
    assert_conforms(answered(JSONResponse(GOOD, headers={"X-Count": "3", "X-Tags": "true, false"})))
    assert_conforms(answered(PlainTextResponse("none", 404)))
    assert_conforms(answered(Response(status_code=503)))


@pytest.mark.parametrize(
    ("response", "faults"),
    [
        (JSONResponse(GOOD), ["the header 'X-Count' is missing"]),
        (
            JSONResponse(GOOD, headers={"X-Count": "many"}),
            ['the header \'X-Count\': as a whole: "many" is not of type "integer"'],
        ),
        (
            JSONResponse(GOOD, headers={"X-Count": "1", "X-Tags": "true,maybe"}),
            ['the header \'X-Tags\': /1: "maybe" is not of type "boolean"'],
        ),
        (
            JSONResponse({"name": "nail", "price": "x"}, headers={"X-Count": "1"}),
            ['the body: /price: "x" is not of type "number"'],
        ),
        (
            Response("{", media_type="application/json", headers={"X-Count": "1"}),
            ["the body: no JSON: Expecting property name enclosed in double quotes"],
        ),
        (
            PlainTextResponse("nail", headers={"X-Count": "1"}),
            ["the media type 'text/plain; charset=utf-8' is not documented, only application/json"],
        ),
        (PlainTextResponse("unknown", 404), ['the body: as a whole: "unknown" is longer than 4 characters']),
        (JSONResponse({}, 418), ["the status 418 is not documented, only 200, 404, 5XX, 422"]),
    ],
)
def test_what_does_not_conform_is_told(response: Response, faults: list[str]) -> None:
    with pytest.raises(ConformanceError) as caught:
        assert_conforms(answered(response))
    told = str(caught.value).splitlines()
    assert told[0] == f"GET /items/{{name}} answered {response.status_code}, not as documented:"
    assert len(told) == 1 + len(faults)
    for line, fault in zip(told[1:], faults, strict=True):
        assert line.strip().startswith(fault)


def test_a_request_that_is_not_documented_cannot_conform() -> None:
    with pytest.raises(ConformanceError, match="GET /hidden is not an operation of the document"):
        assert_conforms(TestClient(app).get("/hidden"))


def test_a_response_of_someone_else_is_refused() -> None:
    import httpx

    with pytest.raises(TypeError, match=r"assert_conforms\(\) takes a response of a TestClient"):
        assert_conforms(httpx.Response(200))


def test_a_client_checks_every_response_of_a_documented_operation() -> None:
    client = TestClient(app, check_responses=True)
    assert client.get("/hidden").json() == "hidden"
    assert client.get("/nowhere").status_code == 404
    answers.extend([JSONResponse({}), JSONResponse({}), JSONResponse({})])
    with pytest.raises(ConformanceError, match="the header 'X-Count' is missing"):
        client.get("/items/nail")
    with pytest.raises(ConformanceError, match="the header 'X-Count' is missing"):
        client.get("/items/nail", auth=("a", "b"))
    with pytest.raises(ConformanceError), client.stream("GET", "/items/nail"):
        pytest.fail("the stream does not conform")


@pytest.mark.anyio
async def test_an_asynchronous_client_checks_every_response() -> None:
    async with AsyncClient(app, check_responses=True) as client:
        answers.append(JSONResponse({}))
        with pytest.raises(ConformanceError):
            await client.get("/items/nail")
        answers.append(JSONResponse(GOOD, headers={"X-Count": "3"}))
        assert_conforms(await client.get("/items/nail"))


def test_the_root_path_is_no_part_of_a_documented_path() -> None:
    answers.append(JSONResponse(GOOD, headers={"X-Count": "3"}))
    assert_conforms(TestClient(app, root_path="/api").get("/items/nail"))


def test_an_operation_is_called_by_its_id() -> None:
    client = TestClient(app)
    response = client.call(
        "search",
        name="a b",
        part="x/y",
        day=datetime.date(2026, 1, 2),
        tags=["1", "2"],
        x_token="t",
        session="s",
        timeout=60,
    )
    assert response.json() == {
        "name": "a b",
        "part": "x/y",
        "day": "2026-01-02",
        "tags": ["1", "2"],
        "token": "t",
        "session": "s",
    }
    created = client.call("create_item", json=Item(name="nail", price=2))
    assert created.json() == {"name": "nail", "price": 2.0}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            ("read_itme", {}),
            LookupError,
            "the document has no operation 'read_itme'; there is: read_item, create_item",
        ),
        (
            ("read_item", {"name": "x", "size": 1}),
            TypeError,
            "read_item (GET /items/{name}) has no parameter 'size'; its parameters are: name",
        ),
        (("read_item", {}), TypeError, "read_item (GET /items/{name}) needs the parameter 'name', in path"),
    ],
)
def test_a_call_that_cannot_be_is_told(call: Any, error: type[Exception], message: str) -> None:
    operation_id, parameters = call
    with pytest.raises(error) as caught:
        TestClient(app).call(operation_id, **parameters)
    assert str(caught.value) == message


def test_an_app_without_document_has_no_operations_to_call() -> None:
    with pytest.raises(DocumentError, match="has no OpenAPI document"):
        TestClient(Starlette()).call("anything")


@pytest.mark.anyio
async def test_the_asynchronous_client_calls_operations_too() -> None:
    async with AsyncClient(app) as client:
        response = await client.call("create_item", json=Item(name="nail", price=2))
        assert response.json() == {"name": "nail", "price": 2.0}


class Described:
    """An app with a document of its own."""

    def __init__(self, operation: dict[str, Any], answer: Response) -> None:
        self.document = {"openapi": "3.2.0", "paths": {"/": {"get": operation}}}
        self.answer = answer

    def openapi(self) -> dict[str, Any]:
        return self.document

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.answer(scope, receive, send)


def test_each_line_of_json_lines_conforms_or_is_told() -> None:
    content = {"application/jsonl": {"itemSchema": {"type": "integer"}}}
    operation = {"responses": {"200": {"description": "numbers", "content": content}}}
    assert_conforms(
        TestClient(Described(operation, Response("1\n2\n", media_type="application/jsonl"))).get("/")
    )
    wrong = Described(operation, Response('1\n"two"\n', media_type="application/jsonl"))
    with pytest.raises(
        ConformanceError, match=r'line 2 of the body: as a whole: "two" is not of type "integer"'
    ):
        assert_conforms(TestClient(wrong).get("/"))


def test_a_document_without_ids_says_so() -> None:
    with pytest.raises(LookupError, match=r"no operation 'read'; there is: no operation has an id"):
        TestClient(Described({"responses": {}}, Response())).call("read")


@pytest.mark.parametrize(
    ("version", "operation", "may_be_any"),
    [
        ("3.0.3", {}, False),
        ("3.1.0", {}, True),
        ("3.2.0", {}, True),
        ("3.1.0", {"responses": {}}, True),
        ("3.1.0", {"responses": {"x-note": "later"}}, True),
        ("3.1.0", {"responses": {"200": {"description": "ok"}}}, False),
    ],
)
def test_no_answer_is_undescribed_where_an_operation_need_not_describe_any(
    version: str, operation: Any, may_be_any: bool
) -> None:
    document = Document({"openapi": version, "paths": {"/a": {"get": operation}}})
    told = faults(document, document.operations[0], 418, [("content-type", "text/plain")], b"tea")
    assert [fault.kind for fault in told] == ([] if may_be_any else ["status"])


def test_a_response_has_nothing_to_conform_to_where_none_is_described() -> None:
    app = Described({}, PlainTextResponse("tea", 418))
    message = "GET / describes no `responses` in the document, so a response has nothing to conform to"
    with pytest.raises(ConformanceError, match=message):
        assert_conforms(TestClient(app).get("/"))
    assert TestClient(app, check_responses=True).get("/").status_code == 418


@pytest.mark.parametrize("media_type", ["text/xml", "application/xml", "text/yaml", "text/x-yaml"])
def test_what_xml_and_yaml_hold_is_not_held_to_a_schema(media_type: str) -> None:
    content = {media_type: {"schema": {"type": "object", "required": ["id"]}}}
    document = {"paths": {"/a": {"get": {"responses": {"200": {"description": "ok", "content": content}}}}}}
    operation = Document({"openapi": "3.1.0", **document})
    assert faults(operation, operation.operations[0], 200, [("content-type", media_type)], b"id: 1") == []


@pytest.mark.parametrize(
    ("schema", "body", "conforms"),
    [
        ({"type": "integer"}, b"5", True),
        ({"type": "integer", "minimum": 6}, b"5", False),
        ({"type": "number"}, b"1.5", True),
        ({"type": "boolean"}, b"true", True),
        ({"type": "integer"}, b"five", False),
        ({"type": "string"}, b"5", True),
        ({"type": "object"}, b"{}", False),
    ],
)
def test_a_text_is_read_as_the_type_that_is_documented(
    schema: dict[str, Any], body: bytes, conforms: bool
) -> None:
    responses = {"200": {"description": "Fine", "content": {"text/plain": {"schema": schema}}}}
    content = {"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": {"responses": responses}}}}
    document = Document(content)
    found = faults(document, document.operations[0], 200, [("content-type", "text/plain")], body)
    assert (found == []) is conforms
