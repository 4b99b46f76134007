"""The examples pass their own gates, and the page about gates tells what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pytest_xapi.gates import budgets, coverage, fuzz, settings, undeclared
from pytest_xapi.gates.points import DIMENSIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/gates.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", ["notes", "shop"])
def test_an_example_passes_its_own_gates(example: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "examples" / example, tmp_path / example))
    command = [sys.executable, "-m", "pytest", "--xapi-gate", "-p", "no:cacheprovider", "-p", "no:randomly"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "All gates passed." in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_the_settings_on_the_page_can_be_read() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read = settings.read(tomllib.loads(block)["tool"]["xapi"]["gate"], ROOT)
    assert {"coverage", "undeclared", "budgets"} <= set(read.gates)
    assert "fuzz" not in read.gates


def test_the_page_has_every_rule_and_every_dimension() -> None:
    rules = {
        rule
        for gate in (budgets, coverage, fuzz, undeclared)
        for rule in re.findall(r"XG\d+", gate.__doc__ or "")
    }
    assert {rule for rule in rules if rule not in PAGE} == set()
    assert [dimension for dimension in DIMENSIONS if f"`{dimension}`" not in PAGE] == []
