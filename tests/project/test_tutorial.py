"""The tutorial: what its pages show happens, its programs grow in small steps, its pictures are real."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from followed_pages import Block, Differs, Reader, blocks

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "tutorial").glob("*.md"))
MOST_LINES = 12
"""By which the program grows in one step."""


@pytest.fixture
def reader(tmp_path: Path, require: Callable[[bool, str], None]) -> Iterator[Reader]:
    require(shutil.which("curl") is not None, "the program curl is not installed: run `make ci-deps`")
    reader = Reader(tmp_path)
    yield reader
    reader.close()


def test_the_tutorial_shows_what_happens(reader: Reader) -> None:
    for page in PAGES:
        try:
            reader.follow(page.read_text(encoding="utf-8"))
        except Differs as difference:
            pytest.fail(f"{page.name}: {difference}", pytrace=False)
    assert len([command for command in reader.ran if command.startswith("curl")]) >= 12
    assert len([command for command in reader.ran if command.startswith("pytest")]) >= 8


def test_a_reader_sees_where_a_page_is_wrong(reader: Reader) -> None:
    reader.follow('```console\n$ echo "a 1.25s b"\na 0.31s ...\n```\n')
    with pytest.raises(Differs, match="--- the document:\na\n\n--- printed:\nb"):
        reader.follow("```console\n$ echo b\na\n```\n")


def programs() -> Iterator[tuple[str, Block, Block | None]]:
    """The files of all pages, each with its page and the version before it."""
    versions: dict[str, Block] = {}
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.file:
                yield page.name, block, versions.get(block.file)
                versions[block.file] = block


def changed(before: str, after: str) -> set[int]:
    """The numbers of the lines that are new, without blank ones."""
    lines = after.splitlines()
    matched = SequenceMatcher(None, before.splitlines(), lines, autojunk=False).get_opcodes()
    found = {
        number + 1 for kind, _, _, start, end in matched if kind != "equal" for number in range(start, end)
    }
    return {number for number in found if lines[number - 1].strip()}


def marked(block: Block) -> set[int]:
    """The lines that a block marks."""
    found = re.search(r'hl_lines="([^"]*)"', block.attributes)
    runs = [part.split("-") for part in (found[1] if found else "").split()]
    return {number for run in runs for number in range(int(run[0]), int(run[-1]) + 1)}


def test_the_lines_that_are_new_are_marked() -> None:
    for page, block, before in programs():
        if before is not None:
            assert marked(block) == changed(before.body, block.body), f"{page}: {block.file}"


def test_the_program_grows_in_small_steps() -> None:
    sizes = [
        (page, len([line for line in block.body.splitlines() if line.strip()]))
        for page, block, _ in programs()
        if block.file == "main.py"
    ]
    assert {page for page, _ in sizes} == {page.name for page in PAGES} - {"05-tests.md"}
    grown = [size - before for (_, before), (_, size) in itertools.pairwise(sizes)]
    assert max(grown) <= MOST_LINES


def test_each_step_leads_to_the_next() -> None:
    assert len(PAGES) == 10
    for page, following in itertools.pairwise(PAGES):
        assert page.read_text(encoding="utf-8").rstrip().endswith(f"]({following.name}).")


def test_each_picture_is_shown_and_small_and_made_by_the_tool() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")]
    shown = {
        name for text in texts for name in re.findall(r"!\[[^\]]+\]\((?:\.\./)?pictures/([\w.-]+)\)", text)
    }
    pictures = {path.name: path for path in (DOCS / "pictures").iterdir()}
    assert shown == set(pictures)
    tool = (DOCS.parent / "tools/pictures.py").read_text(encoding="utf-8")
    for name, path in pictures.items():
        assert path.stat().st_size < 100_000
        assert f'"{path.stem}"' in tool or name in tool
        if path.suffix == ".svg":
            addresses = set(re.findall(r"url\(['\"]?(?!#)|(?:href|src)=", path.read_text(encoding="utf-8")))
            assert addresses == set(), f"{name} asks for something else"
