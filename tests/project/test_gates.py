"""The examples pass their own gates, and the page about gates tells what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_xapi.gates import budgets, coverage, settings, undeclared
from pytest_xapi.gates.coverage_items import DIMENSIONS
from pytest_xapi.reports import json_form

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/gates.md").read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """Copies an example and writes its contract down."""

    def copy(example: str) -> Path:
        folder = Path(shutil.copytree(ROOT / "examples" / example, tmp_path / example))
        settings = '[tool.xapi]\ncontract = "openapi.lock.json"\n'
        (folder / "pyproject.toml").write_text(settings + (folder / "pyproject.toml").read_text())
        update = [sys.executable, "-m", "xapi", "contract", "update", f"{example}.main:app"]
        subprocess.run(update, cwd=folder, check=True)
        return folder

    return copy


def gated(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--xapi-gate", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("example", ["notes", "shop"])
def test_an_example_passes_its_own_gates(example: str, copied: Callable[[str], Path]) -> None:
    run = gated(copied(example))
    assert "contract    no changes " in run.stdout, run.stdout + run.stderr
    assert "All gates passed." in run.stdout, run.stdout
    assert run.returncode == 0


@dataclass(frozen=True)
class Change:
    """One change of an example that breaks clients, and what the gate is expected to say of it."""

    example: str
    file: str
    old: str
    new: str
    rule: str
    operation: str
    handler: str
    """The file of the handler, and how the line begins that defines it."""
    message: str
    pointer: str
    is_seen_by_tests: bool = True
    """Whether a test of the example fails, too."""


CHANGES = [
    Change(
        example="notes",
        file="notes/main.py",
        old="def list_notes(\n",
        new="def list_notes(\n    owner: str,\n",
        rule="XG315",
        operation="GET /notes",
        handler="notes/main.py def list_notes(",
        message="breaking for who writes requests: the required parameter `owner` of the query is new",
        pointer="/paths/~1notes/get/parameters/0",
    ),
    Change(
        example="shop",
        file="shop/models.py",
        old='    image_type: str | None\n    """The media type of the image, if there is one."""\n',
        new="",
        rule="XG370",
        operation="GET /products",
        handler="shop/routers/products.py def list_products(",
        message=(
            "breaking for who reads responses: `ProductPublic.image_type` in a response: the property is gone"
        ),
        pointer="/components/schemas/ProductPublic/properties/image_type",
    ),
    Change(
        example="notes",
        file="notes/main.py",
        old="max_length=100",
        new="max_length=50",
        rule="XG364",
        operation="GET /notes",
        handler="notes/main.py def list_notes(",
        message="breaking for who writes requests: `search` in a request: maxLength is 50, was 100",
        pointer="/paths/~1notes/get/parameters/0/schema/maxLength",
        is_seen_by_tests=False,
    ),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.rule)
def test_one_breaking_change_of_an_example_makes_the_gate_red(
    change: Change, copied: Callable[[str], Path]
) -> None:
    folder = copied(change.example)
    source = (folder / change.file).read_text()
    assert source.count(change.old) == 1
    (folder / change.file).write_text(source.replace(change.old, change.new))

    run = gated(folder, "--xapi-report=json:report.json")

    assert run.returncode == 1
    assert (" failed" in run.stdout.splitlines()[-1]) is change.is_seen_by_tests
    report = json_form.read((folder / "report.json").read_text())
    (verdict,) = (verdict for verdict in report.verdicts if verdict.gate == "contract")
    assert (verdict.passed, verdict.figure) == (False, "1 breaking")
    (problem,) = verdict.problems
    file, begin = change.handler.split(" ", 1)
    lines = (folder / file).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(begin))
    assert (problem.rule, problem.pointer) == (change.rule, change.pointer)
    assert f"error {change.rule} {change.operation} ({file}:{line}): {change.message}\n" in run.stdout, (
        run.stdout
    )


def test_the_settings_on_the_page_can_be_read() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read = settings.read(tomllib.loads(block)["tool"]["xapi"]["gate"], ROOT)
    assert {"coverage", "undeclared", "budgets"} <= set(read.gates)
    assert "fuzz" not in read.gates


def test_the_page_has_every_rule_and_every_dimension() -> None:
    rules = {
        rule for gate in (budgets, coverage, undeclared) for rule in re.findall(r"XG\d+", gate.__doc__ or "")
    }
    assert {rule for rule in rules if rule not in PAGE} == set()
    assert [dimension for dimension in DIMENSIONS if f"`{dimension}`" not in PAGE] == []
