"""Our answers against those that the reference gives to the same requests (see `tests/reference`)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"
RECORDS = {path.stem: json.loads(path.read_text()) for path in (REFERENCE / "answers").glob("*.json")}

_LARGE = "413 is JSON and goes through the app's handlers, however the size is found out"
DEVIATIONS: dict[str, str] = {
    "limits: POST /item {'content': b'{\"numbers\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}', 'headers': "
    "{'content-type': 'application/json'}}": _LARGE,
    f"limits: POST /raw {{'content': {b'x' * 41!r}, 'headers': {{}}}}": _LARGE,
    f"limits: POST /form {{'content': {b'a=' + b'x' * 50!r}, 'headers': "
    "{'content-type': 'application/x-www-form-urlencoded'}}": _LARGE,
    "limits: POST /decimal {'content': b'1e999', 'headers': {'content-type': 'application/json'}}": (
        "422, where the reference fails to say what is wrong and is 500"
    ),
    "bodies: POST /items {'content': b'{\"name\": \"a\", \"price\": NaN}', 'headers': "
    "{'content-type': 'application/json'}}": "422, where the reference fails to say what is wrong and is 500",
    "results: GET /headers/content-type": "one content type, where the reference sends two",
    "parameters: GET /model/headers": "headers that are not declared may be secrets, and are not sent back",
}
"""Requests that we answer otherwise, and why."""


@pytest.fixture(scope="module")
def converse() -> Iterator[Any]:
    sys.path[:0] = [str(REFERENCE), str(REFERENCE / "answering")]
    yield importlib.import_module("conversation").converse
    del sys.path[:2]


@pytest.fixture(scope="module")
def ours(request: pytest.FixtureRequest, converse: Any) -> Iterator[tuple[ModuleType, list[dict[str, Any]]]]:
    module = importlib.import_module(request.param)
    yield module, json.loads(json.dumps(converse(module.app, module.REQUESTS)))
    del sys.modules[request.param]


CASES = [
    pytest.param(name, place, id=f"{name}-{answer['request'][:60]}-{place}")
    for name, record in sorted(RECORDS.items())
    for place, answer in enumerate(record["answers"])
]


@pytest.mark.parametrize(("ours", "place"), CASES, indirect=["ours"])
def test_an_answer_is_the_one_of_the_reference(
    ours: tuple[ModuleType, list[dict[str, Any]]], place: int, request: pytest.FixtureRequest
) -> None:
    module, answers = ours
    expected = RECORDS[module.__name__]["answers"][place]
    reason = DEVIATIONS.get(f"{module.__name__}: {expected['request']}")
    assert (answers[place] == expected) is (reason is None), answers[place]
    if reason is None:
        assert answers[place] == expected
