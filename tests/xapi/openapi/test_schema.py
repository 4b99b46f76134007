"""Documents against the schema of OpenAPI 3.1, as a maintained validator has it."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from xapi import XAPI
from xapi.cli.loading import find_app

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(path.relative_to(ROOT) for path in ROOT.glob("examples/*/*/main.py"))
RECORDED = sorted(path.stem for path in ROOT.glob("tests/reference/openapi/*.json"))

PROGRAM = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {
    path.relative_to(ROOT): programs
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    if (
        programs := [
            (name, text)
            for text, name in PROGRAM.findall(path.read_text(encoding="utf-8"))
            if "= XAPI(" in text
        ]
    )
}
"""By document, the programs that are an app in a file."""


@pytest.fixture(autouse=True)
def imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test imports is forgotten, so that apps with equal names of modules do not meet."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = dict(sys.modules)
    yield
    for name in set(sys.modules) - set(before):
        if not name.startswith(("xapi", "pytest_xapi")):
            del sys.modules[name]


def as_in_3_1(value: dict[str, Any]) -> dict[str, Any]:
    """Streams are described by `itemSchema` of OpenAPI 3.2, as the reference does; 3.1 has `schema` only."""
    if "itemSchema" in value:
        value["schema"] = value.pop("itemSchema")
    return value


def faults(app: Any) -> list[str]:
    assert isinstance(app, XAPI)
    document = json.loads(json.dumps(app.openapi(), allow_nan=False), object_hook=as_in_3_1)
    return [
        f"{list(error.absolute_path)}: {error.message}"
        for error in OpenAPIV31SpecValidator(document).iter_errors()
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_the_document_of_an_example_is_valid(path: Path) -> None:
    assert faults(find_app(str(ROOT / path)).app) == []


@pytest.mark.parametrize("name", RECORDED)
def test_the_document_of_a_recorded_app_is_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tests/reference/apps")
    for source in (ROOT / "tests/reference/apps").glob("*.py"):
        monkeypatch.delitem(sys.modules, source.stem, raising=False)
    assert faults(importlib.import_module(name).app) == []


@pytest.mark.parametrize("document", PROGRAMS, ids=str)
def test_the_document_of_a_program_in_the_documents_is_valid(document: Path, tmp_path: Path) -> None:
    apps = []
    for name, program in PROGRAMS[document]:
        (tmp_path / name).write_text(program, encoding="utf-8")
        apps.append(find_app(str(tmp_path / name)).app)

    assert [faults(app) for app in apps] == [[] for _ in apps]


def test_faults_are_seen() -> None:
    app = XAPI()
    del app.openapi()["info"]["title"]

    [fault] = faults(app)
    assert fault.startswith("['info']: ")
    assert "title" in fault
