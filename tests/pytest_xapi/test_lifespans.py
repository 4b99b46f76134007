"""How long an app lives in tests: as long as a client, or a test, a class, a module, the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

RunPytest = Callable[..., pytest.RunResult]

APP = """
    import asyncio
    from contextlib import asynccontextmanager
    from xapi import Depends, XAPI
    from xapi.requests import Request

    log = []

    @asynccontextmanager
    async def lifespan(app):
        log.append("startup")
        if app.fails == "startup":
            raise ValueError("at start-up")
        yield {"number": len(log)}
        log.append("shutdown")
        if app.fails == "shutdown":
            raise ValueError("at shutdown")

    app = XAPI(lifespan=lifespan)
    app.fails = ""

    def user():
        return "anna"

    @app.get("/")
    async def read(request: Request, name: str = Depends(user)):
        log.append("/")
        return [request.state.number, name]

    @app.get("/leave")
    async def leave():
        app.task = asyncio.create_task(wait_for_ever())
        await asyncio.sleep(0)

    async def wait_for_ever():
        await asyncio.get_running_loop().create_future()
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(main=APP)
    pytester.makeini("[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


TWO_TESTS_OF_A_CLASS = """
    from main import log, user

    class TestIt:
        def test_one(self, client, make_client, override):
            override(user, "ben")
            client.cookies["a"] = "1"
            assert client.get("/").json()[1] == "ben"
            assert make_client().get("/").json()[1] == "ben"
            assert client.app_state == {"number": client.get("/").json()[0]}

        def test_two(self, client):
            assert client.get("/").json()[1] == "anna"
            assert not client.cookies

    def test_three(client):
        client.get("/")
"""


@pytest.mark.parametrize(
    ("scope", "log"),
    [
        ("client", "startup startup shutdown shutdown startup shutdown startup shutdown startup"),
        ("function", "startup shutdown startup shutdown startup shutdown startup"),
        ("class", "startup shutdown startup shutdown startup"),
        ("module", "startup shutdown startup"),
        ("session", "startup"),
    ],
)
def test_clients_share_a_lifespan_of_the_scope_that_is_set(
    project: pytest.Pytester, run_pytest: RunPytest, scope: str, log: str
) -> None:
    project.makepyfile(
        test_first=TWO_TESTS_OF_A_CLASS,
        test_last=f"""
        from main import log

        def test_log(client):
            assert [word for word in log if word != "/"] == {log.split()}
        """,
    )
    result = run_pytest("-o", f"xapi_lifespan={scope}")
    result.assert_outcomes(passed=4)


def test_the_marker_sets_the_scope(project: pytest.Pytester, run_pytest: RunPytest) -> None:
    project.makepyfile(
        """
        import pytest
        from main import log

        @pytest.mark.xapi(lifespan="class")
        class TestIt:
            def test_one(self, client, websocket):
                client.get("/")

            def test_two(self, client):
                client.get("/")

        def test_log():
            assert log == ["startup", "/", "/", "shutdown"]
        """
    )
    run_pytest().assert_outcomes(passed=3)


@dataclass(frozen=True)
class Loop:
    """A way to have an event loop of a module."""

    name: str
    plugins: tuple[str, ...]
    mark: str
    before: str = ""
    runs: int = 1


ANYIO_MODULE = """
@pytest.fixture(scope="module", params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param
"""
LOOPS = [
    Loop("anyio", ("anyio",), "@pytest.mark.anyio", ANYIO_MODULE, runs=2),
    Loop("asyncio", ("asyncio",), '@pytest.mark.asyncio(loop_scope="module")'),
    Loop("both, anyio", ("anyio", "asyncio"), "@pytest.mark.anyio", ANYIO_MODULE, runs=2),
    Loop("both, asyncio", ("anyio", "asyncio"), '@pytest.mark.asyncio(loop_scope="module")'),
]


def only(*plugins: str) -> list[str]:
    absent = {"anyio", "asyncio", "hypothesispytest", "schemathesis"} - set(plugins)
    return [argument for plugin in sorted(absent) for argument in ("-p", f"no:{plugin}")]


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.name)
def test_asynchronous_clients_share_a_lifespan_of_a_module(project: pytest.Pytester, loop: Loop) -> None:
    source = f"""
import pytest
from main import log, user

pytestmark = pytest.mark.xapi(lifespan="module")
{loop.before}
{loop.mark}
async def test_one(async_client, make_async_client, override):
    override(user, "ben")
    number, name = (await async_client.get("/")).json()
    assert name == "ben"
    assert (await make_async_client().get("/")).json() == [number, "ben"]

{loop.mark}
async def test_two(async_client):
    assert (await async_client.get("/")).json()[1] == "anna"
    assert async_client.app_state["number"] in (1, 6)
"""
    project.makepyfile(
        test_first=source,
        test_last=f"""
        from main import log

        def test_log():
            assert log == ["startup", "/", "/", "/", "shutdown"] * {loop.runs}
        """,
    )
    result = project.runpytest_inprocess(*only(*loop.plugins))
    result.assert_outcomes(passed=2 * loop.runs + 1)


