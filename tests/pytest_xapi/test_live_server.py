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
