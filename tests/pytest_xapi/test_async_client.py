"""`async_client` in asynchronous tests and fixtures, whichever plugin runs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import pytest

APP = """
    import anyio.lowlevel

    log = []

    def loop():
        return anyio.lowlevel.current_token()

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            assert (await receive())["type"] == "lifespan.startup"
            app.loop = loop()
            log.append("startup")
            await send({"type": "lifespan.startup.complete"})
            assert (await receive())["type"] == "lifespan.shutdown"
            assert loop() == app.loop
            log.append("shutdown")
            await send({"type": "lifespan.shutdown.complete"})
        else:
            assert loop() == app.loop
            log.append(scope["path"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": scope["path"].encode()})
"""

CONFTEST = """
    import pytest, tracked

    @pytest.fixture
    def xapi_app():
        return tracked.app
"""


@dataclass(frozen=True)
class Mode:
    """A way to run asynchronous tests."""

    name: str
    plugins: tuple[str, ...]
    mark: str = ""
    fixture: str = "@pytest.fixture"
    options: tuple[str, ...] = ()
    backends: tuple[str, ...] = ("asyncio",)

    @property
    def runs(self) -> int:
        """How many times each test runs: anyio runs it once per backend."""
        return len(self.backends)


ANYIO = "@pytest.mark.anyio"
ASYNCIO = "@pytest.mark.asyncio"
BOTH = ("anyio", "asyncio")
MODES = [
    Mode("anyio", ("anyio",), mark=ANYIO, backends=("asyncio", "trio")),
    Mode("anyio auto", ("anyio",), options=("--anyio-mode=auto",), backends=("asyncio", "trio")),
    Mode("asyncio strict", ("asyncio",), mark=ASYNCIO, fixture="@pytest_asyncio.fixture"),
    Mode("asyncio auto", ("asyncio",), options=("--asyncio-mode=auto",)),
    Mode("both, anyio", BOTH, mark=ANYIO, backends=("asyncio", "trio")),
    Mode("both, asyncio", BOTH, mark=ASYNCIO, fixture="@pytest_asyncio.fixture"),
    Mode("both, asyncio auto", BOTH, options=("--asyncio-mode=auto",)),
]

RunMode = Callable[..., pytest.RunResult]


@pytest.fixture(params=MODES, ids=lambda mode: mode.name)
def mode(request: pytest.FixtureRequest) -> Mode:
    mode: Mode = request.param
    return mode


@pytest.fixture
def run_mode(pytester: pytest.Pytester, mode: Mode) -> RunMode:
    """Run a test module in a mode; `@mark` and `@fixture` in it stand for what the mode needs."""
    pytester.makepyfile(tracked=APP)
    pytester.makeconftest(CONFTEST)
    loop_scope = "asyncio_default_fixture_loop_scope = function\n" if "asyncio" in mode.plugins else ""
    pytester.makeini(f"[pytest]\nfilterwarnings = error\n{loop_scope}")

    def run(source: str) -> pytest.RunResult:
        imports = ["pytest", "tracked", *(["pytest_asyncio"] if "pytest_asyncio" in mode.fixture else [])]
        body = inspect.cleandoc(source).replace("@mark", mode.mark).replace("@fixture", mode.fixture)
        pytester.makepyfile(test_mode=f"import {', '.join(imports)}\n{body}\n")
        absent = {"anyio", "asyncio", "hypothesispytest", "schemathesis"} - set(mode.plugins)
        arguments = [argument for plugin in sorted(absent) for argument in ("-p", f"no:{plugin}")]
        return pytester.runpytest_inprocess(*arguments, *mode.options)

    return run


def test_the_app_runs_on_the_loop_of_the_test(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @mark
        async def test_get(async_client):
            response = await async_client.get("/notes")
            assert tracked.app.loop == tracked.loop()
            assert response.text == "/notes"
        """
    )
    result.assert_outcomes(passed=mode.runs)


def test_the_lifespan_runs_around_each_test(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @mark
        async def test_get(async_client):
            await async_client.get("/")

        def test_log():
            test = ["startup", "/", "shutdown"]
            assert tracked.log == test * (len(tracked.log) // 3) != []
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_it_closes_when_the_test_fails(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @mark
        async def test_get(async_client):
            await async_client.get("/")
            raise ValueError("in the test")

        def test_log():
            assert tracked.log[-1] == "shutdown"
        """
    )
    result.assert_outcomes(failed=mode.runs, passed=1)
    result.stdout.fnmatch_lines(["*ValueError: in the test"])


def test_methods_and_parameters_work(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        class TestNotes:
            @mark
            @pytest.mark.parametrize("path", ["/a", "/b"])
            async def test_get(self, path, async_client):
                assert (await async_client.get(path)).text == path
        """
    )
    result.assert_outcomes(passed=2 * mode.runs)


def test_it_works_in_asynchronous_fixtures(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @fixture
        async def note(async_client):
            await async_client.get("/made")
            yield "note"
            await async_client.get("/removed")

        @fixture
        async def reader(async_client):
            await async_client.get("/login")
            return async_client

        @mark
        async def test_get(note, reader):
            await reader.get(f"/{note}")

        def test_log():
            test = ["startup", "/made", "/login", "/note", "/removed", "shutdown"]
            assert tracked.log == test * (len(tracked.log) // 6) != []
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_it_works_through_a_synchronous_fixture(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @pytest.fixture
        def reader(async_client):
            return async_client.get

        @mark
        async def test_get(reader):
            assert (await reader("/notes")).text == "/notes"
        """
    )
    result.assert_outcomes(passed=mode.runs)


def test_the_alias_is_the_same_client(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @mark
        async def test_get(async_client, xapi_async_client):
            assert xapi_async_client is async_client
            await async_client.get("/")
            assert tracked.log.count("startup") == tracked.log.count("shutdown") + 1
        """
    )
    result.assert_outcomes(passed=mode.runs)


def test_more_clients_can_be_made(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @fixture
        async def other(make_async_client):
            client = make_async_client()
            await client.get("/made")
            yield client
            await client.get("/removed")

        @mark
        async def test_get(other, make_async_client, async_client):
            assert other is not async_client
            await other.get("/used")
            await make_async_client(tracked.app, lifespan=False).get("/plain")

        def test_log():
            test = ["startup", "/made", "/used", "/plain", "/removed", "shutdown"]
            assert tracked.log == test * (len(tracked.log) // 6) != []
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_it_opens_once_when_several_requests_are_the_first(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        import anyio

        @mark
        async def test_get(async_client):
            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(async_client.get, "/")
            assert tracked.log[-4:] == ["startup", "/", "/", "/"]

        @mark
        async def test_unused(async_client):
            assert tracked.log[-1] == "shutdown"
            tracked.log.append("unused")

        def test_log():
            assert tracked.log[-1] == "unused"
        """
    )
    result.assert_outcomes(passed=2 * mode.runs + 1)


def test_it_closes_after_the_last_fixture_that_may_use_it(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @fixture
        async def unused(async_client):
            yield
            await async_client.get("/teardown")

        @mark
        async def test_get(unused):
            tracked.log.append("test")

        def test_log():
            test = ["test", "startup", "/teardown", "shutdown"]
            assert tracked.log == test * (len(tracked.log) // 4) != []
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_plugins_can_open_something_around_a_test_and_its_fixtures(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        from contextlib import asynccontextmanager
        from pytest_xapi import async_bridge

        @pytest.fixture
        def session(request):
            @asynccontextmanager
            async def opening():
                tracked.log.append("open")
                yield
                tracked.log.append("close")

            async_bridge.lend(request.node, opening)

        @fixture
        async def filled(session):
            tracked.log.append("fill")
            yield
            tracked.log.append("empty")

        @mark
        async def test_get(filled, async_client):
            await async_client.get("/")

        def test_log():
            test = ["open", "fill", "startup", "/", "empty", "shutdown", "close"]
            assert tracked.log == test * (len(tracked.log) // 7) != []
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_the_synchronous_client_works_in_asynchronous_tests(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        @mark
        async def test_get(client):
            assert client.get("/notes").text == "/notes"
        """
    )
    result.assert_outcomes(passed=mode.runs)


def test_it_works_under_hypothesis(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(tracked=APP)
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(
        """
        import pytest
        from hypothesis import HealthCheck, given, settings, strategies as st

        @pytest.mark.asyncio
        @settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
        @given(number=st.integers(0, 9))
        async def test_get(async_client, number):
            assert (await async_client.get(f"/{number}")).text == f"/{number}"
        """
    )
    pytester.runpytest_inprocess("-p", "no:schemathesis").assert_outcomes(passed=1)


def test_the_test_function_is_as_it_was_afterwards(run_mode: RunMode, mode: Mode) -> None:
    result = run_mode(
        """
        items = []

        @mark
        async def test_get(async_client, request):
            items.append(request.node)

        def test_function():
            assert all(item.obj is test_get for item in items)
            assert items
        """
    )
    result.assert_outcomes(passed=mode.runs + 1)


def test_nothing_keeps_the_event_loops_of_tests_that_have_ended(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(tracked=APP)
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(
        """
        import asyncio, gc, weakref
        import pytest

        loops = []

        @pytest.mark.parametrize("number", range(3))
        @pytest.mark.asyncio
        async def test_asynchronous(async_client, number):
            loops.append(weakref.ref(asyncio.get_running_loop()))
            await async_client.get("/")

        def test_afterwards():
            gc.collect()
            assert [loop() for loop in loops[:-1]] == [None, None]
        """
    )
    absent = ("anyio", "hypothesispytest", "schemathesis", "randomly")
    result = pytester.runpytest_inprocess(*(part for name in absent for part in ("-p", f"no:{name}")))
    result.assert_outcomes(passed=4)
