"""`xapi new`: which projects it makes, what it asks, and what it refuses."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from xapi.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(project: Path) -> set[str]:
    return {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["new", *arguments]) == 1
    told, message = capsys.readouterr()
    assert told == ""
    assert message.count("\n") == 1
    return message


def test_without_a_terminal_there_are_defaults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "book-shop"]) == 0
    made = files(folder / "book-shop")
    assert {
        "pyproject.toml",
        "README.md",
        ".gitignore",
        "Dockerfile",
        ".dockerignore",
        ".github/workflows/tests.yml",
        "book_shop/main.py",
        "book_shop/settings.py",
        "book_shop/database.py",
        "migrations/versions/0001_create_tasks.py",
        "tests/conftest.py",
        "tests/test_migrations.py",
    } <= made
    assert "book_shop/security.py" not in made
    assert "pytest --xapi-fuzz --xapi-gate" in capsys.readouterr().out


def test_a_minimal_project_is_small(folder: Path) -> None:
    assert main(["new", "tiny", "--minimal"]) == 0
    assert files(folder / "tiny") == {
        "pyproject.toml",
        "README.md",
        ".gitignore",
        "tiny/__init__.py",
        "tiny/main.py",
        "tests/test_main.py",
    }


@pytest.mark.parametrize("database", [True, False])
@pytest.mark.parametrize("auth", [True, False])
def test_options_choose_the_parts(folder: Path, database: bool, auth: bool) -> None:
    options = [f"--{'' if database else 'no-'}database", f"--{'' if auth else 'no-'}auth"]
    assert main(["new", "shop", *options]) == 0
    made = files(folder / "shop")
    assert ("shop/database.py" in made) is database
    assert ("shop/security.py" in made) is auth
    dependencies = tomllib.loads((folder / "shop/pyproject.toml").read_text())["project"]["dependencies"]
    assert any(line.startswith("sqlmodel") for line in dependencies) is database
    assert any(line.startswith("pyjwt") for line in dependencies) is auth


def test_each_project_has_a_secret_of_its_own_that_git_ignores(folder: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        assert main(["new", name, "--auth"]) == 0
        secrets.add((folder / name / ".env").read_text().partition("_SECRET_KEY=")[2].strip())
        assert "\n.env\n" in (folder / name / ".gitignore").read_text()
    assert len(secrets) == 2
    assert min(map(len, secrets)) >= 32


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "it is empty"),
        ("2shop", "begins with a digit"),
        ("my shop", "no name of a package"),
        ("shop!", "no name of a package"),
        ("café", "no name of a package"),
        ("_shop", "no name of a package"),
        ("shop-", "no name of a package"),
        ("my.shop", "no name of a package"),
        ("sub/shop", "it is a path"),
        ("../shop", "it is a path"),
        ("class", "keyword"),
        ("async", "keyword"),
        ("Lambda", "keyword"),
        ("json", "standard library"),
        ("asyncio", "standard library"),
        ("Email", "standard library"),
        ("tests", "a folder 'tests'"),
        ("migrations", "a folder 'migrations'"),
        ("con", "Windows"),
        ("pydantic", "that the project needs"),
        ("sqlmodel", "that the project needs"),
        ("typing-extensions", "an installed module"),
        ("pluggy", "an installed module"),
        ("xapi-framework", "the installed distribution 'xapi-framework'"),
    ],
)
def test_a_name_that_no_package_can_have_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    message = refused(capsys, name)
    assert message.startswith(f"xapi: error: {name!r} cannot be the name of a project: ")
    assert told in message
    assert "try '" in message or "as in 'book-shop'" in message
    assert list(folder.iterdir()) == []


def test_what_lies_in_the_current_directory_takes_no_name(folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shelf.py").write_text("")
    assert main(["new", "shop", "--minimal"]) == 0
    assert main(["new", "shelf", "--minimal"]) == 0


def test_a_folder_with_something_in_it_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "shop").mkdir()
    (folder / "shop/.hidden").write_text("mine")
    assert "the folder shop is not empty" in refused(capsys, "shop")
    assert files(folder) == {"shop/.hidden"}


@pytest.mark.parametrize("kind", ["file", "link to nowhere"])
def test_what_is_no_folder_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    place = folder / "shop"
    place.write_text("mine") if kind == "file" else place.symlink_to(folder / "nowhere")
    assert "shop is there already, and is no folder" in refused(capsys, "shop")


def test_what_cannot_be_written_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device", "shop/README.md")

    monkeypatch.setattr(Path, "write_text", full)
    message = refused(capsys, "shop")
    assert "shop/README.md: No space left on device" in message
    assert "remove what is left in shop" in message


@pytest.mark.parametrize("option", ["--database", "--auth"])
def test_minimal_has_no_parts(folder: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert f"--minimal and {option} contradict each other" in refused(capsys, "shop", "--minimal", option)
    assert list(folder.iterdir()) == []


def at_a_terminal(answers: str, *arguments: str) -> tuple[int, str]:
    """What the command shows at a terminal where these answers are typed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "xapi", "new", *arguments], stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # Linux says so that the other end is closed
            pass
        os.close(ours)
    return process.returncode, shown.decode()


def test_at_a_terminal_what_is_not_said_is_asked(folder: Path) -> None:
    code, shown = at_a_terminal("n\nmaybe\nyes\n", "shop")
    assert code == 0
    assert "A database, with SQLModel and Alembic? [Y/n]" in shown
    assert "Please answer y or n." in shown
    assert "Accounts that log in with a password? [y/N]" in shown
    made = files(folder / "shop")
    assert "shop/security.py" in made
    assert "shop/database.py" not in made


def test_what_is_said_is_not_asked(folder: Path) -> None:
    code, shown = at_a_terminal("\n", "shop", "--no-database")
    assert (code, shown.count("?")) == (0, 1)
    assert at_a_terminal("", "tiny", "--minimal")[1].count("?") == 0


def test_who_does_not_answer_gets_no_project(folder: Path) -> None:
    code, shown = at_a_terminal("\x04", "shop")
    assert code == 1
    assert "no answer: nothing was made" in shown
    assert list(folder.iterdir()) == []


def test_other_commands_do_not_load_what_makes_projects() -> None:
    program = "import sys, xapi.cli as c; c.main(['--help'] * 0); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "xapi.cli.new" in shown
    assert "xapi.cli.scaffold" not in shown
    assert "jinja2" not in shown
