"""References: percent-encoded, chained, circular, with siblings, to anchors and to other files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xapi.openapi.reader import Document, DocumentError, Node, UnresolvedReference, read_file
from xapi.openapi.reader.references import References
from xapi.openapi.reader.versions import Version

CONTENT: dict[str, Any] = {
    "paths": {"/d/{id}": {"get": {"parameters": [{"name": "id", "in": "path"}]}}},
    "components": {
        "schemas": {
            "Page[Item]": {"type": "object"},
            "a/b~c": {"type": "string"},
            "100%": {"type": "number"},
            "Ü": {"type": "null"},
            "Anchored": {"$anchor": "here", "type": "integer"},
            "Identified": {"$id": "https://example.com/thing", "type": "boolean"},
            "Chain": {"$ref": "#/components/schemas/Link"},
            "Link": {"$ref": "#/components/schemas/Anchored", "description": "of the link"},
            "Loop": {"$ref": "#/components/schemas/Pool"},
            "Pool": {"$ref": "#/components/schemas/Loop"},
            "Self": {"$ref": "#/components/schemas/Self"},
        }
    },
}


@pytest.fixture(params=[(3, 0), (3, 1)], ids=["3.0", "3.1"])
def references(request: pytest.FixtureRequest) -> References:
    return References(CONTENT, Version(*request.param))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("#/paths/~1d~1%7Bid%7D/get/parameters/0", {"name": "id", "in": "path"}),
        ("#/paths/~1d~1{id}/get/parameters/0", {"name": "id", "in": "path"}),
        ("#/components/schemas/Page%5BItem%5D", {"type": "object"}),
        ("#/components/schemas/Page[Item]", {"type": "object"}),
        ("#/components/schemas/a~1b~0c", {"type": "string"}),
        ("#/components/schemas/100%25", {"type": "number"}),
        ("#/components/schemas/%C3%9C", {"type": "null"}),
        ("#here", {"$anchor": "here", "type": "integer"}),
        ("https://example.com/thing", {"$id": "https://example.com/thing", "type": "boolean"}),
        ("https://example.com/thing#/type", "boolean"),
        ("#", CONTENT),
    ],
)
def test_a_reference_leads_to_its_place(reference: str, expected: Any, references: References) -> None:
    assert references.target(reference).value == expected
    assert references.find(reference) is not None


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("#/components/schemas/Missing", "there is no 'Missing'"),
        ("#/paths/~1d~1{id}/get/parameters/1", "there is no '1'"),
        ("#/components/schemas/Page[Item]/type/x", "there is no 'x'"),
        ("#there", "names an anchor that no schema has"),
        ("common.yaml#/N", "leads to another document"),
    ],
)
def test_a_reference_that_leads_nowhere_says_why(reference: str, reason: str, references: References) -> None:
    with pytest.raises(UnresolvedReference, match=reason) as raised:
        references.target(reference)
    assert raised.value.reference == reference
    assert references.find(reference) is None


@pytest.mark.parametrize("name", ["Self", "Loop", "Pool"])
def test_a_reference_to_itself_ends(name: str, references: References) -> None:
    node = Node({"$ref": f"#/components/schemas/{name}"}, "", "")
    for follow in (references.follow, lambda node: references.follow_schema(node.value)):
        with pytest.raises(UnresolvedReference, match="leads back to itself"):
            follow(node)
    assert references.resolved(node) is node


def test_a_chain_leads_to_its_end(references: References) -> None:
    found = references.follow(Node({"$ref": "#/components/schemas/Chain"}, "/here", "name"))
    assert (found.pointer, found.name) == ("/components/schemas/Anchored", "name")


def test_what_stands_beside_a_reference_counts_as_the_version_says() -> None:
    schema = {"$ref": "#/components/schemas/Link", "type": "number", "description": "mine"}
    old, new = (References(CONTENT, Version(3, minor)) for minor in (0, 1))
    assert old.follow_schema(schema) == {"$anchor": "here", "type": "integer"}
    assert new.follow_schema(schema) == {"$anchor": "here", "type": "number", "description": "mine"}
    node = Node(schema, "", "")
    assert old.follow(node).get("description") is None
    assert new.follow(node).value == {"$anchor": "here", "type": "integer", "description": "mine"}


DEEP = {
    "N": {"$ref": "#/M"},
    "M": {"type": "array", "items": {"$ref": "../root.json#/components/schemas/Item"}},
}


def test_files_that_a_file_refers_to_are_read_with_it(tmp_path: Path) -> None:
    root = {
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "parts/paths.yaml#/~1a"}},
        "components": {"schemas": {"Item": {"type": "string"}, "N": {"$ref": "parts/common.json#/N"}}},
    }
    (tmp_path / "parts").mkdir()
    (tmp_path / "root.json").write_text(json.dumps(root))
    (tmp_path / "parts" / "common.json").write_text(json.dumps(DEEP))
    (tmp_path / "parts" / "paths.yaml").write_text(
        "/a:\n  get:\n    responses:\n      200:\n        content:\n          application/json:\n"
        "            schema: {$ref: 'common.json#/N'}\n"
    )
    document = Document(read_file(tmp_path / "root.json"))
    (operation,) = document.operations
    schema = operation.content(operation.responses["200"])["application/json"].child("schema")
    validator = document.schemas.validator(schema)
    assert validator.is_valid(["a"])
    assert not validator.is_valid([1])
    assert validator.is_valid([]) is document.schemas.validator(
        Node(None, "/components/schemas/N", "")
    ).is_valid([])


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "root.json").write_text('{"openapi": "3.1.0", "paths": {"/a": {"$ref": "gone.json"}}}')
    with pytest.raises(DocumentError, match=r"gone\.json: the document cannot be read: No such file"):
        read_file(tmp_path / "root.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 2020-01-01", {"version": "2020-01-01"}),
        ("on: yes\nno: off", {"on": "yes", "no": "off"}),
        ("200: {a: 1.5, b: 1e3, c: 0x1, d: ~}", {"200": {"a": 1.5, "b": 1000.0, "c": "0x1", "d": None}}),
        ("a: &x {b: true}\nc: {<<: *x}", {"a": {"b": True}, "c": {"b": True}}),
        ("\ufeffa: 1", {"a": 1}),
    ],
)
def test_yaml_is_read_as_the_data_of_json(text: str, expected: Any, tmp_path: Path) -> None:
    (tmp_path / "document.yml").write_text(text, encoding="utf-8")
    assert read_file(tmp_path / "document.yml") == expected


@pytest.mark.parametrize(("name", "text"), [("a.json", "{"), ("a.yaml", "a: ["), ("a.json", "[]")])
def test_a_file_that_is_no_document_is_named(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DocumentError, match=name):
        read_file(tmp_path / name)
