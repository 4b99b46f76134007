"""One document, one meaning: clients, gates, contract, rules and property tests know the same operations.

The documents are those that readers of their own used to disagree about: references of every form, path items
that are referred to, parameters that replace each other, and parts that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.fuzz.collection import documents as fuzzed
from pytest_xapi.fuzz.generation import Schemas
from pytest_xapi.fuzz.generation.description import describe
from pytest_xapi.gates import coverage
from pytest_xapi.gates.contract.compare import compare
from pytest_xapi.gates.rules import gate
from pytest_xapi.gates.tables import Table
from xapi.openapi.reader import Document
from xapi.openapi.reader.checking import Area
from xapi.testing import TestClient

Known = dict[str, set[str]]
"""The parameters that are known, by the operation's label."""

OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}}}
FIRST = {"name": "first", "in": "query", "schema": {"type": "integer"}}
SECOND = {"name": "second", "in": "query", "schema": {"type": "string"}}


def content(paths: Any, version: str = "3.1.0", **components: Any) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": components,
    }


def operation(operation_id: str, *parameters: Any) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": list(parameters), "responses": OK}


DOCUMENTS: dict[str, tuple[dict[str, Any], Known]] = {
    "a path item that is referred to": (
        content(
            {"/a": {"$ref": "#/components/pathItems/A"}},
            pathItems={"A": {"get": operation("a", FIRST), "parameters": [SECOND]}},
        ),
        {"GET /a": {"first", "second"}},
    ),
    "a path item that refers to another path": (
        content(
            {"/a~b": {"get": operation("a", FIRST)}, "/c": {"$ref": "#/paths/~1a~0b", "put": operation("c")}}
        ),
        {"GET /a~b": {"first"}, "GET /c": {"first"}, "PUT /c": set()},
    ),
    "a reference through the path of an operation": (
        content(
            {
                "/d/{id}": {"get": operation("d", {"name": "id", "in": "path", "schema": {}}, FIRST)},
                "/e": {"get": operation("e", {"$ref": "#/paths/~1d~1%7Bid%7D/get/parameters/1"})},
            }
        ),
        {"GET /d/{id}": {"id", "first"}, "GET /e": {"first"}},
    ),
    "a reference to a reference": (
        content(
            {"/a": {"get": operation("a", {"$ref": "#/components/parameters/A%5B1%5D"})}},
            parameters={"A[1]": {"$ref": "#/components/parameters/B"}, "B": FIRST},
        ),
        {"GET /a": {"first"}},
    ),
    "a parameter that replaces that of the path": (
        content({"/a": {"parameters": [FIRST, SECOND], "get": operation("a", {**FIRST, "schema": {}})}}),
        {"GET /a": {"first", "second"}},
    ),
    "a reference to itself": (
        content(
            {"/a": {"get": operation("a", {"$ref": "#/components/parameters/A"}, FIRST)}},
            parameters={"A": {"$ref": "#/components/parameters/A"}},
        ),
        {"GET /a": {"first"}},
    ),
    "a reference to another document": (
        content({"/a": {"get": operation("a", {"$ref": "common.yaml#/N"}, FIRST)}, "/b": {"$ref": "b.yaml"}}),
        {"GET /a": {"first"}},
    ),
    "what is not an operation beside one": (
        content({"x-a": 1, "/n": None, "/a": {"get": operation("a", FIRST), "put": None, "x-get": {}}}),
        {"GET /a": {"first"}},
    ),
    "a method of 3.2 in 3.2": (
        content({"/a": {"query": operation("a", FIRST)}}, "3.2.0"),
        {"QUERY /a": {"first"}},
    ),
}


@pytest.fixture(params=list(DOCUMENTS.values()), ids=list(DOCUMENTS))
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Known]:
    found: tuple[dict[str, Any], Known] = deepcopy(request.param)
    return found


