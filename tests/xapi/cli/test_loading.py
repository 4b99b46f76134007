"""Which app a command is about."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xapi import XAPI
from xapi.cli.errors import CommandError
from xapi.cli.loading import Target, find_app

APP = "from xapi import XAPI\n{name} = XAPI(title={title!r})\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a module below a folder that is the current one; what is imported from there is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)

    def to(path: str, text: str | None = None, *, name: str = "app") -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(APP.format(name=name, title=path) if text is None else text, encoding="utf-8")
        return file

    yield to
    for module in set(sys.modules) - before:
        del sys.modules[module]


def title(target: Target) -> str:
    assert isinstance(target.app, XAPI)
    return target.app.title


@pytest.mark.parametrize("named", ["shop.main:app", "shop.main", "shop/main.py", "./shop/main.py:app"])
def test_an_app_is_named_by_module_or_by_path(write: Write, named: str) -> None:
    write("shop/__init__.py", "")
    write("shop/main.py")
    target = find_app(named)

    assert title(target) == "shop/main.py"
    assert target.import_string == "shop.main:app"
    assert target.folder == Path.cwd()
    assert str(target.folder) in sys.path


def test_a_file_outside_packages_is_a_module_of_its_folder(write: Write) -> None:
    file = write("apps/harbour.py")
    target = find_app(str(file))

    assert (target.folder, target.module) == (file.parent, "harbour")


def test_a_file_in_nested_packages_is_imported_from_above_the_outermost(write: Write) -> None:
    for package in ("src/quay", "src/quay/deep"):
        write(f"{package}/__init__.py", "")
    write("src/quay/deep/web.py", "from quay import deep\n" + APP.format(name="app", title="deep"))
    target = find_app("src/quay/deep/web.py")

    assert (target.folder, target.import_string) == (Path.cwd() / "src", "quay.deep.web:app")


def test_a_package_can_hold_the_app_itself(write: Write) -> None:
    write("pier/__init__.py")

    assert find_app("pier/__init__.py").import_string == "pier:app"


@pytest.mark.parametrize("file", ["main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"])
@pytest.mark.parametrize("target", [None, "."])
def test_without_a_name_the_usual_files_are_looked_for(write: Write, file: str, target: str | None) -> None:
    write(file)

    assert title(find_app(target)) == file


def test_of_the_usual_files_the_first_counts(write: Write) -> None:
    write("api.py")
    write("main.py")

    assert title(find_app()) == "main.py"


@pytest.mark.parametrize(
    ("names", "found"),
    [(["web", "api", "app"], "app"), (["web", "api"], "api"), (["web", "other"], "web")],
)
def test_without_a_name_of_the_app_the_usual_ones_come_first(
    write: Write, names: list[str], found: str
) -> None:
    write("lock.py", "".join(APP.format(name=name, title=name) for name in names))

    assert title(find_app("lock.py")) == found
    assert find_app("lock.py", "web").name == "web"


def test_an_app_may_be_an_attribute_of_something(write: Write) -> None:
    write("crane.py", "from xapi import XAPI\nclass Holder:\n    app = XAPI(title='held')\n")

    assert title(find_app("crane:Holder.app")) == "held"


def test_a_function_without_arguments_is_a_factory(write: Write) -> None:
    write("yard.py", "from xapi import XAPI\ndef create(debug=False):\n    return XAPI(title='made')\n")
    target = find_app("yard:create")

    assert title(target) == "made"
    assert target.is_factory


def test_the_first_app_may_be_of_any_framework(write: Write) -> None:
    write(
        "dock.py",
        "from starlette.applications import Starlette\n"
        "async def send(scope, receive, send): ...\n"
        "web = Starlette()\n",
    )

    assert find_app("dock").name == "web"


def test_an_asgi_app_of_another_kind_is_an_app(write: Write) -> None:
    write("plain.py", "async def app(scope, receive, send): ...\n")

    assert not find_app("plain:app").is_factory


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("nowhere.main:app", r"no module 'nowhere' in .* or on sys.path"),
        ("shop.nowhere:app", r"no module 'shop.nowhere' in .* or on sys.path"),
        (
            "shop.main:nothing",
            r"module 'shop.main' \(.*main.py\) has no attribute 'nothing' \(did you mean 'app'",
        ),
        (
            "shop.main:number",
            r"shop.main:number is of type int, which is not an app \(did you mean 'app'\?\)",
        ),
        ("shop.main:Kind", r"shop.main:Kind is the class Kind, which is not an app"),
        (
            "shop.main:needs",
            r"shop.main:needs is a function that needs 'path' and 'mode': one that makes the app",
        ),
        ("spoilt", r"module 'spoilt' cannot be imported: SyntaxError: .* \(/.*spoilt.py, line 2\)"),
        ("unmet", r"cannot import name 'nothing' from 'json' \(.*\), in /.*unmet.py, line 1"),
        ("shop.main:fails", r"the factory shop.main:fails failed: OSError: no disk \(.*main.py, line 5\)"),
        ("empty", r"module 'empty' \(.*empty.py\) has no app; name it: MODULE:APP"),
        ("shop/nowhere.py", r"there is no file .*nowhere.py"),
        ("no where", r"'no where' is neither a path nor a module; name an app as MODULE:APP or PATH"),
        (None, r"no app in .* \(tried main.py, app.py, .*\); name it: MODULE:APP or PATH"),
        (
            "broken",
            r"module 'broken' cannot be imported: NameError: name 'x' is not defined \(.*broken.py, line 2\)",
        ),
        ("leaves", r"module 'leaves' cannot be imported: SystemExit: 3"),
        ("needs", r"module 'needs' cannot be imported: ModuleNotFoundError: No module named 'absent'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(write: Write, named: str | None, message: str) -> None:
    write("shop/__init__.py", "")
    write(
        "shop/main.py",
        APP.format(name="app", title="")
        + "number = 1\ndef fails():\n    raise OSError('no disk')\nclass Kind: ...\n"
        + "def needs(path, mode, *, dry=False): ...\n",
    )
    write("spoilt.py", "\nx = 1 +\n")
    write("unmet.py", "from json import nothing\n")
    write("broken.py", "\nx\n")
    write("empty.py", "app = None\n")
    write("leaves.py", "raise SystemExit(3)\n")
    write("needs.py", "import absent\n")

    with pytest.raises(CommandError, match=message) as raised:
        find_app(named)
    assert "\n" not in str(raised.value)
