"""`xapi_check_responses`: what is not as documented fails the test that received it."""

from __future__ import annotations

import pytest

APP = """
from starlette.responses import JSONResponse
from xapi import XAPI

app = XAPI()

@app.get("/number")
async def number() -> int:
    return JSONResponse("no number")
"""
TESTS = """
import pytest

def test_sync(client):
    assert client.get("/number").status_code == 200

@pytest.mark.asyncio
async def test_async(async_client):
    assert (await async_client.get("/number")).status_code == 200
"""


def test_responses_are_checked_where_that_is_set(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APP)
    pytester.makepyfile(TESTS)
    pytester.runpytest("--xapi-app", "main:app").assert_outcomes(passed=2)
    result = pytester.runpytest("--xapi-app", "main:app", "-o", "xapi_check_responses=true")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*GET /number answered 200, not as documented:*"])


def test_the_marker_decides_for_a_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APP)
    marked = "@pytest.mark.xapi(check_responses=False)\ndef test_sync"
    pytester.makepyfile(TESTS.replace("def test_sync", marked))
    result = pytester.runpytest("--xapi-app", "main:app", "-o", "xapi_check_responses=true")
    result.assert_outcomes(passed=1, failed=1)
