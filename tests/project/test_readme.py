"""What the README says holds: its program, figures, links and badges."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from followed_pages import commands, named_files, run, section

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASE = PROJECT["urls"]["Repository"]
LINKS = re.findall(r"\]\(([^)]+)\)", TEXT)


def test_property_tests_find_the_bug_of_its_program(tmp_path: Path) -> None:
    ((name, body),) = named_files(TEXT)
    (tmp_path / name).write_text(body)
    finished = run("pytest --xapi-app main:app --xapi-fuzz", tmp_path)
    assert finished.returncode == 1
    for told in ("GET /books/{number}: Server error", "KeyError", "curl -i", "client.get("):
        assert told in finished.stdout


def test_its_program_is_a_handful_of_lines() -> None:
    ((_, body),) = named_files(TEXT)
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith(("#", "from "))]
    assert len(lines) == 5


def test_two_commands_begin_a_project(tmp_path: Path) -> None:
    install, new = commands(section(TEXT, "Start"))
    extras = re.fullmatch(r'pip install "xapi-framework\[(.+)\]"', install)
    assert extras is not None
    assert set(extras[1].split(",")) <= set(PROJECT["optional-dependencies"])
    assert run(new, tmp_path).returncode == 0
    assert (tmp_path / new.split()[-1] / "pyproject.toml").exists()


def test_links_are_whole_and_lead_to_files_of_the_repository() -> None:
    assert [link for link in LINKS if not link.startswith("https://")] == []
    raw = BASE.replace("github.com", "raw.githubusercontent.com")
    places = [
        link.removeprefix(f"{start}/main/")
        for link in LINKS
        for start in (f"{BASE}/blob", raw)
        if link.startswith(start)
    ]
    assert len(places) > 20
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_its_figures_are_those_of_the_results() -> None:
    results = (ROOT / "benchmarks/RESULTS.md").read_text(encoding="utf-8")
    text = section(TEXT, "Figures")
    named = re.search(r"They are rows (.+?) of", text, re.DOTALL)
    assert named is not None
    rows = re.split(r", | and ", named[1])
    figures = re.findall(r"^\| [^|]+ \| ([\d.]+) \|$", text, re.MULTILINE)
    measured = [
        re.search(
            rf"^\| {re.escape(row)} \| .* \| times faster than \w+ \| \w+ \| ([\d.]+) ", results, re.MULTILINE
        )
        for row in rows
    ]
    assert [found and found[1] for found in measured] == figures
    assert "fastapi 0.165" in results


def test_the_badge_names_the_versions_that_are_tested() -> None:
    (label,) = re.findall(r"\[!\[Python ([^\]]+)\]", TEXT)
    versions = label.split(", ")
    classified = [
        line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)
    ]
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())
    assert versions == classified == workflow["jobs"]["test"]["strategy"]["matrix"]["python"]


@pytest.mark.parametrize("kind", ["dynamic", "licence"])
def test_the_other_badges_are_true(kind: str) -> None:
    if kind == "dynamic":
        assert f"{BASE}/actions/workflows/tests.yml/badge.svg" in TEXT
        assert (ROOT / ".github/workflows/tests.yml").exists()
    else:
        assert PROJECT["license"] == "MIT"
        assert "licence-MIT-blue" in TEXT
