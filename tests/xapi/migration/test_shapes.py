"""Ten files as applications for FastAPI have them: what is rewritten, and what a person is told."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from xapi.migration.python_files import rewrite

SHAPES = sorted(Path(__file__).with_name("shapes").glob("*.txt"))


def parts(shape: Path) -> dict[str, str]:
    """The file before and after, and the notes."""
    names = re.split(r"^--- (\w+)\n", "--- before\n" + shape.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(names[1::2], names[2::2], strict=True))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.stem)
def test_a_file_is_rewritten_and_nothing_else_of_it_changes(shape: Path, line_end: str) -> None:
    told = parts(shape)
    found = rewrite(told["before"].replace("\n", line_end))
    assert found.text == told["after"].replace("\n", line_end)
    assert [f"{note.line}: {note.reason}" for note in found.notes] == told.get("notes", "").splitlines()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.stem)
def test_what_is_rewritten_stays_so(shape: Path) -> None:
    after = parts(shape)["after"]
    assert rewrite(after).text == after


@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.stem)
def test_what_is_imported_from_xapi_is_there(shape: Path) -> None:
    tree = ast.parse(parts(shape)["after"])
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    ours = [ast.unparse(node) for node in imports if "xapi" in ast.unparse(node)]
    assert ours
    for statement in ours:
        exec(statement, {})
