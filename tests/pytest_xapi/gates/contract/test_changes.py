"""Each change of a document is of the kind and class that it should be."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates.contract.compare import compare
from pytest_xapi.gates.contract.kinds import KINDS

CASES = runpy.run_path(str(Path(__file__).with_name("cases.py")))["cases"]()
NAMES = {kind.name for kind in KINDS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_has_its_class(case: Any) -> None:
    assert case.expected.keys() <= NAMES

    found = {change.kind: change.severity for change in compare(case.old, case.new)}

    assert found == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_compared_with_itself_has_not_changed(case: Any) -> None:
    assert compare(case.old, case.old) == []
    assert compare(case.new, case.new) == []


def test_each_kind_has_a_case() -> None:
    assert {kind for case in CASES for kind in case.expected} == NAMES


def test_ids_and_names_of_kinds_are_used_once() -> None:
    assert len({kind.rule for kind in KINDS}) == len(NAMES) == len(KINDS)
    assert [kind.rule for kind in KINDS] == sorted(kind.rule for kind in KINDS)


def schemas(**schemas: Any) -> dict[str, Any]:
    """A document with schemas; the first one is what both operations answer, and what one of them reads."""
    first = {"$ref": f"#/components/schemas/{next(iter(schemas))}"}
    body = {"content": {"application/json": {"schema": first}}}
    post = {"requestBody": body, "responses": {"200": body}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": body}}, "post": post}},
        "components": {"schemas": schemas},
    }


def test_a_change_of_a_component_is_found_once_with_all_operations_and_for_each_side() -> None:
    old = schemas(Item={"type": "object", "properties": {"size": {"type": "integer", "maximum": 5}}})
    new = schemas(Item={"type": "object", "properties": {"size": {"type": "integer", "maximum": 9}}})

    found = compare(old, new)

    assert [(change.severity, change.side, change.operations) for change in found] == [
        ("risky", "reader", ("GET /a", "POST /a")),
        ("safe", "writer", ("POST /a",)),
    ]
    assert {change.pointer for change in found} == {"/components/schemas/Item/properties/size/maximum"}
    assert found[0].message == "`Item.size` in a response: maximum is 9, was 5"


def test_the_worst_changes_come_first() -> None:
    old = schemas(Item={"type": "object", "required": ["a"], "properties": {"a": {}, "b": {}, "c": {}}})
    new = schemas(
        Item={"type": "object", "title": "I", "required": ["a", "b"], "properties": {"a": {}, "b": {}}}
    )

    classes = [change.severity for change in compare(old, new)]

    assert classes == sorted(classes, key=["breaking", "risky", "safe"].index)
    assert set(classes) == {"breaking", "risky", "safe"}


def test_what_is_gone_has_its_place_in_the_old_document() -> None:
    old = schemas(Item={"type": "object", "properties": {"a": {}, "b": {}}})
    new = schemas(Item={"type": "object", "properties": {"a": {}}})

    found = compare(old, new)[0]

    assert (found.document, found.pointer) == ("old", "/components/schemas/Item/properties/b")


def test_unions_that_hold_themselves_are_compared_to_their_end() -> None:
    def tree(leaf: dict[str, Any]) -> dict[str, Any]:
        reference = {"$ref": "#/components/schemas/Tree"}
        many = {"type": "array", "items": reference}
        return schemas(Tree={"anyOf": [many, {"type": "object", "additionalProperties": reference}, leaf]})

    old, new = tree({"type": "string", "maxLength": 5}), tree({"type": "string", "maxLength": 3})

    assert compare(old, old) == []
    assert {(change.kind, change.side) for change in compare(old, new)} == {
        ("limit-tightened", "writer"),
        ("limit-tightened", "reader"),
    }


def test_a_component_that_refers_to_itself_only_is_anything() -> None:
    loop = schemas(Loop={"$ref": "#/components/schemas/Loop"})
    deeper = schemas(Loop={"allOf": [{"$ref": "#/components/schemas/Loop"}]})

    assert compare(loop, loop) == []
    assert compare(loop, deeper) == []


def test_documents_that_are_hardly_any_are_compared_too() -> None:
    version = {"openapi": "3.1.0"}
    assert compare(version, version) == []
    assert compare(version | {"paths": {}}, version | {"paths": {"/a": {"$ref": "elsewhere.yaml"}}}) == []
    elsewhere = schemas(Item={"$ref": "elsewhere.yaml"})
    assert compare(elsewhere, elsewhere) == []


def test_path_items_behind_references_and_paths_that_differ_in_names_only_are_found() -> None:
    item = {"get": {"responses": {}}}
    other = {"put": {"responses": {}}}
    old = {"openapi": "3.1.0", "paths": {"/a/{x}": item, "/a/{y}": other}}
    new = {
        "openapi": "3.1.0",
        "paths": {"/a/{x}": {"$ref": "#/components/pathItems/A"}, "/a/{y}": other},
        "components": {"pathItems": {"A": item}},
    }
    assert compare(old, new) == []
