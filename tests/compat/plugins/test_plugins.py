"""The fixtures beside the pytest plugins that most suites have: each alone, and all of them together."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import chromium
import pytest

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]

MAIN = """
    from contextlib import asynccontextmanager
    from datetime import UTC, datetime
    import anyio
    from xapi import Depends, XAPI, WebSocket

    @asynccontextmanager
    async def lifespan(app):
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            yield
            group.cancel_scope.cancel()

    app = XAPI(lifespan=lifespan)

    def user():
        return "anna"

    @app.get("/")
    async def read(name=Depends(user)):
        await anyio.sleep(0)
        return name

    @app.get("/thread")
    def read_in_thread(name=Depends(user)):
        return name

    @app.get("/time")
    def now():
        return datetime.now(UTC).year

    @app.websocket("/ws")
    async def talk(websocket: WebSocket, name=Depends(user)):
        await websocket.accept()
        await websocket.send_text(name)
"""
SYNC = """
    import pytest
    from main import app, user
    from xapi.testing import TestClient

    @pytest.fixture(scope="module")
    def seeded(module_client):
        return module_client.get("/").json()

    @pytest.fixture
    def own():
        with TestClient(app) as client:
            yield client

    def test_client(client, override, seeded):
        assert seeded == "anna"
        override(user, "ben")
        assert client.get("/").json() == client.get("/thread", timeout=5).json() == "ben"
        with client.websocket_connect("/ws") as session:
            assert session.receive_text() == "ben"
            session.expect_close()

    @pytest.mark.parametrize("driver", ["auto", "portal"])
    def test_more_clients(make_client, own, override, driver):
        override(user, "carl")
        assert make_client(driver=driver).get("/").json() == own.get("/").json() == "carl"

    def test_nothing_is_replaced_any_more(client, own):
        assert client.get("/").json() == own.get("/").json() == "anna"
"""
ASYNC = """
    import pytest
    from main import user
    pytestmark = [{marks}]

    async def test_async_client(async_client, override):
        override(user, "ben")
        assert (await async_client.get("/")).json() == (await async_client.get("/thread")).json() == "ben"
        async with async_client.websocket_connect("/ws") as session:
            assert await session.receive_text() == "ben"

    async def test_client_in_an_asynchronous_test(client):
        assert client.get("/").json() == "anna"
