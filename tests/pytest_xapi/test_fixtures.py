"""The clients that tests get: their app, their life, their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RunPytest = Callable[..., pytest.RunResult]

APP = """
    log = []

    class App:
        def __init__(self, name):
            self.name = name

        async def __call__(self, scope, receive, send):
            if scope["type"] == "lifespan":
                await self.live(receive, send)
            elif scope["type"] == "websocket":
                await self.echo(receive, send)
            else:
                log.append(scope["path"])
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": self.name.encode()})

        async def live(self, receive, send):
            await receive()
            log.append("startup")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            log.append("shutdown")
            await send({"type": "lifespan.shutdown.complete"})

        async def echo(self, receive, send):
            await receive()
            await send({"type": "websocket.accept"})
            message = await receive()
            await send({"type": "websocket.send", "text": f"{self.name}: {message['text']}"})
            await send({"type": "websocket.close"})

    app = App("first")
    admin = App("second")
"""


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project whose ini option names the app `first`."""
    pytester.makepyfile(shop=APP)
    pytester.makeini("[pytest]\nxapi_app = shop:app\n")
    return pytester


@pytest.mark.parametrize("name", ["client", "xapi_client"])
def test_the_client_asks_the_app_with_its_lifespan_running(
    shop: pytest.Pytester, run_pytest: RunPytest, name: str
) -> None:
    shop.makepyfile(
        f"""
        import shop

        def test_get({name}):
            assert shop.log == ["startup"]
            assert {name}.get("/").text == "first"

        def test_closed():
            assert shop.log == ["startup", "/", "shutdown"]
        """
    )
    run_pytest().assert_outcomes(passed=2)


@pytest.mark.parametrize("name", ["websocket", "xapi_websocket"])
def test_websocket_opens_sessions(shop: pytest.Pytester, run_pytest: RunPytest, name: str) -> None:
    shop.makepyfile(
        f"""
        import shop

        def test_echo({name}):
            with {name}("/one") as one, {name}("/two") as two:
                two.send_text("two")
                one.send_text("one")
                assert one.receive_text() == "first: one"
                assert two.receive_text() == "first: two"
            assert shop.log == ["startup"]
        """
    )
    run_pytest().assert_outcomes(passed=1)


def test_all_fixtures_of_a_test_share_one_client(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyfile(
        """
        import shop

        def test_get(websocket, client, xapi_client, xapi_websocket):
            assert client is xapi_client
            assert shop.log == ["startup"]

        def test_another_test_has_its_own(client):
            assert shop.log == ["startup", "shutdown", "startup"]
        """
    )
    run_pytest().assert_outcomes(passed=2)


def test_the_client_closes_when_the_test_fails(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyfile(
        """
        import shop

        def test_get(client):
            raise ValueError

        def test_closed():
            assert shop.log == ["startup", "shutdown"]
        """
    )
    run_pytest().assert_outcomes(passed=1, failed=1)


def test_a_fixture_app_of_the_user_is_what_the_short_names_use(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    shop.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef app():\n    return shop.admin\n")
    shop.makepyfile(
        """
        def test_get(client, xapi_client, websocket):
            assert client.get("/").text == "second"
            assert xapi_client.get("/").text == "first"
            with websocket("/") as session:
                session.send_text("hello")
                assert session.receive_text() == "second: hello"
        """
    )
    run_pytest().assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["client", "async_client", "override", "websocket"])
def test_a_fixture_of_the_user_wins(shop: pytest.Pytester, run_pytest: RunPytest, name: str) -> None:
    shop.makeconftest(f"import pytest\n\n@pytest.fixture\ndef {name}():\n    return 'mine'\n")
    shop.makepyfile(f"def test_name({name}):\n    assert {name} == 'mine'\n")
    run_pytest().assert_outcomes(passed=1)


BUILT_ON_OURS = """
    import pytest

    @pytest.fixture
    def client(client):
        client.headers["x-user"] = "anna"
        return client
"""


def test_a_fixture_of_the_user_can_build_on_ours(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest(BUILT_ON_OURS)
    shop.makepyfile("def test_get(client):\n    assert client.headers['x-user'] == 'anna'\n")
    run_pytest().assert_outcomes(passed=1)


def test_a_plugin_of_the_users_conftest_can_build_on_ours(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    shop.makepyfile(shop_fixtures=BUILT_ON_OURS)
    shop.makeconftest("pytest_plugins = ['shop_fixtures']")
    shop.syspathinsert()
    shop.makepyfile("def test_get(client):\n    assert client.headers['x-user'] == 'anna'\n")
    run_pytest().assert_outcomes(passed=1)


def test_a_fixture_of_one_folder_leaves_ours_to_the_others(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    folder = shop.mkdir("admin")
    folder.joinpath("conftest.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef client():\n    return 'mine'\n"
    )
    folder.joinpath("test_admin.py").write_text("def test_client(client):\n    assert client == 'mine'\n")
    shop.makepyfile(test_shop="def test_get(client):\n    assert client.get('/').text == 'first'\n")
    run_pytest("admin", "test_shop.py").assert_outcomes(passed=2)


@pytest.mark.parametrize("how", ["flag", "conftest"])
def test_a_fixture_of_another_plugin_wins(shop: pytest.Pytester, run_pytest: RunPytest, how: str) -> None:
    shop.makepyfile(other_plugin="import pytest\n\n@pytest.fixture\ndef client():\n    return 'theirs'\n")
    if how == "conftest":
        shop.makeconftest("pytest_plugins = ['other_plugin']")
    shop.makepyfile(
        """
        def test_names(client, app, xapi_client):
            assert client == "theirs"
            assert xapi_client.get("/").text == app.name
        """
    )
    shop.syspathinsert()
    arguments = ["-p", "other_plugin"] if how == "flag" else []
    run_pytest(*arguments).assert_outcomes(passed=1)


def test_the_fixtures_are_listed_with_what_they_are_for(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    result = run_pytest("--fixtures")
    result.stdout.fnmatch_lines_random(
        [
            "xapi_app *session scope* -- *",
            "    The ASGI app under test; define a fixture of this name to give your own.",
            "client -- *",
            "async_client -- *",
            "override -- *",
            "websocket -- *",
            "    A synchronous client of the app under test, with the lifespan running.",
        ]
    )


def test_a_start_up_that_fails_is_an_error_of_the_test(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    pytester.makeconftest(
        """
        import pytest
        from contextlib import asynccontextmanager
        from starlette.applications import Starlette

        @asynccontextmanager
        async def lifespan(app):
            raise ValueError("no database")
            yield

        @pytest.fixture
        def xapi_app():
            return Starlette(lifespan=lifespan)
        """
    )
    pytester.makepyfile("def test_get(client):\n    pass\n")
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *ValueError: no database"])


def test_the_same_under_xdist(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_get(client, number):
            assert client.get("/").text == "first"
        """
    )
    result = shop.runpytest_subprocess("-n", "2", "-p", "no:schemathesis")
    result.assert_outcomes(passed=4)


def test_a_usage_error_in_a_worker_of_xdist_is_one_of_the_run(shop: pytest.Pytester) -> None:
    shop.makeini("[pytest]\nxapi_app = nowhere:app\n")
    shop.makepyfile("def test_get(client):\n    pass\n\ndef test_nothing():\n    pass\n")
    result = shop.runpytest_subprocess("-n", "1", "-p", "no:schemathesis")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["xapi_app in tox.ini: 'nowhere:app' cannot be imported: no module 'nowhere' *"]
    )
