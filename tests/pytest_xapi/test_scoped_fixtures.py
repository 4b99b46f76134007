"""Clients, overrides and live servers at the scope of the fixture that asks, with the loop of that scope."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import APP_WITH_LOG

RunPytest = Callable[..., pytest.RunResult]

SCOPES = ["class", "module", "package", "session"]


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(main=APP_WITH_LOG)
    pytester.makeini("[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


@pytest.mark.parametrize("scope", SCOPES)
def test_a_fixture_has_the_client_of_its_scope(
    project: pytest.Pytester, run_pytest: RunPytest, scope: str
) -> None:
    project.makepyfile(
        test_it=f"""
        from urllib.request import ProxyHandler, build_opener
        import pytest
        from main import log, user

        @pytest.fixture(scope="{scope}")
        def seeded({scope}_client, {scope}_override, xapi_{scope}_client):
            {scope}_override(user, "seed")
            return {scope}_client.get("/").json()

        class TestIt:
            def test_it_is_open_before_and_sees_what_is_replaced(self, seeded, {scope}_client, override):
                assert seeded == "seed"
                with override(user, "ben"):
                    assert {scope}_client.get("/").json() == "ben"
                assert {scope}_client.get("/").json() == "seed"

            def test_it_is_the_same_client(self, {scope}_client, xapi_{scope}_client, client):
                assert {scope}_client is xapi_{scope}_client
                assert client is not {scope}_client
                assert client.get("/").json() == "seed"
                assert log == ["up", "up"]

            def test_a_server_and_more_clients(self, {scope}_live_server, {scope}_make_client):
                with build_opener(ProxyHandler({{}})).open({scope}_live_server.url) as response:
                    assert response.read() == b'"seed"'
                made = {scope}_make_client(headers={{"x-a": "b"}})
                assert made.headers["x-a"] == "b"

        def test_afterwards(client):
            assert client.get("/").json() == ("anna" if "{scope}" == "class" else "seed")
        """
    )
    run_pytest("-p", "no:randomly").assert_outcomes(passed=4)


ASYNC_TESTS = """
    import pytest
    {imports}

    {fixture}
    async def seeded({scope}_async_client, {scope}_override):
        from main import user
        {scope}_override(user, "seed")
        yield (await {scope}_async_client.get("/")).json()
        assert (await {scope}_async_client.get("/")).json() == "seed"

    {mark}
    class TestIt:
        async def test_one(self, seeded, {scope}_async_client):
            from main import log
            assert (await {scope}_async_client.get("/")).json() == seeded == "seed"
            assert log == ["up"]

        async def test_two(self, {scope}_async_client, override):
            from main import log, user
            override(user, "ben")
            assert (await {scope}_async_client.get("/")).json() == "ben"
            assert log == ["up"]
"""


@pytest.mark.parametrize("scope", ["module", "session"])
@pytest.mark.parametrize("plugin", ["asyncio", "anyio"])
def test_the_asynchronous_client_runs_on_the_loop_of_the_scope(
    project: pytest.Pytester, plugin: str, scope: str
) -> None:
    parts = {
        "asyncio": {
            "imports": "import pytest_asyncio",
            "fixture": f'@pytest_asyncio.fixture(scope="{scope}", loop_scope="{scope}")',
            "mark": f'@pytest.mark.asyncio(loop_scope="{scope}")',
        },
        "anyio": {
            "imports": f'@pytest.fixture(scope="{scope}")\n    def anyio_backend(): return "asyncio"',
            "fixture": f'@pytest.fixture(scope="{scope}")',
            "mark": "@pytest.mark.anyio",
        },
    }
    source = ASYNC_TESTS.format(scope=scope, **parts[plugin])
    if plugin == "anyio":
        source = source.replace("async def seeded(", "async def seeded(anyio_backend, ")
    project.makepyfile(test_it=source)
    absent = {"anyio", "asyncio", "hypothesispytest", "schemathesis", "randomly", "rerunfailures"} - {plugin}
    arguments = [argument for name in sorted(absent) for argument in ("-p", f"no:{name}")]
    project.runpytest_inprocess(*arguments).assert_outcomes(passed=2)


def test_another_loop_is_told_with_the_mend(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.asyncio
        async def test_elsewhere(module_async_client):
            await module_async_client.get("/")
        """
    )
    result = project.runpytest_inprocess("-p", "no:schemathesis", "-p", "no:hypothesispytest")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *this client has scope 'module' *: write @pytest.mark.asyncio(loop_scope=*module*)*"]
    )


