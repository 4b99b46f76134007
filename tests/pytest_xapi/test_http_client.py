"""The setting `xapi_http_client`."""

from __future__ import annotations

import pytest

CONFTEST = """
    # As many a conftest file does, before any fixture is asked for.
    from xapi.testing import TestClient
"""
TESTS = """
    import {library} as library
    import pytest
    from xapi import XAPI

    app = XAPI()

    @app.get("/")
    def read() -> str:
        return "hello"

    @pytest.fixture
    def xapi_app():
        return app

    def test_client(client):
        assert isinstance(client, library.Client)
        assert isinstance(client.get("/"), library.Response)

    @pytest.mark.anyio
    async def test_async_client(async_client):
        assert isinstance(async_client, library.AsyncClient)
        assert isinstance(await async_client.get("/"), library.Response)
"""


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XAPI_HTTP_CLIENT", raising=False)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    # Another process: this one has clients of httpx already.
    return pytester.runpytest_subprocess("-p", "no:schemathesis", "-p", "no:asyncio", *arguments)


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_the_ini_option_says_of_which_library_the_clients_are(
    pytester: pytest.Pytester, library: str
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS.format(library=library))

    run(pytester, "-o", f"xapi_http_client={library}").assert_outcomes(passed=3)


def test_the_table_and_the_environment_say_it_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\n[tool.xapi]\nhttp_client = "httpx2"\n')
    pytester.makepyfile(TESTS.format(library="httpx2"))
    run(pytester).assert_outcomes(passed=3)

    monkeypatch.setenv("XAPI_HTTP_CLIENT", "httpx")
    pytester.makepyfile(TESTS.format(library="httpx"))
    run(pytester).assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-o", "xapi_http_client=requests"],
            "ERROR: -o xapi_http_client: 'requests' is not one of httpx, httpx2",
        ),
        (
            ["-p", "xapi.testing.client", "-o", "xapi_http_client=httpx2"],
            "ERROR: -o xapi_http_client: the test clients already use httpx; *",
        ),
    ],
)
def test_what_cannot_be_is_a_usage_error(
    pytester: pytest.Pytester, arguments: list[str], message: str
) -> None:
    result = run(pytester, *arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
