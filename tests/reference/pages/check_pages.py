"""The examples of the reference's pages, renamed, answer our requests as they do under the reference.

The records of the reference's answers are part of this repository; the pages with the examples are not. So
`make test` does not run this file: `make test-pages PAGES=...` does, and fails without the pages.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[1]
RECORDS = {
    (path.stem, int(number)): record
    for path in sorted((REFERENCE / "pages" / "records").glob("*.json"))
    for number, record in json.loads(path.read_text(encoding="utf-8")).items()
}

DEVIATIONS: dict[str, tuple[str, ...]] = {
    "user names and passwords are read as UTF-8 (RFC 7617), not as ASCII": (
        "advanced-security-http-basic-auth ?: GET /users/me {'auth': ('änn', *",
    ),
    "a scheme without credentials is no credentials (RFC 6750), and answered with 401": (
        "tutorial-security-first-steps 1: GET /items/ {'headers': {'authorization': 'Bearer'}}",
        "tutorial-security-get-current-user 1: GET /items/ {'headers': {'authorization': 'Bearer '}}",
        "tutorial-security-get-current-user 2: GET /users/me {'headers': {'authorization': 'Bearer '}}",
    ),
    "the reason of a close is a text, as ASGI wants it, not a list": (
        "advanced-websockets 2: WS /items/foo/ws?token=t&q=x *",
        "advanced-websockets 3: WS /ws/one *",
    ),
    "the text of a validation error is free": ("tutorial-handling-errors 4: GET /items/foo",),
    "headers that are not declared may be secrets, and are not sent back": (
        "tutorial-header-param-models [13]: GET /items/",
        "tutorial-header-param-models 1: GET /items/ *'save_data'*",
        "tutorial-header-param-models 3: GET /items/ *'save-data'*",
    ),
    "405 lists the methods of every route of the path": (
        "tutorial-path-operation-configuration 2: PUT /items/",
        "tutorial-sql-databases 2: PATCH /heroes/*",
    ),
    "of two operations on a path the one that is served is documented": ("tutorial-path-params 4: document",),
}
"""What is otherwise than under the reference on purpose: why, and where (`page example: part or request`)."""

PENDING: dict[str, tuple[str, ...]] = {}
"""What xapi has still to do as the reference: what is missing, and where."""

LISTED = [pattern for patterns in (DEVIATIONS | PENDING).values() for pattern in patterns]

# What examples do that is deprecated is part of what they show.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def machinery() -> Iterator[Any]:
    """The modules of `tests/reference/pages`, once it is certain that there are pages to be read."""
    places = [str(REFERENCE), str(REFERENCE / "pages")]
    sys.path[:0] = places
    examples = importlib.import_module("examples")
    try:
        examples.folder()
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)
    importlib.import_module("digests")
    yield importlib.import_module("dialogue")
    del sys.path[:2]
    for name in ("asked", "dialogue", "digests", "examples", "programs", "spellings"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def asked(machinery: Any) -> Any:
    return importlib.import_module("asked").pages()


def pairs(page: str, number: int, ours: Any, theirs: Any) -> dict[str, tuple[Any, Any]]:
    """Ours and theirs, part by part, under the names by which the lists above know them."""
    found = {
        f"{page} {number}: {part}": (ours.get(part), theirs.get(part))
        for part in sorted((theirs.keys() | ours.keys()) - {"answers"})
    }
    for mine, expected in zip(ours.get("answers", ()), theirs.get("answers", ()), strict=True):
        name = f"{page} {number}: {expected['request']}"
        found[name if name not in found else f"{name}, again"] = (mine, expected)
    return found


def listed(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in LISTED)


def unlisted(page: str, number: int, ours: Any) -> dict[str, Any]:
    found = pairs(page, number, ours, RECORDS[page, number])
    return {name: pair for name, pair in found.items() if pair[0] != pair[1] and not listed(name)}


@pytest.mark.parametrize(("page", "number"), RECORDS, ids=[f"{page} {number}" for page, number in RECORDS])
def test_an_example_does_what_it_does_under_the_reference(
    page: str, number: int, asked: Any, machinery: Any, tmp_path: Path
) -> None:
    program = asked[page].program(number, sys.modules["examples"].renamed)
    ours = sys.modules["digests"].digested(machinery.dialogue(program, tmp_path))
    assert unlisted(page, number, ours) == {}, "(ours, the reference's)"
    found = pairs(page, number, ours, RECORDS[page, number])
    followed = [name for name, pair in found.items() if pair[0] == pair[1] and listed(name)]
    assert followed == [], "listed, but as under the reference: take it out of the list"


@pytest.mark.parametrize("spelling", ["markers_as_defaults", "old_typing"])
@pytest.mark.parametrize("page", sorted({page for page, _ in RECORDS}))
def test_the_older_spellings_of_an_example_do_the_same(
    page: str, spelling: str, asked: Any, machinery: Any, tmp_path: Path
) -> None:
    examples = sys.modules["examples"]
    respelled = getattr(importlib.import_module("spellings"), spelling)
    found: dict[str, Any] = {}
    for number in [number for name, number in RECORDS if name == page]:
        if respelled(examples.examples(page)[number]) != examples.examples(page)[number]:
            folder = tmp_path / str(number)
            folder.mkdir()
            program = asked[page].program(number, lambda source: examples.renamed(respelled(source)))
            ours = sys.modules["digests"].digested(machinery.dialogue(program, folder))
            found |= unlisted(page, number, ours)
    assert found == {}, "(ours, the reference's)"


def test_every_complete_example_of_the_pages_is_recorded(machinery: Any) -> None:
    assert set(sys.modules["examples"].complete_examples()) == RECORDS.keys()


def test_each_row_of_the_feature_list_is_in_the_table_of_what_is_covered(
    machinery: Any, imported: Callable[[str, Path], Any]
) -> None:
    features = (sys.modules["examples"].folder().parent / "FEATURES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:learn|tutorial|advanced)-[\w-]+) \|", features, re.M)
    assert rows == list(imported("table", REFERENCE / "coverage_table.py").rows())


def test_every_entry_of_the_lists_is_about_an_example() -> None:
    examples = [f"{page} {number}" for page, number in RECORDS]
    assert [
        pattern
        for pattern in LISTED
        if not any(fnmatchcase(name, pattern.split(": ")[0]) for name in examples)
    ] == []


def test_every_request_is_recorded(asked: Any) -> None:
    for (page, number), record in RECORDS.items():
        requests = asked[page].requests_for(number)
        assert len(requests) == len(record.get("answers", ())), f"{page} {number}: `make record-pages` is due"
        assert len(requests) >= 2 or "refused" in record
