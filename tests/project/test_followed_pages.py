"""Pages whose commands are run in their order, and what they print compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from documents import Reader

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"deployment": 9}
"""How many commands each has, at least."""


@pytest.fixture
def reader(tmp_path: Path, require: Callable[[bool, str], None]) -> Iterator[Reader]:
    for program in ("curl", "openssl"):
        require(shutil.which(program) is not None, f"{program} is not installed: run `make ci-deps`")
    reader = Reader(tmp_path)
    yield reader
    reader.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_its_commands_print(page: str, reader: Reader) -> None:
    reader.follow((DOCS / f"{page}.md").read_text(encoding="utf-8"))
    assert len(reader.ran) >= PAGES[page]
