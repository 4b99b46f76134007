"""The programs in the pages about the framework run, what they assert holds, their documents are valid."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest
from followed_pages import BLOCK

from xapi import XAPI

DOCS = Path(__file__).parents[2] / "docs"

PAGES = [
    "answers",
    "applications",
    "async",
    "caching",
    "databases",
    "debugging",
    "dependencies",
    "errors",
    "lifespan",
    "limits",
    "middleware",
    "openapi",
    "pagination",
    "python-types",
    "rate-limits",
    "requests",
    "routing",
    "security",
    "settings",
    "streams",
    "versioning",
    "websockets",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_program_of_a_page_runs(page: str, document_faults: Callable[[XAPI], list[str]]) -> None:
    path = DOCS / f"{page}.md"
    text = path.read_text(encoding="utf-8")
    program = "".join(
        "\n" * (text.count("\n", 0, block.start(3)) - text.count("\n", 0, previous)) + block.group(3)
        for previous, block in _with_previous_end(text)
    )
    module = ModuleType(page)
    with patch.dict(os.environ), patch.dict(sys.modules, {page: module}):
        exec(compile(program, str(path), "exec", dont_inherit=True), vars(module))
    assert program.count("\n") > 20
    for app in (value for value in vars(module).values() if isinstance(value, XAPI)):
        assert document_faults(app) == []


def _with_previous_end(text: str) -> list[tuple[int, re.Match[str]]]:
    """The blocks, each with the place where the one before it ended: line numbers stay those of the page."""
    found = [block for block in BLOCK.finditer(text) if block[1] == "python"]
    return list(zip([0, *(block.end(3) for block in found)], found, strict=False))
