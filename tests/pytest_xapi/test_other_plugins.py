"""Side by side with the plugins that most test suites have."""

from __future__ import annotations

import pytest

APP = """
    import random
    from xapi import Depends, XAPI

    app = XAPI()

    def user():
        return "anna"

    @app.get("/")
    async def read(name: str = Depends(user)):
        return name

    @app.get("/random")
    async def draw():
        return random.random()
"""

TESTS = """
    import pytest
    from main import user

    @pytest.mark.parametrize("name", ["ben", "carl", "dora"])
    def test_override(client, override, name):
        override(user, name)
        assert client.get("/").json() == name

    def test_plain(client):
        assert client.get("/").json() == "anna"

    @pytest.mark.anyio
    async def test_async(async_client):
        assert (await async_client.get("/")).json() == "anna"
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(main=APP, test_it=TESTS)
    pytester.makeini("[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n")
    return pytester


def test_with_xdist(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("-n", "2", "--xapi-app", "main:app").assert_outcomes(passed=5)


def test_with_xdist_a_mistake_in_a_marker_is_told_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_bad="import pytest\n\n@pytest.mark.xapi(ap='main:app')\ndef test_one(client):\n    pass\n"
    )
    result = project.runpytest_subprocess("-n", "2")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*@pytest.mark.xapi has no argument 'ap' (did you mean 'app'?)*"])


@pytest.mark.parametrize("seed", [1, 2])
def test_with_randomly(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS")
    result = project.runpytest_subprocess(f"--randomly-seed={seed}")
    result.stdout.fnmatch_lines([f"Using --randomly-seed={seed}"])
    result.assert_outcomes(passed=5)


def test_with_rerunfailures(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
        import pytest
        from main import user

        tries = []

        def test_second_time(client, override):
            tries.append(client.get("/").json())
            override(user, "ben")
            assert client.get("/").json() == "ben"
            assert tries == ["anna", "anna"]

        @pytest.mark.anyio
        async def test_second_time_async(async_client):
            tries.append((await async_client.get("/")).json())
            assert len(tries) == 4
        """
    )
    result = project.runpytest_subprocess("--reruns", "1")
    result.stdout.fnmatch_lines(["*2 passed, 2 rerun*"])


def test_with_cov(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--cov=main", "--cov-report=term-missing")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["main.py *", "TOTAL*"])
