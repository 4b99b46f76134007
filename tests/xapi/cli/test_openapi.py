"""`xapi openapi` as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SHOP = """
from xapi import XAPI

app = XAPI(title="Süßes", servers=[{"url": "/a"}, {"url": "/b"}])


@app.get("/items")
def list_items() -> list[str]:
    return []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    return tmp_path


def xapi(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("xapi")), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
    )


def test_json_is_written_to_the_standard_output(folder: Path) -> None:
    finished = xapi(folder, "openapi", "shop:app", PYTHONIOENCODING="ascii")

    assert (finished.returncode, finished.stderr) == (0, b"")
    document = json.loads(finished.stdout)
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Süßes"
    assert list(document["paths"]) == ["/items"]
    assert finished.stdout.decode().startswith('{\n  "openapi": "3.1.0",\n')
    assert finished.stdout.endswith(b"}\n")


def test_yaml_says_the_same(folder: Path) -> None:
    as_json = xapi(folder, "openapi", "shop:app")
    as_yaml = xapi(folder, "openapi", "shop:app", "--format", "yaml")

    assert as_yaml.stdout.decode().startswith("openapi: 3.1.0\ninfo:\n  title: Süßes\n")
    assert yaml.safe_load(as_yaml.stdout) == json.loads(as_json.stdout)


@pytest.mark.parametrize(
    ("name", "arguments", "is_json"),
    [
        ("o.json", [], True),
        ("o.yaml", [], False),
        ("o.yml", [], False),
        ("o.txt", [], True),
        ("o.txt", ["--format", "yaml"], False),
        ("o.yaml", ["--format", "json"], True),
    ],
)
def test_a_file_is_written_in_the_format_of_its_name(
    folder: Path, name: str, arguments: list[str], is_json: bool
) -> None:
    finished = xapi(folder, "openapi", "shop:app", "--output", name, *arguments)

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")
    written = (folder / name).read_text(encoding="utf-8")
    assert written.startswith("{") is is_json
    assert yaml.safe_load(written)["info"]["title"] == "Süßes"


def test_a_file_that_cannot_be_written_is_an_error(folder: Path) -> None:
    finished = xapi(folder, "openapi", "shop:app", "--output", "nowhere/o.json")

    assert finished.returncode == 1
    assert finished.stderr == b"xapi: error: cannot write nowhere/o.json: No such file or directory\n"


def test_what_is_no_xapi_has_no_document(folder: Path) -> None:
    (folder / "other.py").write_text("from starlette.applications import Starlette\napp = Starlette()\n")
    finished = xapi(folder, "openapi", "other:app")

    assert finished.returncode == 1
    assert b"xapi: error: other:app is of type Starlette; only an XAPI, or an app " in finished.stderr


def test_a_document_that_cannot_be_made_says_why(folder: Path) -> None:
    (folder / "broken.py").write_text(
        "from xapi import XAPI\napp = XAPI()\napp.openapi = lambda: {'info': {1, 2}}\n"
    )
    finished = xapi(folder, "openapi", "broken:app")

    assert finished.returncode == 1
    assert finished.stdout == b""
    assert finished.stderr.startswith(
        b"xapi: error: the document of broken:app cannot be generated: TypeError: "
    )


@pytest.mark.parametrize("encoding", ["json", "yaml"])
def test_what_json_does_not_have_is_replaced(encoding: str, folder: Path) -> None:
    (folder / "odd.py").write_text(
        "from xapi import XAPI\napp = XAPI(title='\\ud800')\napp.openapi()['info']['x-most'] = float('inf')\n"
    )
    finished = xapi(folder, "openapi", "odd:app", "--format", encoding)

    assert (finished.returncode, finished.stderr) == (0, b"")
    info = yaml.safe_load(finished.stdout)["info"]
    assert (info["title"], info["x-most"]) == ("?", None)


def test_without_pyyaml_it_says_what_to_install(folder: Path) -> None:
    (folder / "yaml.py").write_text("raise ImportError")
    finished = xapi(folder, "openapi", "shop:app", "--format", "yaml", PYTHONPATH=str(folder))

    assert finished.returncode == 1
    assert b"YAML needs the package PyYAML: pip install pyyaml" in finished.stderr


def test_an_app_that_nothing_names_is_looked_for(folder: Path) -> None:
    finished = xapi(folder, "openapi")

    assert finished.returncode == 1
    assert b"(tried main.py, app.py, " in finished.stderr
    (folder / "shop.py").rename(folder / "main.py")
    assert xapi(folder, "openapi").returncode == 0


def test_an_app_of_another_framework_has_the_document_that_it_makes(folder: Path) -> None:
    (folder / "other.py").write_text(
        "class App:\n"
        "    async def __call__(self, scope, receive, send): ...\n"
        "    def openapi(self): return {'openapi': '3.1.0', 'paths': {}}\n"
        "app = App()\n"
    )
    finished = xapi(folder, "openapi", "other:app")

    assert json.loads(finished.stdout) == {"openapi": "3.1.0", "paths": {}}
