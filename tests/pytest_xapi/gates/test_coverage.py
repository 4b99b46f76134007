"""The gate `coverage`: each rule fails where a test is missing, and passes on its twin that has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Gate = Callable[..., Any]

APP = """
    from typing import Annotated, Literal
    from pydantic import BaseModel
    from xapi import XAPI, Depends, HTTPException, Query
    from xapi.security import HTTPBearer

    app = XAPI(title="Shop")

    class Item(BaseModel):
        kind: Literal["cup", "pot"]
        note: str | None

    @app.get("/items/{number}", tags=["items"], responses={404: {"description": "There is none."}})
    def item(number: int, depth: Annotated[int, Query(ge=1, le=9)] = 2) -> Item:
        if number > 2:
            raise HTTPException(404)
        return Item(kind="cup" if number == 1 else "pot", note=None if number == 1 else "a note")

    @app.get("/me", tags=["people"], responses={401: {"description": "Who are you?"}})
    def me(token: Annotated[object, Depends(HTTPBearer())]) -> str:
        return "me"

    @app.post("/notes", tags=["notes"], status_code=201)
    def note(note: Item) -> None:
        pass
"""
WHOLE = [
    'client.get("/items/1", params={"depth": 1})',
    'client.get("/items/2", params={"depth": 9})',
    'client.get("/items/3")',
    'client.get("/items/x")',
    'client.get("/me")',
    'client.get("/me", headers={"authorization": "Bearer t"})',
    'client.post("/notes", json={"kind": "cup", "note": None})',
    'client.post("/notes", json={})',
]
ALL = "[tool.xapi.gate.coverage]\nfail-under = 100\n"


def calling(*requests: str) -> str:
    return "def test_all(client):\n" + "".join(f"    {request}\n" for request in requests)


def without(*requests: str) -> str:
    return calling(*(request for request in WHOLE if request not in requests))


def test_all_that_can_be_covered_is_covered_by_a_request_for_each(gate: Gate) -> None:
    run = gate(APP, calling(*WHOLE), ALL)
    assert run.problems("coverage") == []
    assert run.verdict("coverage").passed
    assert run.result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("left_out", "rule", "missing"),
    [
        (WHOLE[6:], "XG101", "no test sends a request to it"),
        (WHOLE[2:3], "XG102", "statuses: 404"),
        (WHOLE[0:1], "XG103", "parameters: query depth at 1"),
        (WHOLE[1:2], "XG103", "parameters: query depth at 9"),
        (WHOLE[2:4], "XG103", "parameters: query depth left out"),
        (WHOLE[7:], "XG104", "media-types: 422 application/json"),
        (WHOLE[4:5], "XG105", "security: without credentials"),
        (WHOLE[5:6], "XG105", "security: with credentials"),
        (WHOLE[1:2], "XG106", "response-branches: 200 /kind = 'pot', 200 /note is string"),
        (WHOLE[0:1], "XG106", "response-branches: 200 /kind = 'cup', 200 /note is null"),
    ],
)
def test_each_rule_tells_what_no_test_covers(
    gate: Gate, left_out: list[str], rule: str, missing: str
) -> None:
    run = gate(APP, without(*left_out), ALL)
    found = {problem.rule: problem for problem in run.problems("coverage")}
    assert found[rule].message == f"not covered: {missing}"
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_problem_has_operation_pointer_and_the_line_of_the_handler(gate: Gate) -> None:
    run = gate(APP, without(WHOLE[2]), ALL)
    (problem,) = run.problems("coverage")
    assert problem.operation == "GET /items/{number}"
    assert problem.pointer == "/paths/~1items~1{number}/get"
    assert (problem.place.file, problem.place.line) == ("main.py", 13)
    run.result.stdout.fnmatch_lines(
        ["error XG102 GET /items/{number} (main.py:13): not covered: statuses: 404"]
    )


def test_without_settings_every_operation_has_to_be_requested(gate: Gate) -> None:
    run = gate(APP, calling('client.get("/me")'))
    assert run.rules("coverage") == ["XG101", "XG101"]
    assert run.verdict("coverage").figure == "operations 33.3 %"
    assert gate(APP, calling(WHOLE[0], WHOLE[4], WHOLE[6])).verdict("coverage").passed


def test_an_app_that_is_set_and_never_asked_for_is_not_covered_at_all(gate: Gate) -> None:
    run = gate(APP, "def test_nothing(): pass")
    assert run.rules("coverage") == ["XG101", "XG101", "XG101"]


def test_dimensions_have_thresholds_of_their_own(gate: Gate) -> None:
    settings = "[tool.xapi.gate.coverage.fail-under]\noperations = 100\nstatuses = {}\n"
    run = gate(APP, without(WHOLE[2]), settings.format(80))
    assert (run.verdict("coverage").figure, run.verdict("coverage").threshold) == (
        "operations 100 %, statuses 85.7 %",
        "100 %, 80 %",
    )
    assert run.verdict("coverage").passed
    assert not gate(APP, without(WHOLE[2]), settings.format(90)).verdict("coverage").passed


def test_a_tag_has_thresholds_of_its_own(gate: Gate) -> None:
    settings = "[tool.xapi.gate.coverage]\nfail-under = 0\ntags = {%s = {statuses = 100}}\n"
    assert gate(APP, without(WHOLE[2]), settings % "people").verdict("coverage").passed
    run = gate(APP, without(WHOLE[2], WHOLE[4]), settings % "items")
    assert [(problem.rule, problem.operation) for problem in run.problems("coverage")] == [
        ("XG102", "GET /items/{number}")
    ]


def test_a_tag_that_no_operation_has_is_an_error(gate: Gate) -> None:
    run = gate(APP, calling(*WHOLE), "[tool.xapi.gate.coverage.tags.item]\nstatuses = 1\n")
    (problem,) = run.problems("coverage")
    assert (problem.rule, problem.message) == (
        "XG107",
        "[tool.xapi.gate.coverage.tags] has 'item', which is the tag of no operation; "
        "there are items, notes, people",
    )


def test_what_is_allowed_need_not_be_covered(gate: Gate) -> None:
    allow = '[tool.xapi.gate.coverage]\nfail-under = {{operations = 100, statuses = 100}}\nallow = ["{}"]\n'
    for entry in ("GET /items/{number}: 404", "GET /items/{number}", "GET *: 4*"):
        assert gate(APP, without(WHOLE[2]), allow.format(entry)).verdict("coverage").passed, entry
    assert gate(APP, without(WHOLE[2]), allow.format("GET /me")).rules("coverage") == ["XG102"]


@pytest.mark.parametrize("entry", ["GET /item", "GET /me: 500"])
def test_an_allowance_for_nothing_is_an_error(gate: Gate, entry: str) -> None:
    run = gate(APP, calling(*WHOLE), f'[tool.xapi.gate.coverage]\nallow = ["{entry}"]\n')
    (problem,) = run.problems("coverage")
    assert (problem.rule, problem.message) == (
        "XG107",
        f"`allow` of [tool.xapi.gate.coverage] has {entry!r}, which is nothing in the document",
    )


def test_a_table_shows_each_operation_and_what_is_missing(gate: Gate) -> None:
    run = gate(APP, without(WHOLE[2], WHOLE[6], WHOLE[7]))
    run.result.stdout.fnmatch_lines(
        [
            "operation * statuses * parameters * media-types * security * response-branches * missing",
            "GET /items/{number} * 2/3 * 5/5 * 2/2 *4/4 * 404",
            "GET /me * 2/2 * 2/2",
            "POST /notes * 0/2 * 0/3 * never requested",
            "TOTAL * 4/7 * operations requested: 2/3",
        ]
    )
