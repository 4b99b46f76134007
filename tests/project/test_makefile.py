"""The Makefile: which steps its targets take, and what it says when they cannot be taken.

The targets run with a stand-in for the virtual environment, whose programs write down how they were called.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = """#!/bin/sh
echo "${{PAGES:+PAGES=$PAGES }}$(basename "$0") $*" >> {record}
case "$*" in *examples/buggy*) exit {code};; esac
"""


FROM_MAKE = {
    *(
        "ARGS",
        "NODE_PACKAGES",
        "SITE_READY",
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
        "PAGES",
        "PYTHON",
        "SEED",
        "TAG",
        "VENV",
    )
}
"""What a `make test` that runs these tests may have put into the environment."""

PROGRAMS = [
    "check-jsonschema",
    "mypy",
    "pre-commit",
    "pytest",
    "python",
    "ruff",
    "uvicorn",
    "zizmor",
]
WORKFLOWS = " ".join(sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(".github/workflows/*.yml")))


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in FROM_MAKE}
    return subprocess.run(
        [str(shutil.which("make")), "--no-print-directory", *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
    )


class Environment:
    """A folder that looks like a virtual environment in which everything is set up."""

    def __init__(self, folder: Path, code_for_buggy: int = 1) -> None:
        self.record = folder / "record"
        self.record.touch()
        self.arguments = [f"VENV={folder}", f"PYTHON={sys.executable}"]
        (folder / "bin").mkdir()
        for name in PROGRAMS:
            program = folder / "bin" / name
            program.write_text(STAND_IN.format(record=self.record, code=code_for_buggy), encoding="utf-8")
            program.chmod(0o755)
        (folder / f".ready-{platform.python_version()}").touch()

    @property
    def calls(self) -> list[str]:
        return self.record.read_text(encoding="utf-8").splitlines()


def test_demo_tests_notes_and_shop_then_fuzzes_all_examples_and_says_how_to_serve(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    finished = make("demo", "SEED=7", *environment.arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    examples = [re.search(r"examples/(\w+)", call)[1] for call in environment.calls]  # type: ignore[index]
    assert examples == ["notes", "notes", "shop", "shop", "buggy"]
    of_notes, notes, of_shop, shop, buggy = environment.calls
    assert all("--xapi-fuzz" not in call for call in (of_notes, of_shop))
    assert all("--xapi-fuzz --xapi-seed 7 -m xapi_fuzz" in call for call in (notes, shop, buggy))
    assert "make serve" in finished.stdout.splitlines()[-1]


@pytest.mark.parametrize("code", [0, 2, 4, 5], ids=["no finding", "interrupted", "usage error", "no test"])
def test_demo_fails_when_the_planted_bugs_are_not_what_failed(tmp_path: Path, code: int) -> None:
    finished = make("demo", *Environment(tmp_path, code_for_buggy=code).arguments)
    assert finished.returncode == 2
    assert f"findings were expected (exit code 1), not exit code {code}" in finished.stderr
    assert "make serve" not in finished.stdout


def test_test_checks_format_rules_and_types_before_it_runs_the_tests(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert make("test", "ARGS=-k wheel", *environment.arguments).returncode == 0
    assert environment.calls == [
        "ruff format --check .",
        "ruff check .",
        "mypy ",
        f"check-jsonschema --builtin-schema custom.github-workflows-require-timeout {WORKFLOWS}",
        f"check-jsonschema --builtin-schema vendor.github-workflows {WORKFLOWS}",
        "check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml",
        "zizmor --offline --quiet .github",
        "pre-commit validate-config",
        "pytest --numprocesses auto --dist worksteal -k wheel",
    ]


def test_coverage_runs_the_tests_and_then_looks_at_the_floor(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert make("coverage", *environment.arguments).returncode == 0
    assert [call.strip() for call in environment.calls] == [
        "pytest --numprocesses auto --cov --cov-report=",
        "python tools/coverage_floor.py",
    ]


@pytest.mark.parametrize("tag", ["", "v1.2.3"])
def test_distributions_are_built_after_their_tag_was_checked(tag: str, tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert make("dist", *environment.arguments, TAG=tag).returncode == 0
    checked = [f"python tools/check_release.py {tag}"] if tag else []
    assert environment.calls == [*checked, "python -m build --outdir dist"]


@pytest.mark.parametrize("code", [0, 100], ids=["installed", "not allowed"])
def test_bench_runs_the_benchmarks_after_it_has_tried_to_install_the_load_generator(
    tmp_path: Path, code: int
) -> None:
    environment = Environment(tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text(f"{STAND_IN.format(record=environment.record, code=0)}exit {code}\n")
    (tools / "apt-get").chmod(0o755)
    for name in ("basename", "env", "id", "sudo"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    assert make("bench", *environment.arguments, PATH=str(tools)).returncode == 0
    assert environment.calls[0] == "apt-get update --quiet=2"
    assert environment.calls[-1].strip() == "python -m benchmarks"


def test_bench_installs_nothing_where_the_load_generator_is_there(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    (tmp_path / "wrk").write_text("#!/bin/sh\n")
    (tmp_path / "wrk").chmod(0o755)
    assert make("bench", *environment.arguments, PATH=f"{tmp_path}:{os.environ['PATH']}").returncode == 0
    assert [call.strip() for call in environment.calls] == ["python -m benchmarks"]


def test_record_records_everything_with_the_reference_environment(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert make("record", f"REFERENCE={tmp_path}", *environment.arguments).returncode == 0
    assert environment.calls == [
        f"python {path.relative_to(ROOT)}"
        for path in sorted((ROOT / "tests/reference").glob("record_*.py"))
        if path.stem != "record_pages"
    ]


WITH_PAGES = {
    "test-pages": "pytest --numprocesses auto tests/reference/pages/check_pages.py",
    "record-pages": "python tests/reference/record_pages.py",
    "coverage-table": "python tests/reference/coverage_table.py --numprocesses auto",
}
"""The targets that need the pages of the reference, and what they call."""


@pytest.mark.parametrize("target", WITH_PAGES)
def test_a_target_that_needs_the_pages_of_the_reference_hands_on_where_they_are(
    target: str, tmp_path: Path
) -> None:
    environment = Environment(tmp_path)
    pages = os.path.relpath(tmp_path, ROOT)
    finished = make(target, f"REFERENCE={tmp_path}", f"PAGES={pages}", *environment.arguments)
    assert finished.returncode == 0, finished.stderr
    assert [call.strip() for call in environment.calls] == [f"PAGES={tmp_path} {WITH_PAGES[target]}"]


@pytest.mark.parametrize("target", WITH_PAGES)
def test_a_target_that_needs_the_pages_of_the_reference_fails_without_them(
    target: str, tmp_path: Path
) -> None:
    environment = Environment(tmp_path)
    nowhere = tmp_path / "nowhere"
    finished = make(target, f"REFERENCE={tmp_path}", f"PAGES={nowhere}", *environment.arguments)
    assert finished.returncode == 2
    assert f"the pages of the reference are not in {nowhere}" in finished.stderr
    assert f"make {target} PAGES=..." in finished.stderr
    assert environment.calls == []


def test_what_compares_with_the_pages_fails_where_there_are_none(tmp_path: Path) -> None:
    checks = ROOT / "tests/reference/pages/check_pages.py"
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "every_complete_example", checks],
        env={**os.environ, "PAGES": str(tmp_path), "PYTEST_ADDOPTS": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert f"no pages of the reference (*.md) in {tmp_path}" in finished.stdout


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_the_run_of_a_change_compares_with_the_pages_where_they_are(there: bool, tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    (tmp_path / "bin" / "make").write_text(STAND_IN.format(record=environment.record, code=0))
    (tmp_path / "bin" / "make").chmod(0o755)
    pages = tmp_path / "pages"
    if there:
        pages.mkdir()
    finished = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PAGES": str(pages)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    called = [call.removeprefix(f"PAGES={pages} ") for call in environment.calls]
    assert called == ["make ci-deps", "make test", *([f"make test-pages PAGES={pages}"] if there else [])]
    assert (f"No pages of the reference in {pages}" in finished.stdout) is not there


def test_the_site_is_built_in_an_environment_of_its_own(tmp_path: Path) -> None:
    planned = make("--dry-run", "docs", f"SITE={tmp_path}", f"PYTHON={sys.executable}").stdout
    assert f"-m venv  {tmp_path}" in planned
    assert "--requirement tools/site/requirements.txt" in planned
    assert f"{tmp_path}/bin/python tools/site/build.py" in planned


def test_the_reference_environment_is_not_the_one_that_tests_run_in(tmp_path: Path) -> None:
    planned = make("--dry-run", "record", f"REFERENCE={tmp_path}", f"PYTHON={sys.executable}").stdout
    assert f"-m venv  {tmp_path}" in planned
    assert "--requirement tests/reference/requirements.txt" in planned
    assert " .venv/bin" not in planned


class Machine:
    """A machine as `make ci-deps` sees it: these programs and a few of every system, nothing else."""

    def __init__(self, folder: Path, programs: list[str]) -> None:
        self.folder = folder
        self.record = folder / "record"
        self.record.touch()
        for name in (*programs, "apt-get", "npm"):
            (folder / name).write_text(STAND_IN.format(record=self.record, code=0), encoding="utf-8")
            (folder / name).chmod(0o755)
        for name in ("basename", "env", "id", "sudo", "touch"):
            if found := shutil.which(name):
                (folder / name).symlink_to(found)

    def make_ci_deps(self) -> list[str]:
        """The calls of programs that install something."""
        python = f"PYTHON={sys.executable}"
        packages = f"NODE_PACKAGES={self.folder / 'packages'}"
        for name in ("site", "tools"):
            (self.folder / name).touch()
        ready = (f"SITE_READY={self.folder / 'site'}", f"TOOLS_READY={self.folder / 'tools'}")
        finished = make("ci-deps", python, packages, *ready, PATH=str(self.folder))
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return self.record.read_text(encoding="utf-8").splitlines()


def test_ci_deps_installs_the_programs_that_are_missing(tmp_path: Path) -> None:
    install = "apt-get install --quiet=2 --yes --no-install-recommends"
    assert Machine(tmp_path, ["chromedriver"]).make_ci_deps() == [
        "apt-get update --quiet=2",
        f"{install} nodejs",
        "npm ci --prefix tests/typescript --silent --no-audit --no-fund",
        "apt-get update --quiet=2",
        f"{install} chromium curl openssl postgresql",
    ]


def test_ci_deps_installs_only_packages_of_npm_where_the_programs_are_there(tmp_path: Path) -> None:
    machine = Machine(tmp_path, ["chromium", "chromedriver", "curl", "node", "openssl", "pg_ctlcluster"])
    calls = ["npm ci --prefix tests/typescript --silent --no-audit --no-fund"]
    assert machine.make_ci_deps() == calls
    assert machine.make_ci_deps() == calls, "the second time there is nothing to do"


@pytest.mark.parametrize("python", ["", "no-such-python"])
def test_without_a_python_that_is_new_enough_it_says_how_to_name_one(tmp_path: Path, python: str) -> None:
    finished = make("check", f"VENV={tmp_path / 'venv'}", f"PYTHON={python}")
    assert finished.returncode == 2
    assert f"No Python 3.11 or later (tried: {python or 'python3'})" in finished.stderr
    assert "Name one: make check PYTHON=/path/to/python" in finished.stderr
    assert not (tmp_path / "venv").exists()


def test_an_environment_of_another_python_version_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".ready-3.10.0").touch()
    planned = make("--dry-run", "check", f"VENV={tmp_path}", f"PYTHON={sys.executable}").stdout
    assert f"{sys.executable} -m venv --clear {tmp_path}" in planned


def test_without_a_target_it_lists_them() -> None:
    printed = make().stdout
    for target in (
        "demo",
        "test",
        "check",
        "docs",
        "docs-serve",
        "pictures",
        "test-docs",
        "coverage",
        "bench",
        "serve",
        "ci-deps",
        "test-lowest",
        "lock",
        "dist",
        "test-pages",
        "record",
        "record-pages",
        "coverage-table",
        "clean",
    ):
        assert f"  make {target} " in printed
