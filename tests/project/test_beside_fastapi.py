"""The table beside FastAPI's documentation: a row for each of its pages, and none of them empty."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEXT = (DOCS / "beside-fastapi.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in row.strip("|").split(" | ")]
    for row in re.findall(r"^\| (?:learn|tutorial|advanced)-.*$", TEXT, re.MULTILINE)
]
COVERAGE = tomllib.loads((ROOT / "tests/reference/coverage.toml").read_text(encoding="utf-8"))


def test_each_page_of_the_reference_has_a_row() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(COVERAGE.keys() - {"features"})
    assert len(ROWS) > 80


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_to_look_for_is_there(row: list[str]) -> None:
    pages = re.findall(r"\]\(([\w/-]+\.md)", row[1])
    assert pages
    names = re.findall(r"`([^`]+)`", row[2])
    assert names
    text = "".join((DOCS / page).read_text(encoding="utf-8") for page in pages)
    assert [name for name in names if name not in text] == []


def test_no_row_is_empty_without_a_reason() -> None:
    _, _, rest = TEXT.partition("## Its other sections")
    rows = [row.strip("|").split("|") for row in re.findall(r"^\| .*$", rest, re.MULTILINE)]
    assert len(rows) > 15
    assert [row for row in rows if "](" not in row[1] and len(row) == 3 and not row[2].strip()] == []
