"""What the documents say holds: links lead somewhere, commands work, programs run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from followed_pages import BLOCK, commands, named_files, run

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
EXAMPLES = sorted(path.name for path in (ROOT / "examples").iterdir() if (path / "README.md").exists())
EXAMPLES.remove("bookings")  # it needs FastAPI's environment: tests/compat/test_first_run_page.py runs it

LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MAKE_TARGET = re.compile(r"(?:^\$ |`)make ([a-z-]+)", re.MULTILINE)
NAMED_PATH = re.compile(r"`(\.?[\w-]+(?:[./][\w.-]+)*(?:/|\.(?:py|toml|lock|md|yml|yaml)))`")
MADE = {".venv/"}
"""Paths that documents name and that are made by what they tell one to do."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = LINK.findall(BLOCK.sub("", document.read_text(encoding="utf-8")))
    assert [path for path, _ in links if path and not (document.parent / path).exists()] == []
    anchored = [(document.parent / path if path else document, anchor) for path, anchor in links if anchor]
    assert [(target.name, anchor) for target, anchor in anchored if anchor not in anchors(target)] == []


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    headings = HEADING.findall(BLOCK.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_anchors_are_those_of_code_hosts(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `code`, and more: it's `a_b`\n\n```python\n# no heading\n```\n## Two-part words\n")
    assert anchors(page) == {"a-code-and-more-its-a_b", "two-part-words"}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_the_files_that_a_document_names_exist(document: str) -> None:
    text = re.sub(r"^## An app.*?^## ", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.M | re.S)
    named = set(NAMED_PATH.findall(text))
    assert [path for path in sorted(named - MADE) if not (ROOT / path).exists()] == []
    assert len(named) > 3 or document == "SECURITY.md"


def test_the_targets_that_the_documents_name_are_in_the_makefile() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    named = {name for text in texts for name in MAKE_TARGET.findall(text)}
    assert {"demo", "test", "check", "docs", "coverage", "lock", "dist", "record"} <= named
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [name for name in sorted(named) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("document", ["docs/getting-started.md"])
def test_the_programs_of_a_document_pass_their_tests(document: str, tmp_path: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for name, body in named_files(text):
        (tmp_path / name).write_text(body, encoding="utf-8")
    to_run = commands(text, "pytest")
    assert len(to_run) == 2
    for command in to_run:
        finished = run(command, tmp_path)
        assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_bug_that_getting_started_plants_is_found(tmp_path: Path) -> None:
    check = '    if number not in desk.loans:\n        raise HTTPException(404, "No such loan")\n'
    for name, body in named_files((ROOT / "docs/getting-started.md").read_text(encoding="utf-8")):
        assert name != "lending.py" or check in body
        (tmp_path / name).write_text(body.replace(check, ""), encoding="utf-8")
    finished = run("pytest --xapi-fuzz", tmp_path)
    assert finished.returncode == 1
    for told in ("GET /loans/{number}: Server error", "KeyError", "curl -i", "client.get(", "--xapi-seed 1"):
        assert told in finished.stdout


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_commands_of_an_example_work(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if example == "shop":  # it is large, and fuzzed in all phases by other tests
        monkeypatch.setenv("PYTEST_ADDOPTS", "--xapi-fuzz-phase=boundary")
    folder = Path(shutil.copytree(ROOT / "examples" / example, tmp_path / example))
    to_run = commands((folder / "README.md").read_text(encoding="utf-8"), "pytest")
    assert any("--xapi-fuzz" in command for command in to_run)
    for command in to_run:
        finished = run(command, folder)
        finds_bugs = example == "buggy" and "--xapi-fuzz" in command
        assert finished.returncode == (1 if finds_bugs else 0), finished.stdout + finished.stderr
        assert bool(re.search(r"\b[1-9]\d* findings", finished.stdout)) is finds_bugs
        assert "ERROR" not in finished.stdout


def test_the_command_that_serves_the_notes_works(tmp_path: Path) -> None:
    (command,) = commands((ROOT / "examples/notes/README.md").read_text(encoding="utf-8"), "uvicorn")
    with subprocess.Popen(
        [sys.executable, "-m", *command.split(), "--port", "0"],
        cwd=ROOT / "examples/notes",
        env={**os.environ, "NOTES_DATABASE": str(tmp_path / "notes.db")},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        log: list[str] = []
        for line in server.stderr:
            log.append(line)
            if address := re.search(r"http://(127\.0\.0\.1:\d+)", line):
                break
        else:
            pytest.fail("the server did not start: " + "".join(log))
        with closing(HTTPConnection(address[1], timeout=10)) as connection:
            connection.request("GET", "/notes")
            assert [note["title"] for note in json.load(connection.getresponse())] == ["Welcome"]
        server.terminate()
        log.append(server.stderr.read())
    assert "Application shutdown complete" in "".join(log)
