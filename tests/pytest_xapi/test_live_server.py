"""The fixture `live_server`."""

from __future__ import annotations

import pytest

APP = """
from xapi import XAPI, Depends

def user():
    return "nobody"

app = XAPI()

@app.get("/")
def me(name: str = Depends(user)) -> str:
    return name
"""


def test_the_server_answers_and_sees_what_the_test_replaces(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APP)
    pytester.makepyfile(
        """
        from urllib.request import ProxyHandler, build_opener
        from main import user

        def ask(server):
            with build_opener(ProxyHandler({})).open(f"{server.url}/") as response:
                return response.read()

        def test_before(live_server, override):
            override(user, "ada")
            assert ask(live_server) == b'"ada"'

        def test_after(live_server, xapi_live_server):
            assert ask(live_server) == ask(xapi_live_server) == b'"nobody"'
            assert live_server.port != xapi_live_server.port
        """
    )
    pytester.runpytest("--xapi-app", "main:app").assert_outcomes(passed=2)


def test_the_lifespan_sees_what_was_replaced_before_the_server(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        main="""
        from contextlib import asynccontextmanager
        from xapi import Depends, Request, XAPI

        def database():
            return "real"

        @asynccontextmanager
        async def lifespan(app):
            yield {"opened": app.overridden(database)()}

        app = XAPI(lifespan=lifespan)

        @app.get("/")
        def read(request: Request, now: str = Depends(database)) -> list[str]:
            return [request.state.opened, now]
        """
    )
    pytester.makepyfile(
        """
        from urllib.request import ProxyHandler, build_opener
        import pytest
        from main import database

        def ask(server):
            with build_opener(ProxyHandler({})).open(f"{server.url}/") as response:
                return response.read()

        @pytest.fixture
        def fake_database(override):
            override(database, "fake")

        def test_replaced(fake_database, live_server):
            assert ask(live_server) == b'["fake","fake"]'

        @pytest.mark.xapi(overrides={database: "marked"})
        def test_marked(live_server):
            assert ask(live_server) == b'["marked","marked"]'

        def test_plain(live_server):
            assert ask(live_server) == b'["real","real"]'
        """
    )
    pytester.runpytest("--xapi-app", "main:app").assert_outcomes(passed=3)


def test_a_block_of_the_app_does_not_reach_the_server_which_has_a_context_of_its_own(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(main=APP)
    pytester.makepyfile(
        """
        from urllib.request import ProxyHandler, build_opener
        from main import app, user

        def test_block(live_server):
            with app.overrides(user, "ada"), build_opener(ProxyHandler({})).open(live_server.url) as response:
                assert response.read() == b'"nobody"'
        """
    )
    pytester.runpytest("--xapi-app", "main:app").assert_outcomes(passed=1)
