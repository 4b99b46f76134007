"""The pages about the contract: their commands print what they show, their tables are those of the code."""

from __future__ import annotations

import json
import re
import runpy
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from followed_pages import bodies

from pytest_xapi.gates.rules.catalog import RULES
from pytest_xapi.gates.settings import read_file

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "contract.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the page names."""
    for language in ("python", "toml"):
        for body in bodies(TEXT, language):
            if named := re.match(r"# ([\w.]+)\n", body):
                (tmp_path / named[1]).write_text(body, encoding="utf-8")
    return tmp_path


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block with what they print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_the_commands_print_what_the_page_shows(folder: Path, pytester: pytest.Pytester) -> None:
    first, second = bodies(TEXT, "console")
    pytester.chdir()
    for name in ("main.py", "pyproject.toml"):
        (pytester.path / name).write_text((folder / name).read_text())
    for command, printed in steps(first):
        finished = pytester.run(sys.executable, "-m", *command.split())
        assert (finished.ret, "\n".join([*finished.outlines, ""])) == (0, printed)

    careless = (folder / "main.py").read_text().replace('tag: str = ""', "tag: str")
    assert "def list_notes(tag: str) -> list[str]:" in careless
    (pytester.path / "main.py").write_text(careless)
    ((command, printed),) = steps(second)
    finished = pytester.run(sys.executable, "-m", *command.split())
    assert (finished.ret, "\n".join([*finished.outlines, ""])) == (1, printed)


def test_the_settings_of_the_page_are_read(folder: Path) -> None:
    (folder / "openapi.lock.json").write_text('{"openapi": "3.1.0", "paths": {}}')
    text = "\n".join(bodies(TEXT, "toml"))

    (folder / "pyproject.toml").write_text(text)

    gates = read_file(folder).gates
    assert [given.kind for given in gates["contract"].exceptions] == ["parameter-became-required"]
    assert gates["rules"].levels["operation-description"] == "off"
    assert tomllib.loads(text)["tool"]["xapi"]["contract"] == "openapi.lock.json"


def test_the_table_of_rules_is_that_of_the_code() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| XG6")]
    assert rows == [
        f"| {rule.id} | `{rule.name}`{'' if rule.is_of_spectral else ' *'} | {rule.level} | {rule.summary} |"
        for rule in RULES
    ]


@pytest.fixture(scope="module")
def changes() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "tests/reference/contract/table.py"))


def test_the_page_of_kinds_is_as_the_generator_writes_it(changes: dict[str, Any]) -> None:
    written = changes["PAGE"].read_text(encoding="utf-8")
    assert changes["table"]() == written, "run `python tests/reference/contract/table.py`"


def test_each_difference_to_the_public_tool_is_explained(changes: dict[str, Any]) -> None:
    answers = json.loads((ROOT / "tests/reference/contract/answers.json").read_text(encoding="utf-8"))[
        "answers"
    ]
    differing = {case.name for case in changes["cases"]() if changes["differs"](case, answers[case.name])}
    assert differing == set(changes["NOTES"])
