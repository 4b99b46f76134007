"""The recipes of docs/ci.md: valid for their services, and their commands work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
TEXTS = {
    block.split("\n", 1)[0].removeprefix("# "): block
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
}
RECIPES: dict[str, Any] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}

FEW = "--xapi-fuzz-phase=boundary"
"""The commands are to work; what property tests find in other phases is tested elsewhere."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the notes example, as a project of its own."""
    return Path(shutil.copytree(ROOT / "examples/notes", tmp_path / "notes"))


def run(command: str, project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euc", command],
        cwd=project,
        env={**os.environ, "PATH": programs, "PYTHONPATH": "", "PYTEST_ADDOPTS": FEW, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def commands(steps: list[Any]) -> Iterator[str]:
    for step in steps:
        command = step if isinstance(step, str) else step.get("run", "")
        if command and not command.startswith("pip "):
            yield command


def test_there_is_a_recipe_for_each_service() -> None:
    assert list(RECIPES) == [".github/workflows/api.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"]


@pytest.mark.parametrize(
    ("recipe", "schema"),
    [(".github/workflows/api.yml", "vendor.github-workflows"), (".gitlab-ci.yml", "vendor.gitlab-ci")],
)
def test_a_recipe_is_as_its_service_reads_it(recipe: str, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "recipe.yml"
    file.write_text(TEXTS[recipe])
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", schema, file], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_commands_of_the_github_recipe_work(project: Path) -> None:
    jobs = RECIPES[".github/workflows/api.yml"]["jobs"]
    (shard_command,) = commands(jobs["test"]["steps"])
    for shard in jobs["test"]["strategy"]["matrix"]["shard"]:
        done = run(shard_command.replace("${{ matrix.shard }}", str(shard)), project)
        assert done.returncode == 0, done.stdout
    (merge,) = commands(jobs["gate"]["steps"])
    done = run(merge, project, GITHUB_STEP_SUMMARY=str(project / "summary.md"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "summary.md").read_text(encoding="utf-8").startswith("## xapi: passed")
    assert {"xapi.sarif", "xapi.html"} <= set(os.listdir(project))


def test_the_commands_of_the_gitlab_recipe_work_and_a_fault_turns_them_red(project: Path) -> None:
    recipe = RECIPES[".gitlab-ci.yml"]
    main = project / "notes/main.py"
    broken = '    """Throw a note away."""\n    raise LookupError("nobody knows how")\n'
    main.write_text(main.read_text().replace('    """Throw a note away."""\n', broken))
    (shard_command,) = commands(recipe["api"]["script"])
    for shard in (1, 2, 3):
        done = run(shard_command, project, CI_NODE_INDEX=str(shard), CI_NODE_TOTAL="3")
        assert (project / f"reports/shard-{shard}.json").exists(), done.stdout
    (merge,) = commands(recipe["gate"]["script"])
    done = run(merge, project)
    assert done.returncode == 1, done.stderr
    assert "error XF101 DELETE /notes/{note_id} (notes/main.py:82)" in done.stdout
    assert (project / "reports/xapi.html").exists()


def test_the_hook_of_pre_commit_works(project: Path) -> None:
    (hook,) = RECIPES[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    done = run(hook["entry"], project)
    assert done.returncode == 0, done.stdout