"""
OTHERS = {
    "freezegun": """
        import freezegun, pytest

        @freezegun.freeze_time("1999-12-31")
        def test_frozen(client):
            assert client.get("/time", timeout=5).json() == 1999
            with client.websocket_connect("/ws") as session:
                session.receive_text()
        """,
    "freezer": """
        import pytest

        @pytest.mark.freeze_time("1999-12-31")
        def test_frozen(client, freezer):
            assert client.get("/time", timeout=5).json() == 1999
        """,
    "time_machine": """
        import time_machine

        def test_travelled(client):
            with time_machine.travel("1999-12-31"):
                assert client.get("/time", timeout=5).json() == 1999
        """,
    "mock": """
        from main import user

        def test_mocks(client, override, mocker):
            override(user, mocker.Mock(return_value="mock"))
            assert client.get("/").json() == "mock"
        """,
    "bdd": """
        import pytest
        from main import user
        from pytest_bdd import given, scenarios, then, when

        scenarios("read.feature")

        @given("the user is ben")
        def _(override):
            override(user, "ben")

        @when("the name is read", target_fixture="answer")
        def _(client):
            return client.get("/").json()

        @then("it is ben")
        def _(answer):
            assert answer == "ben"
        """,
    "syrupy": """
        def test_snapshot(client, snapshot):
            assert client.get("/").json() == snapshot
        """,
    "subtests": """
        import unittest
        import pytest

        def test_parts(client, subtests):
            for path in ("/", "/thread"):
                with subtests.test(path):
                    assert client.get(path).json() == "anna"

        class TestCase(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _given(self, client):
                self.client = client

            def test_parts(self):
                with self.subTest("one"):
                    self.assertEqual(self.client.get("/").json(), "anna")
        """,
    "server": """
        from urllib.request import ProxyHandler, build_opener
        import pytest

        @pytest.fixture(scope="session")
        def base_url(session_live_server):
            return session_live_server.url

        def test_server(base_url):
            with build_opener(ProxyHandler({})).open(base_url) as response:
                assert response.read() == b'"anna"'
        """,
    "playwright": """
        import os, pytest

        @pytest.fixture(scope="session")
        def base_url(session_live_server):
            return session_live_server.url

        @pytest.fixture(scope="session")
        def browser_type_launch_args(browser_type_launch_args):
            arguments = os.environ["CHROMIUM_ARGUMENTS"].split("|")
            return browser_type_launch_args | {"executable_path": os.environ["CHROMIUM"], "args": arguments}

        def test_page(page, override):
            from main import user

            page.goto("/")
            assert page.locator("body").inner_text() == '"anna"'
            override(user, "ben")
            page.reload()
            assert page.locator("body").inner_text() == '"ben"'
        """,
    "flask": """
        import flask
        import pytest

        @pytest.fixture
        def app():
            return flask.Flask("theirs")

        def test_theirs_and_ours(app, client, xapi_client, override):
            assert flask.current_app.name == app.name
            assert client.get("/").status_code == 404
            assert xapi_client.get("/").json() == "anna"
        """,
    "django": """
        def test_theirs_and_ours(client, xapi_client, make_client):
            assert type(client).__module__ == "django.test.client"
            assert xapi_client.get("/").json() == make_client().get("/").json() == "anna"
        """,
    # Of their two fixtures `client` one wins: the tests of a suite with both plugins cannot use it.
    "flask_and_django": """
        import flask
        import pytest

        @pytest.fixture
        def app():
            return flask.Flask("theirs")

        def test_theirs_and_ours(app, rf, xapi_client):
            assert flask.current_app.name == app.name
            assert rf.get("/").method == "GET"
            assert xapi_client.get("/").json() == "anna"
        """,
}
WITH_A_CLIENT = {"flask", "django", "flask_and_django"}
"""Plugins that have a fixture `client`, too: beside them ours have their long names."""
FEATURE = """
    Feature: Reading
        Scenario: A name is read
            Given the user is ben
            When the name is read
            Then it is ben
"""
SNAPSHOT = """
    # serializer version: 1
    # name: test_snapshot
      'anna'
    # ---
"""
DJANGO = ["-p", "pytest_django.plugin", "-o", "DJANGO_SETTINGS_MODULE=theirs"]
AUTO = ["-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
XDIST = ["-p", "xdist.plugin", "-n1"]
ALONE: dict[str, tuple[list[str], list[str], str | None]] = {
    # the plugins and options, the files beside that of the synchronous tests, marks of asynchronous tests
    "nothing": ([], ["subtests", "server"], None),
    "asyncio, auto": (["-p", "pytest_asyncio.plugin", *AUTO], [], ""),
    "asyncio, strict": (["-p", "pytest_asyncio.plugin", *AUTO[2:]], [], "pytest.mark.asyncio"),
    "asyncio, session": (
        ["-p", "pytest_asyncio.plugin", *AUTO],
        [],
        "pytest.mark.asyncio(loop_scope='session')",
    ),
    "anyio": (["-p", "anyio.pytest_plugin"], [], "pytest.mark.anyio"),
    "anyio, auto": (["-p", "anyio.pytest_plugin", "-o", "anyio_mode=auto"], [], ""),
    "trio": (["-p", "pytest_trio.plugin", "-o", "trio_mode=true"], [], ""),
    "randomly": (["-p", "pytest_randomly"], ["subtests"], None),
    "rerunfailures": (["-p", "pytest_rerunfailures", "--reruns=1"], [], None),
    "repeat": (["-p", "pytest_repeat", "--count=2"], [], None),
    "timeout": (["-p", "pytest_timeout", "--timeout=60"], ["server"], None),
    "cov": (["-p", "pytest_cov.plugin", "--cov=main"], ["server"], None),
    "socket": (["-p", "pytest_socket", "--disable-socket"], [], None),
    "freezegun": ([], ["freezegun", "time_machine"], None),
    "freezer": (["-p", "pytest_freezer"], ["freezer"], None),
    "mock": (["-p", "pytest_mock"], ["mock"], None),
    "bdd": (["-p", "pytest_bdd.plugin"], ["bdd"], None),
    "syrupy": (["-p", "syrupy"], ["syrupy"], None),
    "base-url": (["-p", "pytest_base_url.plugin"], ["server"], None),
    "flask": (["-p", "pytest_flask.plugin"], ["flask"], None),
    "django": (DJANGO, ["django"], None),
    **{
        f"xdist, {how}": ([*XDIST, f"--dist={how}"], [], None)
        for how in ("load", "loadscope", "loadfile", "loadgroup", "worksteal", "each")
    },
}


def long_names(text: str) -> str:
    """A test whose clients have the names that no other plugin has."""
    return re.sub(r"(?<!\.)\b(async_client|client)\b", r"xapi_\1", text)


@pytest.fixture
def run(tmp_path: Path, require: Callable[[bool, str], None], peer_environments: Any) -> Run:
    """`run(files, marks, *arguments, **environment)` writes a suite, and runs it in the environment."""
    require(
        peer_environments.is_ready("plugins"), "the environment of plugins is not there: run `make ci-deps`"
    )

    def run(
        others: list[str], marks: str | None, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        files = {"main.py": MAIN, "theirs.py": "SECRET_KEY = 'x'\n", "read.feature": FEATURE}
        files |= {"test_sync.py": SYNC} | {f"test_{name}.py": OTHERS[name] for name in others}
        if marks is not None:
            files["test_async.py"] = ASYNC.format(marks=marks)
        if not WITH_A_CLIENT.isdisjoint(others):
            own = {f"test_{name}.py" for name in WITH_A_CLIENT}
            files = {name: text if name in own else long_names(text) for name, text in files.items()}
        files["__snapshots__/test_syrupy.ambr"] = SNAPSHOT
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(dedent(text).lstrip(), encoding="utf-8")
        pyproject = '[tool.pytest]\nxapi_app = "main:app"\nxapi_strict_overrides = true\n'
        (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
        return subprocess.run(
            [
                peer_environments.python_of("plugins"),
                "-m",
                "pytest",
                "-p",
                "pytest_xapi.plugin",
                "-q",
                *arguments,
            ],
            cwd=tmp_path,
            env=peer_environments.variables(ROOT / "framework", ROOT) | variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.mark.parametrize("plugin", ALONE)
def test_a_plugin_alone(run: Run, plugin: str) -> None:
    arguments, others, marks = ALONE[plugin]
    finished = run(others, marks, "-W", "error", *arguments, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_page_in_a_browser(run: Run, require: Callable[[bool, str], None]) -> None:
    require(chromium.is_there(), "Chromium is not installed: run `make ci-deps`")
    variables = {
        "CHROMIUM": str(shutil.which("chromium")),
        "CHROMIUM_ARGUMENTS": "|".join(chromium.ARGUMENTS),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    plugins = ["-p", "pytest_base_url.plugin", "-p", "pytest_playwright.pytest_playwright"]
    finished = run(["playwright"], None, "-W", "error", *plugins, **variables)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("options", "marks"),
    [(AUTO, "pytest.mark.asyncio"), (AUTO[2:], "pytest.mark.asyncio"), (["-o", "trio_mode=true"], "")],
    ids=["asyncio, auto", "asyncio, strict", "trio"],
)
def test_all_plugins_together(run: Run, options: list[str], marks: str) -> None:
    """All that the environment has, loaded as pytest loads them by itself."""
    others = ["freezer", "time_machine", "mock", "bdd", "syrupy", "subtests", "server", "flask_and_django"]
    arguments = ["-n1", "--reruns=1", "--count=1", "--timeout=60", "--cov=main", *DJANGO[2:]]
    finished = run(others, marks, *options, *arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert " passed" in finished.stdout
