"""The marker `xapi`: what it says for the clients of a test, and what it may not say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RunPytest = Callable[..., pytest.RunResult]

APP = """
    from contextlib import asynccontextmanager
    from xapi import Depends, XAPI
    from xapi.requests import Request

    log = []

    @asynccontextmanager
    async def lifespan(app):
        log.append("startup")
        yield
        log.append("shutdown")

    app = XAPI(lifespan=lifespan)

    def user():
        return "anna"

    def place():
        return "home"

    @app.get("/")
    async def read(request: Request, name: str = Depends(user), where: str = Depends(place)):
        import sniffio
        headers = {key: value for key, value in request.headers.items() if key.startswith("x-")}
        return [str(request.url), headers, f"{name} at {where}", sniffio.current_async_library()]

    @app.get("/fail")
    async def fail():
        raise ValueError("in the app")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(main=APP)
    pytester.makeini("[pytest]\nxapi_app = main:app\n")
    return pytester


def test_it_says_what_clients_are_like_and_the_closest_wins(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makepyfile(
        """
        import pytest
        from main import log, place, user

        pytestmark = pytest.mark.xapi(
            base_url="https://shop.example",
            headers={"x-a": "module", "x-b": "module"},
            overrides={user: "ben"},
        )

        @pytest.mark.xapi(headers={"x-b": "class"}, overrides={place: lambda: "work"})
        class TestShop:
            def test_read(self, client):
                headers = {"x-a": "module", "x-b": "class"}
                assert client.get("/").json() == ["https://shop.example/", headers, "ben at work", "asyncio"]

            @pytest.mark.xapi(base_url="http://other", overrides={user: "carl"}, backend="trio")
            def test_closest(self, xapi_client):
                assert xapi_client.get("/").json()[0::2] == ["http://other/", "carl at work"]
                assert xapi_client.get("/").json()[3] == "trio"

        @pytest.mark.xapi(raise_server_exceptions=False, driver="portal")
        def test_fail(client):
            assert client.get("/fail").status_code == 500

        def test_raise(client):
            with pytest.raises(ValueError, match="in the app"):
                client.get("/fail")

        @pytest.mark.xapi(lifespan=False)
        def test_without_lifespan(client):
            log.clear()
            client.get("/")
            assert log == []
        """
    )
    run_pytest().assert_outcomes(passed=5)


def test_settings_of_the_run_are_below_markers(project: pytest.Pytester, run_pytest: RunPytest) -> None:
    project.makepyfile(
        """
        import pytest

        def test_set(client):
            assert client.get("/").json()[0] == "http://set/"
            assert client.get("/fail").status_code == 500

        @pytest.mark.xapi(base_url="http://marked", raise_server_exceptions=True)
        def test_marked(client):
            assert client.get("/").json()[0] == "http://marked/"
            with pytest.raises(ValueError):
                client.get("/fail")
        """
    )
    run_pytest("-o", "xapi_base_url=http://set", "-o", "xapi_raise_server_exceptions=false").assert_outcomes(
        passed=2
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "ap='main:app'",
            "@pytest.mark.xapi has no argument 'ap' (did you mean 'app'?); known are app, base_url, headers, "
            "backend, lifespan, driver, raise_server_exceptions, check_responses, overrides",
        ),
        (
            "'main:app'",
            "@pytest.mark.xapi takes keywords only, not 'main:app': app, base_url, headers, backend, "
            "lifespan, driver, raise_server_exceptions, check_responses, overrides",
        ),
        ("backend='curio'", "@pytest.mark.xapi(backend='curio'): give one of 'asyncio', 'trio'"),
        (
            "lifespan='week'",
            "@pytest.mark.xapi(lifespan='week'): give True, False, or one of 'client', 'none', 'function', "
            "'class', 'module', 'session'",
        ),
        (
            "overrides={'user': 1}",
            "@pytest.mark.xapi(overrides={'user': 1}): give a mapping from dependencies to their "
            "replacements",
        ),
        ("base_url=3", "@pytest.mark.xapi(base_url=3): give a string"),
        ("headers='x'", "@pytest.mark.xapi(headers='x'): give a mapping"),
        ("driver='loop'", "@pytest.mark.xapi(driver='loop'): give one of 'auto', 'portal'"),
        ("app=3", "@pytest.mark.xapi(app=3): give an app, or MODULE:APP"),
        ("raise_server_exceptions=1", "@pytest.mark.xapi(raise_server_exceptions=1): give True or False"),
    ],
)
def test_a_mistake_is_an_error_of_collection(
    project: pytest.Pytester, run_pytest: RunPytest, arguments: str, message: str
) -> None:
    project.makepyfile(
        test_it=f"import pytest\n\n@pytest.mark.xapi({arguments})\ndef test_read(client):\n    pass\n"
    )
    result = run_pytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert f"test_it.py::test_read: {message}" in result.outlines


def test_a_mistake_in_a_marker_that_is_added_later_fails_the_test(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.xapi(bas_url="http://other"))
        """
    )
    project.makepyfile("def test_read(client):\n    pass\n")
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["@pytest.mark.xapi has no argument 'bas_url' (did you mean 'base_url'?)*"])


def test_more_clients_can_be_made(project: pytest.Pytester, run_pytest: RunPytest) -> None:
    project.makepyfile(
        """
        import pytest
        from main import app, log, user

        @pytest.mark.xapi(headers={"x-a": "marker"})
        def test_read(make_client, client, override):
            log.clear()
            override(user, "ben")
            other = make_client(headers={"x-a": "own"})
            named = make_client("main:app", lifespan=False)
            assert other is not client and log == ["startup"]
            assert other.get("/").json()[1:3] == [{"x-a": "own"}, "ben at home"]
            assert named.get("/").json()[1:3] == [{"x-a": "marker"}, "ben at home"]
            make_client(app)
            assert log == ["startup", "startup"]

        def test_closed():
            assert log == ["startup", "startup", "shutdown", "shutdown", "shutdown"]

        def test_mistake(make_client):
            make_client(lifespan="week")
        """
    )
    result = run_pytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["lifespan='week': give True, False, or one of 'client', 'none', *"])
