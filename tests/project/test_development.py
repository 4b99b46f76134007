"""What holds the project together beside its code: workflows, hooks, locked versions, releases, floors."""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = {path.stem: path for path in (ROOT / ".github/workflows").glob("*.yml")}
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
"""Those of Keep a Changelog."""


def commands(workflow: str) -> list[str]:
    """The commands of a workflow's steps, in their order."""
    jobs = yaml.safe_load(WORKFLOWS[workflow].read_text(encoding="utf-8"))["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_there_is_a_workflow_for_each_habit() -> None:
    assert set(WORKFLOWS) == {"checks", "docs", "tests", "release"}
    assert commands("checks") == ["make check", "make test-docs docs"]
    assert commands("docs") == ["make docs", "tools/site/push"]
    assert commands("tests") == [".ci/run", "make ci-deps test-lowest", "make ci-deps coverage"]
    assert commands("release") == ['TAG="$GITHUB_REF_NAME" make dist']


@pytest.mark.parametrize("workflow", sorted(WORKFLOWS))
def test_the_targets_that_a_workflow_makes_are_in_the_makefile(workflow: str) -> None:
    made = [
        target
        for command in commands(workflow)
        for _, names in [command.partition("make ")[1:]]
        for target in names.split()
    ]
    assert [target for target in made if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []


def test_the_tests_run_on_each_python_that_is_supported() -> None:
    matrix = yaml.safe_load(WORKFLOWS["tests"].read_text(encoding="utf-8"))["jobs"]["test"]["strategy"][
        "matrix"
    ]
    versions = [
        found[1]
        for text in PROJECT["project"]["classifiers"]
        if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", text))
    ]
    assert matrix["python"] == versions
    assert versions[0] == PROJECT["project"]["requires-python"].removeprefix(">=")


@pytest.mark.parametrize("workflow", sorted(WORKFLOWS))
def test_actions_are_pinned_and_permissions_are_given_job_by_job(workflow: str) -> None:
    text = WORKFLOWS[workflow].read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.+)", text)
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v[\d.]+", use)] == []
    assert "permissions: {}\n" in text


def test_publishing_needs_no_secret() -> None:
    jobs = yaml.safe_load(WORKFLOWS["release"].read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert "secrets." not in WORKFLOWS["release"].read_text(encoding="utf-8")


def test_the_hooks_are_what_a_workflow_checks() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert [hook["entry"] for hook in repository["hooks"]] == ["make check"]
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in repository["hooks"])


def locked() -> dict[str, list[Requirement]]:
    """The lines of the lock file by the name of the package."""
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[Requirement]] = {}
    for line in lines:
        if not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(canonical(requirement.name), []).append(requirement)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> list[Requirement]:
    """What the project and its extra `dev` ask for, its own extras followed."""
    extras = PROJECT["project"]["optional-dependencies"]
    found, left = [], [*PROJECT["project"]["dependencies"], *extras["dev"]]
    while left:
        requirement = Requirement(left.pop())
        if canonical(requirement.name) == canonical(PROJECT["project"]["name"]):
            left += [text for extra in requirement.extras for text in extras[extra]]
        else:
            found.append(requirement)
    return found


def test_each_development_requirement_is_locked_at_a_version_that_it_allows() -> None:
    versions = locked()
    assert [str(need) for need in required() if canonical(need.name) not in versions] == [], (
        "`make lock` is due"
    )
    for need in required():
        for line in versions[canonical(need.name)]:
            (pin,) = line.specifier
            assert pin.operator == "=="
            assert need.specifier.contains(pin.version, prereleases=True), f"{need}: `make lock` is due"


def test_environments_are_made_of_the_locked_versions() -> None:
    assert "--constraint $(LOCK) --editable '.[dev]'" in MAKEFILE
    assert re.search(r"^\$\(READY\): pyproject\.toml \$\(LOCK\)$", MAKEFILE, re.MULTILINE)


def test_the_lock_is_for_every_python_that_is_supported() -> None:
    lowest = PROJECT["project"]["requires-python"]
    assert "3.11" in SpecifierSet(lowest)
    assert "--universal --python-version 3.11" in MAKEFILE


def test_the_changelog_has_the_newest_version_first_and_each_kind_of_change_once() -> None:
    sections = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert sections[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d", name) for name in sections[1:]]
    assert all(released), "a version is `## [X.Y.Z] - YYYY-MM-DD`"
    numbers = [tuple(map(int, found.groups())) for found in released if found]
    assert numbers == sorted(set(numbers), reverse=True)
    for section in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert len(kinds) == len(set(kinds)), "each kind of change once"
        assert set(kinds) <= KINDS


@pytest.mark.parametrize(
    ("tag", "changelog", "told"),
    [
        ("v1.2.3", "## [Unreleased]\n\n## [1.2.3] - 2030-01-02\n", []),
        (
            "v1.2.4",
            "## [1.2.3] - 2030-01-02\n",
            ["the tag is v1.2.4, but framework/xapi/version.py says 1.2.3"],
        ),
        (
            "1.2.3",
            "## [1.2.3] - 2030-01-02\n",
            ["the tag is 1.2.3, but framework/xapi/version.py says 1.2.3"],
        ),
        ("v1.2.3", "## [Unreleased]\n", ["CHANGELOG.md has no section '## [1.2.3] - YYYY-MM-DD'"]),
        ("v1.2.3", "## [1.2.3]\n", ["CHANGELOG.md has no section '## [1.2.3] - YYYY-MM-DD'"]),
        ("v1.2.3", "## [1x2x3] - 2030-01-02\n", ["CHANGELOG.md has no section '## [1.2.3] - YYYY-MM-DD'"]),
    ],
)
def test_a_tag_is_released_if_it_is_the_version_and_in_the_changelog(
    tag: str, changelog: str, told: list[str]
) -> None:
    problems = runpy.run_path(str(ROOT / "tools/check_release.py"))["problems"]
    assert problems(tag, "1.2.3", changelog) == told


@pytest.fixture(scope="module")
def floor(imported: Callable[[str, Path], Any]) -> Any:
    return imported("coverage_floor", ROOT / "tools/coverage_floor.py")


def summary(taken: int, of: int) -> dict[str, Any]:
    return {"summary": {"num_branches": of, "covered_branches": taken}}


def test_floors_are_for_packages_that_there_are() -> None:
    floors = PROJECT["tool"]["coverage-floor"]
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {"framework/xapi"} <= set(floors) <= set(packages)
    assert all(90 <= figure < 100 for figure in floors.values())


def test_branches_are_counted_for_each_package_and_held_against_its_floor(floor: Any) -> None:
    report = {
        "files": {
            "framework/xapi/a.py": summary(9, 10),
            "framework/xapi/b/c.py": summary(10, 10),
            "pytest_xapi/a.py": summary(1, 4),
        }
    }
    floors = {"framework/xapi": 95, "pytest_xapi": 25.1}
    assert floor.verdicts(report, floors) == {"framework/xapi": (95.0, True), "pytest_xapi": (25.0, False)}


def test_a_package_of_which_nothing_was_measured_is_told(floor: Any) -> None:
    with pytest.raises(ValueError, match="no branch of pytest_xapi was measured"):
        floor.branches({"files": {"pytest_xapi_more/a.py": summary(1, 1)}}, "pytest_xapi")
