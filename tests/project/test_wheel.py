"""What users install: the wheel, its metadata, and its entry points in an environment of its own."""

from __future__ import annotations

import subprocess
import tarfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from xapi.version import __version__


@pytest.fixture(scope="module")
def files(wheel: Path) -> dict[str, str]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(files: dict[str, str]) -> Message:
    return Parser().parsestr(files[f"xapi_framework-{__version__}.dist-info/METADATA"])


def run(scripts: Path, script: str, *arguments: str, directory: Path) -> str:
    finished = subprocess.run([scripts / script, *arguments], cwd=directory, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_it_is_one_pure_wheel_of_this_version(wheel: Path) -> None:
    assert wheel.name == f"xapi_framework-{__version__}-py3-none-any.whl"


def test_it_holds_the_two_packages_and_nothing_else(files: dict[str, str]) -> None:
    top = {name.split("/")[0] for name in files}
    assert top == {"xapi", "pytest_xapi", f"xapi_framework-{__version__}.dist-info"}


@pytest.mark.parametrize("package", ["xapi", "pytest_xapi"])
def test_both_packages_say_that_they_are_typed(files: dict[str, str], package: str) -> None:
    assert f"{package}/py.typed" in files


def test_it_carries_its_license(files: dict[str, str], metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert "MIT License" in files[f"xapi_framework-{__version__}.dist-info/licenses/LICENSE"]


def test_the_core_depends_on_five_packages(metadata: Message) -> None:
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    names = {line.split(">")[0].strip() for line in required}
    assert names == {"anyio", "pydantic", "starlette", "typing-extensions", "typing-inspection"}
    assert all(">=" in line for line in required)


def test_the_extras_are_those_that_the_documentation_names(metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", [])) == {"standard", "test", "fuzz", "all", "dev"}


def test_it_names_the_plugin_and_the_command(files: dict[str, str]) -> None:
    entry_points = files[f"xapi_framework-{__version__}.dist-info/entry_points.txt"]
    assert "[pytest11]\nxapi = pytest_xapi.plugin\n" in entry_points
    assert "[console_scripts]\nxapi = xapi.cli:main\n" in entry_points


def test_the_source_archive_has_what_a_packager_needs(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "framework", "pytest_xapi"} <= top
    assert "tests" not in top


def test_installed_it_imports_from_where_it_was_installed(scripts: Path, tmp_path: Path) -> None:
    printed = run(scripts, "python", "-c", "import xapi; print(xapi.__file__)", directory=tmp_path)
    assert Path(printed.strip()).is_relative_to(scripts.parent)


def test_installed_it_has_the_command(scripts: Path, tmp_path: Path) -> None:
    assert run(scripts, "xapi", "--version", directory=tmp_path) == f"xapi {__version__}\n"


def test_installed_it_is_loaded_by_pytest(scripts: Path, tmp_path: Path) -> None:
    printed = run(scripts, "python", "-m", "pytest", "--help", directory=tmp_path)
    assert "--xapi-app" in printed
    assert "--xapi-fuzz" in printed


def test_installed_it_gives_its_fixtures(scripts: Path, tmp_path: Path) -> None:
    printed = run(scripts, "python", "-m", "pytest", "--fixtures", "-q", directory=tmp_path)
    assert "pytest_xapi" in printed