def test_a_lifespan_that_is_wider_than_pytest_asyncio_s_loop_is_told(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio
        @pytest.mark.xapi(lifespan="module")
        async def test_one(async_client):
            pass
        """
    )
    result = project.runpytest_inprocess(*only("asyncio"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "the lifespan has scope 'module', but the event loop of this test has 'function', and a lifespan "
            'cannot outlive its loop: write @pytest.mark.asyncio(loop_scope="module"), or set '
            "asyncio_default_test_loop_scope = module"
        ]
    )
    assert (
        project.runpytest_inprocess(*only("asyncio"), "-o", "asyncio_default_test_loop_scope=session").ret
        == 0
    )


def test_a_lifespan_that_is_wider_than_anyio_s_loop_is_told(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.anyio
        @pytest.mark.xapi(lifespan="session")
        async def test_one(async_client):
            pass
        """
    )
    result = project.runpytest_inprocess(*only("anyio"))
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "the lifespan has scope 'session', but the event loop of this test has a narrower one, and a "
            'lifespan cannot outlive its loop: define the fixture `anyio_backend` with scope="session"'
        ]
    )


def test_a_shared_lifespan_without_a_loop_is_told(project: pytest.Pytester, run_pytest: RunPytest) -> None:
    project.makepyfile("def test_one(async_client):\n    pass\n")
    result = run_pytest("-o", "xapi_lifespan=module")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["a lifespan of scope 'module' for the asynchronous client needs an asynchronous test, run by *"]
    )


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
def test_what_fails_in_the_lifespan_fails_the_test_with_its_traceback(
    project: pytest.Pytester, phase: str
) -> None:
    project.makepyfile(
        f"""
        import pytest
        from main import app

        app.fails = "{phase}"

        def test_sync(client):
            client.get("/")

        @pytest.mark.asyncio
        async def test_async(async_client):
            await async_client.get("/")
        """
    )
    result = project.runpytest_inprocess(*only("asyncio"))
    if phase == "startup":
        result.assert_outcomes(errors=1, failed=1)
    else:
        result.assert_outcomes(passed=1, errors=1, failed=1)
    text = result.stdout.str()
    assert text.count('>           raise ValueError("at ') == 2
    result.stdout.fnmatch_lines(["E *ValueError: at *", "*main.py:*: ValueError"])


def test_an_app_that_reports_a_failure_fails_the_test(
    project: pytest.Pytester, run_pytest: RunPytest
) -> None:
    project.makepyfile(
        broken="""
        async def app(scope, receive, send):
            await receive()
            await send({"type": "lifespan.startup.failed", "message": "no database"})
        """,
        test_it="def test_one(client):\n    pass\n",
    )
    result = run_pytest("--xapi-app", "broken:app")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the app sent 'lifespan.startup.failed': no database"])


@pytest.mark.parametrize("name", ["test_sync", "test_async"])
def test_tasks_that_are_left_running_are_named(project: pytest.Pytester, name: str) -> None:
    project.makepyfile(
        """
        import asyncio, pytest
        from main import app

        def test_sync(client):
            client.get("/leave")

        @pytest.mark.asyncio
        async def test_async(async_client):
            own = asyncio.ensure_future(asyncio.sleep(60))
            await async_client.get("/leave")
            own.cancel()
        """
    )
    result = project.runpytest_inprocess(*only("asyncio"), "-W", "default", "-k", name)
    result.assert_outcomes(passed=1, deselected=1, warnings=1)
    left = "* has shut down and left 1 running: [Ta]*ask* (wait_for_ever, *main.py:*). Cancel or await *"
    result.stdout.fnmatch_lines([f"*TaskLeftRunning: <xapi.*{left}"])


def test_a_client_alone_cannot_have_another_shared_lifespan(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio
        async def test_one(make_async_client):
            make_async_client(lifespan="module")
        """
    )
    result = project.runpytest_inprocess(*only("asyncio"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["make_async_client(lifespan='module'): set it in the marker, *"])


def test_a_client_that_is_used_outside_of_a_test_is_told(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import asyncio, pytest

        def test_refused(async_client):
            with pytest.raises(RuntimeError, match="used outside of an asynchronous test or fixture"):
                asyncio.run(async_client.get("/"))

        def test_opened(async_client):
            async def use():
                async with async_client:
                    return await async_client.get("/")

            assert asyncio.run(use()).json() == [1, "anna"]
        """
    )
    project.runpytest_inprocess(*only("asyncio")).assert_outcomes(passed=2)


def test_a_client_that_is_used_on_two_loops_is_told(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest, pytest_asyncio

        @pytest_asyncio.fixture(loop_scope="module")
        async def first(async_client):
            return await async_client.get("/")

        @pytest.mark.asyncio
        async def test_second(first, async_client):
            with pytest.raises(RuntimeError, match="this client is open on another event loop"):
                await async_client.get("/")
        """
    )
    project.runpytest_inprocess(*only("asyncio")).assert_outcomes(passed=1)


def test_a_session_of_anyio_does_not_disturb_the_tests_of_pytest_asyncio(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from main import log

        @pytest.fixture(scope="session")
        def anyio_backend():
            return "trio"

        @pytest.mark.anyio
        @pytest.mark.xapi(lifespan="session")
        async def test_anyio(async_client):
            await async_client.get("/")
            assert log == ["startup", "/"]

        @pytest.mark.asyncio(loop_scope="session")
        @pytest.mark.xapi(lifespan="class")
        class TestAsyncio:
            async def test_one(self, async_client):
                await async_client.get("/")

            async def test_two(self, async_client, client):
                await async_client.get("/")
                client.get("/")
                assert log == ["startup", "/", "startup", "/", "startup", "/", "/"]

        @pytest.mark.asyncio
        @pytest.mark.xapi(lifespan="function")
        async def test_function(async_client, make_async_client):
            log.clear()
            await async_client.get("/")
            await make_async_client().get("/")
            assert log == ["startup", "/", "/"]
        """
    )
    project.runpytest_inprocess(*only("anyio", "asyncio")).assert_outcomes(passed=4)
