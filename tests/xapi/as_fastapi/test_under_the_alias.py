"""The alias in processes of its own, where nothing was imported before."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def read() -> str:
    return type(app).__mro__[1].__name__
"""


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_names_internals_and_patches() -> None:
    checks = HERE / "under_the_alias"
    result = run(
        *("-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--xapi-as-fastapi"),
        *("-o", "python_files=check_*.py", str(checks)),
        folder=checks,
    )
    assert result.returncode == 0, result.stdout[-6000:]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with an installed package `fastapi`, and a library that imports it."""
    (tmp_path / "fastapi").mkdir()
    (tmp_path / "fastapi/__init__.py").write_text("FastAPI = dict\n")
    (tmp_path / "library.py").write_text("import os\n\nfrom fastapi import FastAPI\n")
    (tmp_path / "main.py").write_text(APP)
    return tmp_path


def test_too_late_is_told_with_who_imported_it(installed: Path) -> None:
    result = run("-c", "import library, json\nimport xapi.as_fastapi", folder=installed)
    assert result.returncode == 1
    told = result.stderr.splitlines()[-1]
    assert told.startswith("ImportError: xapi.as_fastapi came too late: fastapi (")
    assert f"imported already, by library ({installed}/library.py:3)." in told


def test_too_late_for_pytest_is_a_usage_error(installed: Path) -> None:
    (installed / "test_it.py").write_text("def test_it(): ...\n")
    result = run("-m", "pytest", "-p", "library", "--xapi-as-fastapi", folder=installed)
    assert result.returncode == 4
    assert "imported already, by library (" in result.stderr


def test_conftest_files_of_pytest_find_the_alias(installed: Path) -> None:
    """With the program of the page."""
    page = (ROOT / "docs/as-fastapi.md").read_text(encoding="utf-8")
    programs = re.findall(r"```python\n# (\S+)\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in programs] == ["main.py", "test_main.py"]
    for name, program in programs:
        (installed / name).write_text(program)
    (installed / "conftest.py").write_text("from main import app\nassert app.title == 'FastAPI'\n")
    (installed / "pyproject.toml").write_text("[tool.xapi]\nas_fastapi = true\n")
    assert run("-m", "pytest", folder=installed).returncode == 0


def test_scripts_and_modules_are_run_with_it(installed: Path) -> None:
    (installed / "below").mkdir()
    (installed / "below/script.py").write_text(
        "import sys\nimport fastapi\nimport beside\nprint(__name__, fastapi.__version__, sys.argv)\n"
    )
    (installed / "below/beside.py").write_text("")
    script = run("-m", "xapi.as_fastapi", "below/script.py", "-m", "--help", folder=installed)
    assert script.stdout == "__main__ 0.165.0 ['below/script.py', '-m', '--help']\n"
    module = run("-m", "xapi.as_fastapi", "-m", "below.script", "a", folder=installed, PYTHONPATH="below")
    assert module.stdout.startswith("__main__ 0.165.0 [")
    assert module.stdout.endswith("below/script.py', 'a']\n")
    for arguments in ([], ["missing.py"], ["-x"]):
        assert run("-m", "xapi.as_fastapi", *arguments, folder=installed).returncode == 2


def test_commands_about_an_app_have_the_flag(installed: Path) -> None:
    result = run("-m", "xapi", "openapi", "--as-fastapi", "main:app", folder=installed)
    assert json.loads(result.stdout)["info"]["title"] == "FastAPI"
    late = run("-c", "import library\nfrom xapi.cli import main\nmain(['routes', '--as-fastapi'])",
               folder=installed)  # fmt: skip
    assert late.returncode == 2
    assert "imported already, by library (" in late.stderr


def test_processes_that_are_started_from_it_have_it(installed: Path) -> None:
    (installed / "start.py").write_text(
        "from multiprocessing import get_context\n\n"
        "def title(queue):\n    from main import app\n    queue.put(app.title)\n\n"
        "if __name__ == '__main__':\n"
        "    context = get_context('spawn')\n    queue = context.Queue()\n"
        "    process = context.Process(target=title, args=(queue,))\n"
        "    process.start()\n    print(queue.get(timeout=60))\n    process.join()\n"
    )
    assert run("-m", "xapi.as_fastapi", "start.py", folder=installed).stdout == "FastAPI\n"


def test_without_it_nothing_of_it_is_loaded(installed: Path) -> None:
    program = (
        "import sys, xapi, xapi.cli, xapi.testing, pytest_xapi.plugin\n"
        "from fastapi import FastAPI\n"
        "assert FastAPI is dict\n"
        "assert not [name for name in sys.modules if name.startswith('xapi.as_fastapi')]\n"
    )
    result = run("-c", program, folder=installed)
    assert result.returncode == 0, result.stderr
