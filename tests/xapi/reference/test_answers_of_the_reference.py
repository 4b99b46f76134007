"""Our answers against those that the reference gives to the same requests (see `tests/reference`)."""

from __future__ import annotations

import functools
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
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
    "security: GET /scopes/all {'headers': {'authorization': 'Bearer me,items,admin'}}": (
        "a scope that is named twice holds once"
    ),
    **{
        f"security: GET /{kind}/{flow} {{'headers': {{'authorization': '{bearer}'}}}}": (
            "a token is not empty (RFC 6750, section 2.1)"
        )
        for kind in ("required", "optional")
        for flow in ("password", "code")
        for bearer in ("Bearer", "Bearer ")
    },
    "results: GET /headers/content-type": "one content type, where the reference sends two",
    "dependencies: GET /wrapped/kinds/wrapper-of-partial?q=x": "the result is awaited; the reference is 500",
    **dict.fromkeys(
        (
            "teardown: GET /events?after=/swallow-function/value",
            "teardown: GET /events?after=/swallow-function/http",
        ),
        "the outer dependency sees an error that tells of the swallowed one, not an UnboundLocalError",
    ),
    "security: POST /token {'files': {'username': ('name.txt', 'ada'), 'password': (None, 'secret')}}": (
        "a file is shown by name and size, not with the internals of its temporary file"
    ),
    "parameters: GET /model/headers": "headers that are not declared may be secrets, and are not sent back",
    **{
        f"security: GET /{kind}/{name} {{'headers': {{'authorization': 'Basic {credentials}'}}}}": reason
        for kind in ("required", "optional")
        for name in ("basic", "realm")
        for credentials, reason in {
            "am9zw6k6Y29udHJhc2XDsWE=": "credentials are UTF-8 (RFC 7617, section 2.1), not only ASCII",
            "YWRh OnNlY3JldA==": "a space is not base64 (RFC 4648, section 3.3)",
        }.items()
    },
}
"""Requests that we answer otherwise, and why."""

TRAILING_COMMA = r"""'content': b'[^']*,[\]}]'"""


@pytest.fixture(scope="module")
def answers_of() -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """The answers of our app of a name; every app is asked once."""
    sys.path[:0] = [str(REFERENCE), str(REFERENCE / "answering")]
    converse = importlib.import_module("conversation").converse

    @functools.cache
    def answers(name: str) -> list[dict[str, Any]]:
        module = importlib.import_module(name)
        return json.loads(json.dumps(converse(module.app, module.REQUESTS)))  # type: ignore[no-any-return]

    yield answers
    del sys.path[:2]
    for name in RECORDS:
        sys.modules.pop(name, None)


CASES = [
    pytest.param(name, place, id=f"{name}-{answer['request'][:60]}-{place}")
    for name, record in sorted(RECORDS.items())
    for place, answer in enumerate(record["answers"])
]


@pytest.mark.parametrize(("name", "place"), CASES)
def test_an_answer_is_the_one_of_the_reference(name: str, place: int, answers_of: Any) -> None:
    answers, expected = answers_of(name), RECORDS[name]["answers"][place]
    if sys.version_info >= (3, 13) and re.search(TRAILING_COMMA, expected["request"]):
        # Python says since 3.13 that the comma is wrong; before, that it expects something after it.
        assert answers[place]["status"] == expected["status"]
        return
    reason = DEVIATIONS.get(f"{name}: {expected['request']}")
    assert (answers[place] == expected) is (reason is None), answers[place]
    if reason is None:
        assert answers[place] == expected
