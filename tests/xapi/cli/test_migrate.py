"""`xapi migrate`: whole trees, what is written, what is told; a moved app passes its tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from xapi.cli import main

ROOT = Path(__file__).parents[3]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, in the current directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app/main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    (tmp_path / "app/other.py").write_text("import json\n")
    (tmp_path / "requirements-dev.txt").write_text("fastapi>=0.1\n")
    (tmp_path / "Dockerfile").write_text('CMD ["sh", "-c", "fastapi run app/main.py"]\n')
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_tree_is_rewritten(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "."]) == 0
    assert (app / "app/main.py").read_text() == "from xapi import XAPI\n\napp = XAPI()\n"
    assert (app / "requirements-dev.txt").read_text() == "xapi-framework\n"
    assert capsys.readouterr().out == (
        "For a person to look at:\n"
        "  Dockerfile:1: `fastapi run` is `xapi run`\n"
        "2 files rewritten, 1 place to look at\n"
    )


def test_a_second_time_changes_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "."]) == 0
    once = contents(app)
    assert main(["migrate", "."]) == 0
    assert main(["migrate", "--check", "."]) == 0
    assert contents(app) == once
    assert "0 files rewritten" in capsys.readouterr().out


def test_check_shows_a_diff_and_writes_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(app)
    assert main(["migrate", "--check", "."]) == 1
    assert contents(app) == before
    shown = capsys.readouterr().out
    assert "-from fastapi import FastAPI\n+from xapi import XAPI\n" in shown
    assert "2 files would be rewritten" in shown


def test_one_file_can_be_named(app: Path) -> None:
    assert main(["migrate", "app/main.py"]) == 0
    assert (app / "requirements-dev.txt").read_text() == "fastapi>=0.1\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("broken.py", b"from fastapi import (\n", "is no Python: '(' was never closed in line 1"),
        ("latin.py", b"# \xe9 fastapi\n", "is no Python: invalid or missing encoding declaration"),
        ("encoding.py", b"# coding: klingon\nimport fastapi\n", "is no Python: unknown encoding: klingon"),
        ("zero.py", b"import fastapi\0\n", "is no Python"),
        ("pyproject.toml", b"[project\n# fastapi", "is no TOML"),
        ("pyproject.toml", b"\xff fastapi", "is not written in utf-8"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named_and_the_others_are_done(
    app: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, told: str
) -> None:
    (app / name).write_bytes(content)
    assert main(["migrate", "."]) == 1
    shown = capsys.readouterr().out
    assert f"error: {name} {told}" in shown
    assert "it is left as it is" in shown
    assert (app / name).read_bytes() == content
    assert "xapi" in (app / "app/main.py").read_text()


def test_a_link_to_nowhere_is_named(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "gone.py").symlink_to(app / "nowhere.py")
    assert main(["migrate", "."]) == 1
    assert "error: gone.py cannot be read: No such file or directory" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_refused(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "nowhere"]) == 1
    assert capsys.readouterr().err == "xapi: error: there is no nowhere\n"


@pytest.mark.parametrize("content", [
    "\ufefffrom fastapi import FastAPI\r\nx = FastAPI()  # é\r\n".encode(),
    "# coding: latin-1\nfrom fastapi import FastAPI\nx = FastAPI(title='é')\n".encode("latin-1"),
    b"from fastapi import FastAPI\n\x0c\nx = FastAPI()\t",
])  # fmt: skip
def test_encodings_and_line_ends_stay(app: Path, content: bytes) -> None:
    (app / "app/main.py").write_bytes(content)
    assert main(["migrate", "app"]) == 0
    assert (app / "app/main.py").read_bytes() == content.replace(b"fastapi", b"xapi").replace(
        b"FastAPI", b"XAPI"
    )


def test_environments_and_what_is_built_are_left_alone(app: Path) -> None:
    for folder in (".venv/lib", "env/lib", "build", "node_modules/x", ".git"):
        (app / folder).mkdir(parents=True)
        (app / folder / "module.py").write_text("import fastapi\n")
    (app / "env/pyvenv.cfg").write_text("")
    assert main(["migrate", "."]) == 0
    assert all(
        b"import fastapi" in text for name, text in contents(app).items() if name.endswith("module.py")
    )


def test_a_name_that_other_files_import_stays(app: Path) -> None:
    (app / "app/base.py").write_text("from fastapi import FastAPI, Request\n")
    (app / "app/user.py").write_text("from .base import FastAPI, Request\n\nx = FastAPI()\n")
    assert main(["migrate", "."]) == 0
    assert (app / "app/base.py").read_text() == "from xapi import XAPI as FastAPI, Request\n"
    assert (app / "app/user.py").read_text() == "from .base import FastAPI, Request\n\nx = FastAPI()\n"


def test_a_name_that_is_looked_up_in_another_module_is_told(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / "app/user.py").write_text(
        "import fastapi\nfrom app import main\n\nx = main.FastAPI()\ny = main.app\n"
    )
    assert main(["migrate", "."]) == 0
    assert "app/user.py:4: main.FastAPI has another name, if it was imported" in capsys.readouterr().out


def test_a_lock_file_is_named(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "uv.lock").write_text('name = "fastapi"\n')
    assert main(["migrate", "."]) == 0
    assert "uv.lock:1: locks versions of FastAPI: make this file anew" in capsys.readouterr().out


def test_the_page_shows_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs/migrating-apps.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(# shop/main.py\n.*?)^```$", page, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/main.py").write_text(program)
    assert main(["migrate", "--check", "shop"]) == 1
    assert f"$ xapi migrate --check shop\n{capsys.readouterr().out}```" in page


def test_the_tests_of_an_app_for_fastapi_pass_when_it_was_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shutil.copytree(ROOT / "examples/bookings", tmp_path / "bookings")
    assert main(["migrate", str(project)]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(r"8 files rewritten, 0 places to look at\n", told)
    assert not [
        name for name, text in contents(project).items() if name.endswith(".py") and b"fastapi" in text
    ]
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:asyncio",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
        ],
        cwd=project,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "27 passed" in finished.stdout
