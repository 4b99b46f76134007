"""Links that follow from what values are, whatever parameters and properties are called."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_xapi.fuzz.generation import linking
from xapi.openapi.reader import Document

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
UUID = {"type": "string", "format": "uuid"}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def searched(
    wanted: Any, answer: Any, sent: Any = None, name: str = "number", method: str = "post"
) -> tuple[list[linking.Found], linking.Unlinked]:
    maker: dict[str, Any] = {
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": answer}}}}
    }
    if sent is not None:
        maker["requestBody"] = {"content": {"application/json": {"schema": sent}}}
    parameter = {"name": name, "in": "path", "required": True, "schema": wanted}
    reader = {"parameters": [parameter], "responses": {"200": {"description": ""}}}
    document = Document(
        {
            "openapi": "3.1.0",
            "info": {"title": "things", "version": "1"},
            "paths": {"/things": {method: maker}, f"/things/{{{name}}}": {"get": reader}},
            "components": {"schemas": {"Id": UUID, "Thing": thing(id=NUMBER, title=TEXT)}},
        }
    )
    return linking.search(list(document.operations), set())


@pytest.mark.parametrize(
    ("wanted", "answer", "sent", "name", "pointer"),
    [
        (NUMBER, thing(id=NUMBER, title=TEXT), None, "number", "/id"),
        (NUMBER, thing(title=TEXT, serial=NUMBER), None, "number", "/serial"),
        (NUMBER, thing(id=NUMBER, stock=NUMBER, number=NUMBER), None, "number", "/number"),
        (NUMBER, thing(stock=NUMBER, made=NUMBER), thing(stock=NUMBER), "which", "/made"),
        (NUMBER, {"$ref": "#/components/schemas/Thing"}, None, "thing", "/id"),
        (UUID, thing(name=TEXT, reference=UUID, code=TEXT), None, "item", "/reference"),
        (
            UUID,
            thing(ID={"$ref": "#/components/schemas/Id"}, owner_id=UUID),
            thing(owner_id=UUID),
            "x",
            "/ID",
        ),
        (TEXT, thing(title=TEXT, slug=TEXT), thing(title=TEXT), "article", "/slug"),
        (TEXT, thing(title=TEXT, slug=TEXT), thing(title=TEXT), "slug", "/slug"),
        (TEXT, thing(user_name=TEXT, mail=TEXT), None, "userName", "/user_name"),
        (NUMBER, thing(id={"anyOf": [NUMBER, {"type": "null"}]}), None, "number", "/id"),
        (NUMBER, {"type": "array", "items": thing(id=NUMBER)}, None, "number", "/0/id"),
        (NUMBER, thing(items={"type": "array", "items": thing(id=NUMBER)}), None, "number", "/items/0/id"),
        (NUMBER, thing(data=thing(id=NUMBER, title=TEXT)), None, "number", "/data/id"),
        (NUMBER, thing(**{"a/b": NUMBER}), None, "number", "/a~1b"),
    ],
)
def test_a_parameter_takes_the_value_that_is_of_its_type(
    wanted: Any, answer: Any, sent: Any, name: str, pointer: str
) -> None:
    found, unlinked = searched(wanted, answer, sent, name)
    assert found == [
        linking.Found("POST /things", "201", f"GET /things/{{{name}}}", name, pointer),
    ]
    assert not unlinked


@pytest.mark.parametrize(
    ("wanted", "answer", "reason"),
    [
        (NUMBER, thing(title=TEXT), linking.NO_VALUE),
        (NUMBER, thing(done=FLAG), linking.NO_VALUE),
        (UUID, thing(id=TEXT), linking.NO_VALUE),
        (NUMBER, NUMBER, linking.NO_VALUE),
        (NUMBER, True, linking.NO_VALUE),
        (NUMBER, {"$ref": "#/components/schemas/Nothing"}, linking.NO_VALUE),
        (NUMBER, thing(stock=NUMBER, price=NUMBER), linking.SEVERAL.format("price, stock")),
    ],
)
def test_what_has_no_link_has_a_reason(wanted: Any, answer: Any, reason: str) -> None:
    found, unlinked = searched(wanted, answer)
    assert not found
    assert unlinked == {("GET /things/{number}", "number"): reason}


def test_what_the_client_sends_is_no_identifier() -> None:
    book = thing(title=TEXT, pages=NUMBER)
    assert searched(NUMBER, book, book) == ([], {("GET /things/{number}", "number"): linking.NO_VALUE})
    (link,) = searched(NUMBER, thing(title=TEXT, pages=NUMBER, shelf=NUMBER), book)[0]
    assert (link.pointer, link.is_guess) == ("/shelf", True)


def test_a_list_gives_values_too() -> None:
    found, _ = searched(NUMBER, {"type": "array", "items": thing(id=NUMBER)}, method="get")
    assert [link.source for link in found] == ["GET /things"]


def test_values_that_the_document_names_need_no_link() -> None:
    assert searched({"enum": [1, 2]}, thing(id=NUMBER)) == ([], {})


def test_a_response_that_is_referred_to_is_linked_for_its_operation_alone() -> None:
    made = {"description": "", "content": {"application/json": {"schema": thing(id=NUMBER)}}}
    reader = {
        "parameters": [{"name": "number", "in": "path", "required": True, "schema": NUMBER}],
        "responses": {"200": {"description": ""}},
    }
    content = {
        "openapi": "3.1.0",
        "info": {"title": "things", "version": "1"},
        "paths": {
            "/things": {"post": {"responses": {"201": {"$ref": "#/components/responses/Made"}}}},
            "/things/{number}": {"get": reader},
        },
        "components": {"responses": {"Made": made}},
    }
    operations = list(Document(content).operations)
    links, _ = linking.search(operations, set())
    linking.add(content, links, operations)
    (link,) = content["paths"]["/things"]["post"]["responses"]["201"]["links"].values()
    assert link["parameters"] == {"path.number": "$response.body#/id"}
    assert link["operationRef"] == "#/paths/~1things~1{number}/get"
    assert "links" not in made


def test_what_a_client_has_named_is_linked_by_all_parts_of_its_path() -> None:
    def operation(*names: str) -> dict[str, Any]:
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
        return {"parameters": parameters, "responses": {"204": {"description": ""}}}

    content = {
        "openapi": "3.1.0",
        "info": {"title": "things", "version": "1"},
        "paths": {
            "/boxes/{box}/things/{thing}": {
                "put": operation("box", "thing"),
                "get": operation("box", "thing"),
            },
            "/boxes/{box}/things/{thing}/parts/{part}": {"get": operation("box", "thing", "part")},
        },
    }
    operations = list(Document(content).operations)
    found, reasons = linking.search(operations, set())
    assert set(reasons) == {("GET /boxes/{box}/things/{thing}/parts/{part}", "part")}
    linking.add(content, found, operations)
    links = content["paths"]["/boxes/{box}/things/{thing}"]["put"]["responses"]["204"]["links"]
    assert len(links) == 2
    for link in links.values():
        assert link["parameters"] == {
            "path.box": "$request.path.box",
            "path.thing": "$request.path.thing",
        }
