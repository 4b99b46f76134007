"""What the whole suite shares."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
COMPAT = HERE / "compat"
ROOT = HERE.parent
FRAMEWORK = ROOT / "framework"

sys.path.insert(0, str(HERE / "support"))

Require = Callable[[bool, str], None]
Faults = Callable[[Any], list[str]]
Serve = Callable[[Any], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def require() -> Require:
    """`require(there, reason)` skips a test whose tool is not there; with CI=true it fails."""

    def check(there: bool, reason: str) -> None:
        if not there and os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        elif not there:
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def imported() -> Callable[[str, Path], Any]:
    """`imported(name, file)` is the module of a file off the import path, for its user alone."""

    def load(name: str, file: Path) -> Any:
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def peer_environments(imported: Callable[[str, Path], Any]) -> Any:
    """The module that knows the environments of peers, `tests/compat/environments.py`."""
    return imported("peer_environments", COMPAT / "environments.py")


@pytest.fixture
def passed_for_peer(require: Require, peer_environments: Any) -> Callable[..., tuple[int, str]]:
    """`passed_for_peer(peer, file, **variables)` runs a file of tests in a peer's environment.

    It gives the number of those that passed, and the output; all have to pass.
    """

    def run(peer: str, file: Path, **variables: str) -> tuple[int, str]:
        is_ready = peer_environments.is_ready(peer)
        require(is_ready, f"the environment of {peer} is not there: run `make ci-deps`")
        finished = subprocess.run(
            [peer_environments.python_of(peer), "-m", "pytest", "-q", "-c", COMPAT / "contract.ini", file],
            env=peer_environments.variables(FRAMEWORK) | variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        passed = re.search(r"(\d+) passed", finished.stdout)
        assert passed is not None
        return int(passed[1]), finished.stdout

    return run


@pytest.fixture(scope="session")
def serve() -> Serve:
    """`with serve(app) as url` serves an app by uvicorn on a port of 127.0.0.1."""

    @contextmanager
    def serving(app: Any) -> Iterator[str]:
        import uvicorn

        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            # It listens already, so whoever connects before the server runs waits for it.
            thread = Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                thread.join()

    return serving


@pytest.fixture(scope="session")
def build_site(require: Require) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """`build_site(root)` builds the site of the documentation that is in a project's folder."""

    def build(root: Path) -> subprocess.CompletedProcess[str]:
        python = ROOT / ".venv-docs" / "bin" / "python"
        require(python.exists(), "the environment of the documentation is not there: run `make ci-deps`")
        return subprocess.run(
            [python, root / "tools/site/build.py", "--root", root],
            env={name: value for name, value in os.environ.items() if name != "DOCS_VERSIONS"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return build


@pytest.fixture(scope="session")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """`project_copy()` is a folder with copies of the documents, and links to the rest of the project."""

    def copy() -> Path:
        folder = tmp_path_factory.mktemp("project")
        for path in ROOT.iterdir():
            if path.name == "docs":
                shutil.copytree(path, folder / path.name)
            elif path.is_file():
                shutil.copyfile(path, folder / path.name)
            elif path.name not in ("build", ".cache", ".git"):
                (folder / path.name).symlink_to(path)
        return folder

    return copy


@pytest.fixture(scope="session")
def site(
    build_site: Callable[[Path], subprocess.CompletedProcess[str]], project_copy: Callable[[], Path]
) -> Path:
    """The site of the documentation, built strictly."""
    root = project_copy()
    built = build_site(root)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    return root / "build/site/html"


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Runs pytest inside pytest, the tests in the order in which they are written."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly")
    return pytester


@pytest.fixture(scope="session")
def document_faults() -> Faults:
    """`document_faults(app)` is where the app's document breaks the schema of OpenAPI 3.1."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    def faults(app: Any) -> list[str]:
        text = json.dumps(app.openapi(), allow_nan=False)
        errors = OpenAPIV31SpecValidator(json.loads(text, object_hook=_as_in_3_1)).iter_errors()
        return [f"{list(error.absolute_path)}: {error.message}" for error in errors]

    return faults


def _as_in_3_1(value: dict[str, Any]) -> dict[str, Any]:
    # Streams are described by `itemSchema` of OpenAPI 3.2, as the reference does; 3.1 has `schema` only.
    return {"schema" if name == "itemSchema" else name: part for name, part in value.items()}
