"""The sequence of the cases: what it follows from, and what answers change in it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

from pytest_xapi.fuzz.generation import Hints, Observations, OperationGenerator, Schemas
from pytest_xapi.fuzz.generation.model import Raw
from pytest_xapi.fuzz.generation.stored import as_data, from_data
from pytest_xapi.fuzz.model.wire import WireResponse

ITEM = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "kind": {"enum": ["a", "b", "c"]},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "code": {"type": "string", "pattern": "^[a-z]{2,}$"},
        "file": {"type": "string", "format": "binary"},
    },
    "required": ["name", "kind"],
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/items": {
            "post": {
                "parameters": [
                    {"name": "cursor", "in": "query", "schema": {"type": "string"}},
                    {"name": "X-Size", "in": "header", "schema": {"type": "integer"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": ITEM}}, "required": True},
                "responses": {},
            }
        }
    },
}
LABEL = "POST /items"
OK = (("content-type", "application/json"),)


def generator() -> OperationGenerator:
    return OperationGenerator(Schemas(DOCUMENT), LABEL)


def digest() -> str:
    """Of all that is drawn."""
    made = generator()
    drawn = [*made.boundary(), *made.random(7, 300)]
    return hashlib.sha256(json.dumps([as_data(case) for case in drawn]).encode()).hexdigest()


def test_the_cases_are_the_same_in_each_process() -> None:
    code = "import test_sequence; print(test_sequence.digest())"
    folder = os.path.dirname(__file__)
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([folder, *sys.path])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    }
    assert found == {digest()}


def test_a_case_follows_from_the_seed_and_its_number_alone() -> None:
    few, many = list(generator().random(3, 50)), list(generator().random(3, 200))
    assert many[:50] == few
    assert list(generator().random(4, 50)) != few


def test_answers_change_what_they_may_and_nothing_else() -> None:
    seen = Observations()
    seen.note(WireResponse(200, OK, b'{"next_cursor": "c-4711"}'))
    unseen = list(generator().random(3, 200))
    cases = list(generator().random(3, 200, seen))
    with_it = [index for index, case in enumerate(cases) if case.parts.query.get("cursor") == "c-4711"]
    assert with_it
    assert all(index % 8 == 7 for index in with_it)
    assert [case for index, case in enumerate(cases) if index % 8 != 7] == [
        case for index, case in enumerate(unseen) if index % 8 != 7
    ]


def test_more_is_right_where_nothing_was_accepted() -> None:
    accepted, refused = Observations(), Observations()
    accepted.note(WireResponse(201, OK, b"{}"))
    refused.note(WireResponse(404, OK, b"{}"))
    flawed = [
        sum(bool(case.flaws) for case in generator().random(3, 500, seen)) for seen in (accepted, refused)
    ]
    assert flawed[1] < flawed[0] * 0.7


def test_values_come_again_in_other_cases() -> None:
    names = [case.parts.body["name"] for case in generator().random(3, 300) if not case.flaws]
    long = [name for name in names if len(name) > 12]
    assert len(set(long)) < len(long)


def test_constants_of_the_source_are_boundaries_of_texts() -> None:
    made = OperationGenerator(Schemas(DOCUMENT), LABEL, Hints(texts=("WINTER-2019",)))
    cases = [case for case in made.boundary() if not case.flaws]
    assert "WINTER-2019" in [case.parts.query.get("cursor") for case in cases]
    assert "WINTER-2019" in [case.parts.body["name"] for case in cases]


def test_a_body_has_half_of_a_surrogate_pair_in_the_place_of_each_text() -> None:
    made = generator()
    bodies = [case.parts.body.content for case in made.boundary() if isinstance(case.parts.body, Raw)]
    halves = [json.loads(content) for content in bodies if b"\\ud800" in content]
    assert {name for half in halves for name, value in half.items() if value == "\ud800"} >= {"name", "code"}
    assert b"{" in bodies


def test_cases_can_be_written_down() -> None:
    made = generator()
    for case in [*made.boundary(), *made.random(7, 300)]:
        assert from_data(json.loads(json.dumps(as_data(case)))) == case