@pytest.mark.parametrize(
    ("scope", "asked", "mend"),
    [
        ("module", "client", "ask for `module_client` instead of `client`"),
        ("session", "module_client", "ask for `session_client` instead of `module_client`"),
        ("class", "xapi_override", "ask for `xapi_class_override` instead of `xapi_override`"),
        ("session", "live_server", "ask for `session_live_server` instead of `live_server`"),
        ("module", "make_async_client", "ask for `module_async_client`, or open an AsyncClient there *"),
        ("module", "websocket", "use `module_client.websocket_connect`"),
        ("session", "session_client", 'give your fixture `xapi_app` scope="session"*'),
    ],
)
def test_a_fixture_that_is_too_narrow_is_told_with_the_mend(
    project: pytest.Pytester, run_pytest: RunPytest, scope: str, asked: str, mend: str
) -> None:
    own = "" if asked != "session_client" else "@pytest.fixture\ndef xapi_app():\n    ...\n"
    project.makepyfile(
        test_it=f"import pytest\n{own}\n@pytest.fixture(scope='{scope}')\ndef wide({asked}): ...\n\n"
        "def test_it(wide): ...\n"
    )
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["ScopeMismatch: *", mend])


def test_what_a_wider_fixture_replaces_and_no_app_knows_is_told(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makepyfile(
        test_it="""
        import pytest

        def nobody(): ...

        @pytest.fixture(scope="module", autouse=True)
        def replaced(module_override):
            module_override(nobody, 1)

        def test_it(client):
            client.get("/")
        """
    )
    result = run_pytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*OverrideError: no operation of the app depends on nobody"])


PER_TEST = """
    import gc, weakref
    import pytest
    from xapi import Depends, XAPI
    from xapi.testing import TestClient

    class Dictionary:
        def __init__(self):
            self.dependency_overrides, self.routes = {}, []

    def user(): ...

    def made(name):
        def check(): ...
        return check

    def create():
        app = XAPI()

        @app.get("/")
        async def read(name=Depends(user), more=Depends(made("a"))):
            return [name, more]

        return app

    gone = []

    def use(app):
        gone.append(weakref.ref(app))
        with TestClient(app) as client:
            return client.get("/").json()

    @pytest.fixture(scope="session", autouse=True)
    def replaced(session_override):
        session_override(USER, 1)
        session_override.made_by(made, 2)

    @pytest.mark.parametrize("number", [1, 2])
    def test_apps_of_its_own(number, session_override):
        assert use(create()) == ANSWER
        with session_override(USER, 3):
            use(create())
            TestClient(create())
        gone.append(weakref.ref(dictionary := Dictionary()))
        TestClient(dictionary)

    def test_afterwards():
        gc.collect()
        TestClient(create())
        gc.collect()
        assert [app for app in gone if app() is not None] == []
"""


def test_an_override_of_a_wider_scope_keeps_no_apps(project: pytest.Pytester, run_pytest: RunPytest) -> None:
    project.makepyfile(test_it=PER_TEST.replace("USER", "user").replace("ANSWER", "[1, 2]"))
    run_pytest("-p", "no:randomly").assert_outcomes(passed=3)


def test_of_apps_that_are_no_more_is_known_what_they_did_not_know(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    source = PER_TEST.replace("with session_override(USER, 3):", "if True:")
    source = source.replace("TestClient(dictionary)", "...")  # it does not tell what it depends on
    project.makepyfile(test_it=source.replace("USER", "print").replace("ANSWER", "[None, 2]"))
    result = run_pytest("-p", "no:randomly")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*OverrideError: no operation of the * apps depends on print"])


def test_names_that_other_plugins_ask_for_are_left_to_the_user(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makepyfile(
        flasklike="""
        import pytest

        @pytest.fixture(autouse=True)
        def _push_request_context(request):
            if "app" in request.fixturenames:
                request.getfixturevalue("app").test_request_context()

        @pytest.fixture
        def config(app):
            return app.config
        """,
        test_it="""
        def test_ours(xapi_client, xapi_app, make_client, override, session_client):
            assert xapi_client.get("/").json() == "anna"

        def test_theirs(app): ...
        def test_what_builds_on_it(async_client): ...
        """,
    )
    project.syspathinsert()
    result = run_pytest("-p", "flasklike")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*fixture 'app' not found", "*fixture 'async_client' not found"])


def test_without_sockets_the_synchronous_clients_work(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makeconftest(
        """
        import socket, pytest

        class Refused(RuntimeError): ...

        class Guarded(socket.socket):
            def __new__(cls, *arguments, **keywords):
                raise Refused("no sockets here")

        @pytest.fixture(autouse=True)
        def no_sockets(monkeypatch):
            monkeypatch.setattr(socket, "socket", Guarded)
        """
    )
    project.makepyfile(
        test_it="""
        import pytest
        from xapi.testing import loop_pool

        @pytest.mark.parametrize("driver", ["auto", "portal"])
        def test_it(make_client, driver, monkeypatch):
            monkeypatch.setattr(loop_pool, "_kept", [])
            assert make_client(driver=driver).get("/").json() == "anna"
        """
    )
    run_pytest().assert_outcomes(passed=2)
