"""Documents against the schema of OpenAPI 3.1, as a maintained validator has it."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xapi import XAPI
from xapi.cli.loading import find_app

Faults = Callable[[XAPI], list[str]]

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.glob("examples/*/*/main.py")
    if "import FastAPI" not in path.read_text(encoding="utf-8")  # which has its own documents
)
RECORDED = sorted(path.stem for path in ROOT.glob("tests/reference/openapi/*.json"))

PROGRAM = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {
    path.relative_to(ROOT): programs
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    if (
        programs := [
            (name, text)
            for text, name in PROGRAM.findall(path.read_text(encoding="utf-8"))
            if "= XAPI(" in text and path.name != "observability.md"  # run in an environment of its own
        ]
    )
}
"""By document, the programs that are an app in a file."""


@pytest.fixture(autouse=True)
def imports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The apps that a test imports are forgotten, so that modules of the same name do not meet."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    homes = (ROOT / "examples", ROOT / "tests/reference/apps", tmp_path)
    for name, module in list(sys.modules.items()):
        if (file := getattr(module, "__file__", None)) and any(home in Path(file).parents for home in homes):
            del sys.modules[name]


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_the_document_of_an_example_is_valid(path: Path, document_faults: Faults) -> None:
    assert document_faults(find_app(str(ROOT / path)).app) == []


@pytest.mark.parametrize("name", RECORDED)
def test_the_document_of_a_recorded_app_is_valid(
    name: str, monkeypatch: pytest.MonkeyPatch, document_faults: Faults
) -> None:
    monkeypatch.syspath_prepend(ROOT / "tests/reference/apps")
    assert document_faults(importlib.import_module(name).app) == []


@pytest.mark.parametrize("document", PROGRAMS, ids=str)
def test_the_document_of_a_program_in_the_documents_is_valid(
    document: Path, tmp_path: Path, document_faults: Faults
) -> None:
    apps = []
    for name, program in PROGRAMS[document]:
        (tmp_path / name).write_text(program, encoding="utf-8")
        apps.append(find_app(str(tmp_path / name)).app)

    assert [document_faults(app) for app in apps] == [[] for _ in apps]


def test_faults_are_seen(document_faults: Faults) -> None:
    app = XAPI()
    del app.openapi()["info"]["title"]

    [fault] = document_faults(app)
    assert fault.startswith("['info']: ")
    assert "title" in fault
