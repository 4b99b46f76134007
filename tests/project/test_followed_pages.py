"""The commands of pages are run, in their order, and what they print is compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from followed_pages import Reader, commands

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {"command-line": 8, "deployment": 9, "index": 4, "settings": 1}
"""How many commands each has, at least."""

ELSEWHERE = {
    "as-fastapi": "tests/xapi/as_fastapi/test_under_the_alias.py",
    "contract": "tests/project/test_contract_pages.py",
    "first-run": "tests/compat/test_first_run_page.py",
    "getting-started": "tests/project/test_documents.py",
    "guided": "tests/pytest_xapi/fuzz/guided/test_page.py",
    "migrating-apps": "tests/xapi/cli/test_migrate.py",
    "new-project": "tests/project/test_new_projects.py",
    "openapi": "tests/typescript/test_client.py",
    **{f"tutorial/{path.stem}": "tests/project/test_tutorial.py" for path in DOCS.glob("tutorial/*.md")},
}
"""The tests that run the commands of other pages."""

NOT_RUN = {
    "fuzzing": "they are of a project that the page does not have; the tutorial runs them",
    "installation": "it is about installing; tests/project/test_wheel.py does that",
    "testing": "it needs another library; tests/pytest_xapi/test_http_client.py runs tests with it",
    "virtual-environments": "they change the shell that they are typed into",
}


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


def test_the_commands_of_each_page_are_run_or_have_a_reason_not_to_be() -> None:
    shown = {
        path.relative_to(DOCS).with_suffix("").as_posix()
        for path in DOCS.rglob("*.md")
        if any(not command.startswith("pip ") for command in commands(path.read_text(encoding="utf-8")))
    }
    assert shown == PAGES.keys() | ELSEWHERE.keys() | NOT_RUN.keys()
    assert [file for file in set(ELSEWHERE.values()) if not (ROOT / file).exists()] == []