class App:
    """An app that shows a document and answers everything."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self._shown = shown

    def openapi(self) -> dict[str, Any]:
        return self._shown

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'""'})


def of_clients(shown: dict[str, Any]) -> Known:
    """By what `client.call` says of a parameter that it does not know."""
    known: Known = {}
    with TestClient(App(shown)) as client:
        for item in Document(shown).operations:
            with pytest.raises(TypeError) as raised:
                client.call(item.operation_id or "", none_of_these=1)
            found = re.search(r"its parameters are: ([\w, ]*)", str(raised.value))
            assert found is not None
            known[item.label] = set(found[1].split(", ")) - {"none"}
    return known


def of_gates(shown: dict[str, Any]) -> Known:
    """By what is not covered of an app that was never asked."""
    settings = coverage.CoverageSettings(
        fail_under={"operations": 100.0, "parameters": 100.0}, tags={}, allow=()
    )
    app = {"document": shown, "under_test": True, "places": {}, "operations": {}, "undeclared": {}}
    known: Known = {}
    for problem in coverage.judge(settings, {"apps": {"Things": app}}).problems:
        if problem.rule in ("XG101", "XG103"):
            assert problem.operation is not None
            points = re.findall(r"^\w+ (\w+) (?:given|left out)$", problem.details, re.MULTILINE)
            known.setdefault(problem.operation, set()).update(points)
    return known


def flattened(document: Document) -> dict[str, Any]:
    """Its operations as property tests have them, those too that cannot be called."""
    checked = document.checked
    paths: dict[str, Any] = {}
    for item in document.operations:
        paths.setdefault(item.path, {})[item.method.lower()] = dict(checked[item.label].content)
    return {**document.content, "paths": paths}


def of_contract(shown: dict[str, Any]) -> Known:
    """By what is new beside a document without paths, and in each operation beside one without parameters."""
    known: Known = {label: set() for change in compare(content({}), shown) for label in change.operations}
    bare = flattened(Document(shown))
    for item in bare["paths"].values():
        for described in item.values():
            described["parameters"] = [one for one in described["parameters"] if one["in"] == "path"]
    for label in known:
        known[label] = {
            parameter.name for parameter in (Document(bare).operation(label) or pytest.fail(label)).parameters
        }
    for change in compare(bare, shown):
        if change.kind == "optional-parameter-added":
            (name,) = re.findall("`(.*)`", change.message)
            for label in change.operations:
                known[label].add(name)
    return known


def of_property_tests(shown: dict[str, Any]) -> Known:
    """By what the generator draws values for."""
    document = fuzzed.read(App(shown), lambda request: pytest.fail("it says its document itself"))
    whole = flattened(document)
    return {
        item.label: {parameter.name for parameter in describe(Schemas(whole), item.label).parameters}
        for item in Document(whole).operations
    }


@pytest.mark.parametrize("reader", [of_clients, of_gates, of_contract, of_property_tests])
def test_everyone_knows_the_same_operations_and_parameters(
    reader: Callable[[dict[str, Any]], Known], case: tuple[dict[str, Any], Known]
) -> None:
    shown, expected = case
    assert reader(shown) == expected


def test_rules_look_at_the_same_operations_and_parameters(case: tuple[dict[str, Any], Known]) -> None:
    shown, expected = case
    values = {"severity": {"operation-tags": "note"}, "naming": {"parameter": "-"}}
    findings = gate.findings(shown, gate.read(Table("tool.xapi.gate.rules", values, Path())))
    untagged = {finding.operation for finding in findings if finding.rule == "operation-tags"}
    named = {
        re.findall("`(.*)`", finding.message)[0] for finding in findings if finding.rule == "parameter-naming"
    }
    # What several paths refer to is found once, at the first of them.
    assert untagged - {None} <= expected.keys()
    assert {label.partition(" ")[0] for label in expected} == {
        str(label).partition(" ")[0] for label in untagged
    }
    assert named == set().union(*expected.values())


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a reference to itself", ["/paths/~1a/get/parameters/0"]),
        ("a reference to another document", ["/paths/~1b", "/paths/~1a/get/parameters/0"]),
        ("what is not an operation beside one", ["/paths/~1n", "/paths/~1a/put"]),
    ],
)
def test_a_gate_names_what_it_cannot_read(name: str, parts: list[str]) -> None:
    shown, _ = DOCUMENTS[name]
    settings = coverage.CoverageSettings(fail_under={}, tags={}, allow=())
    app = {"document": shown, "under_test": True, "places": {}, "operations": {}, "undeclared": {}}
    verdict = coverage.judge(settings, {"apps": {"Things": app}})
    assert not verdict.passed
    assert [problem.pointer for problem in verdict.problems if problem.rule == "XG108"] == parts


@pytest.mark.parametrize(
    ("described", "part"),
    [
        ({"parameters": {"name": "a"}}, "/parameters"),
        (
            {"parameters": [{"name": "a", "in": "query", "schema": {"$ref": "#/nowhere"}}]},
            "/parameters/0/schema",
        ),
        ({"parameters": [{"name": "a", "in": "query", "required": "yes"}]}, "/parameters/0/required"),
        ({"requestBody": {"content": ["application/json"]}}, "/requestBody/content"),
        ({"requestBody": {"content": {"application/json": {"schema": "Note"}}}}, None),
        ({"responses": {"twohundred": {"description": ""}}}, "/responses/twohundred"),
        ({"responses": {"200": {"description": "", "content": {"text/plain": "text"}}}}, None),
    ],
)
def test_gates_clients_and_property_tests_name_the_same_part_that_cannot_be_used(
    described: dict[str, Any], part: str | None
) -> None:
    shown = content({"/a": {"post": {"operationId": "a", "responses": OK, **described}}})
    document = Document(shown)
    (problem,) = (
        problem
        for area in (Area.REQUEST, Area.RESPONSE)
        for problem in document.checked["POST /a"].problems[area]
    )
    assert part is None or problem.pointer == f"/paths/~1a/post{part}"
    settings = coverage.CoverageSettings(fail_under={}, tags={}, allow=())
    app = {"document": shown, "under_test": True, "places": {}, "operations": {}, "undeclared": {}}
    named = [(one.rule, one.pointer) for one in coverage.judge(settings, {"apps": {"Things": app}}).problems]
    assert named == [("XG108", problem.pointer)]
    if problem in document.checked["POST /a"].problems[Area.REQUEST]:
        with TestClient(App(shown)) as client, pytest.raises(TypeError, match=re.escape(str(problem))):
            client.call("a", none_of_these=1)


def test_a_document_without_operations_is_not_covered() -> None:
    settings = coverage.CoverageSettings(fail_under={"operations": 100.0}, tags={}, allow=())
    app = {"document": content({}), "under_test": True, "places": {}, "operations": {}, "undeclared": {}}
    verdict = coverage.judge(settings, {"apps": {"Things": app}})
    assert not verdict.passed
    assert [problem.rule for problem in verdict.problems] == ["XG108"]
