"""The fixture `override`: what it replaces, for whom, and until when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RunPytest = Callable[..., pytest.RunResult]

APP = """
    from typing import Annotated

    from xapi import XAPI, Depends, WebSocket

    def user() -> str:
        return "anna"

    def place() -> str:
        return "home"

    app = XAPI()

    @app.get("/")
    async def read(user: Annotated[str, Depends(user)], place: Annotated[str, Depends(place)]) -> str:
        return f"{user} at {place}"

    @app.websocket("/ws")
    async def talk(websocket: WebSocket, user: Annotated[str, Depends(user)]) -> None:
        await websocket.accept()
        await websocket.send_text(user)
        await websocket.close()
"""


@pytest.fixture
def run_test(pytester: pytest.Pytester, run_pytest: RunPytest) -> RunPytest:
    """Run a test module against the app of this file."""
    pytester.makepyfile(main=APP)
    pytester.makeini("[pytest]\nxapi_app = main:app\n")

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return run_pytest(*arguments)

    return run


@pytest.mark.parametrize(
    "replacement",
    ["'ben'", "lambda: 'ben'", "made", "asked", "generated", "Ben"],
)
def test_a_value_or_a_dependency_replaces(run_test: RunPytest, replacement: str) -> None:
    result = run_test(
        f"""
        from main import user

        async def made():
            return "ben"

        def asked(name: str = "ben"):
            return name

        def generated():
            yield "ben"

        class Ben:
            def __str__(self):
                return "ben"

        def test_read(client, override):
            override(user, {replacement})
            assert client.get("/").json() == "ben at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_a_mapping_replaces_several(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import place, user

        def test_read(client, override):
            override({user: "ben", place: lambda: "work"})
            assert client.get("/").json() == "ben at work"
        """
    )
    result.assert_outcomes(passed=1)


def test_none_is_a_value(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import user

        def test_read(client, override):
            override(user, None)
            assert client.get("/").json() == "None at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_it_ends_with_the_test(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import app, user

        def test_with(client, override):
            override(user, "ben")
            assert client.get("/").json() == "ben at home"
            assert app.dependency_overrides == {}

        def test_without(client):
            assert client.get("/").json() == "anna at home"
        """
    )
    result.assert_outcomes(passed=2)


def test_it_ends_before_fixtures_that_were_there_before_it(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import user

        @pytest.fixture
        def after(client):
            yield
            assert client.get("/").json() == "anna at home"

        def test_read(after, client, override):
            override(user, "ben")
            assert client.get("/").json() == "ben at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_as_a_context_manager_it_ends_with_the_block(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import user

        def test_read(client, override):
            override(user, "outer")
            with override(user, "inner"):
                assert client.get("/").json() == "inner at home"
            assert client.get("/").json() == "outer at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_blocks_may_end_in_any_order(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import user

        def test_read(client, override):
            first = override(user, "first")
            second = override(user, "second")
            first.remove()
            assert client.get("/").json() == "second at home"
            second.remove()
            second.remove()
            assert client.get("/").json() == "anna at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_it_wins_over_the_dictionary_of_the_app(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import app, user

        def test_read(client, override, monkeypatch):
            monkeypatch.setitem(app.dependency_overrides, user, lambda: "dictionary")
            assert client.get("/").json() == "dictionary at home"
            override(user, "ben")
            assert client.get("/").json() == "ben at home"
        """
    )
    result.assert_outcomes(passed=1)


def test_it_reaches_websockets(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import user

        def test_talk(websocket, override):
            override(user, "ben")
            with websocket("/ws") as session:
                assert session.receive_text() == "ben"
        """
    )
    result.assert_outcomes(passed=1)


def test_it_reaches_clients_made_before_and_after(run_test: RunPytest) -> None:
    result = run_test(
        """
        from main import user

        def test_read(client, xapi_override, override, request):
            assert override is xapi_override
            override(user, "ben")
            assert client.get("/").json() == "ben at home"
            later = request.getfixturevalue("websocket")
            with later("/ws") as session:
                assert session.receive_text() == "ben"
        """
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("plugin", ["anyio", "asyncio"])
def test_it_reaches_the_asynchronous_client(pytester: pytest.Pytester, plugin: str) -> None:
    pytester.makepyfile(main=APP)
    scope = "asyncio_default_fixture_loop_scope = function\n" if plugin == "asyncio" else ""
    pytester.makeini(f"[pytest]\nxapi_app = main:app\n{scope}")
    pytester.makepyfile(
        f"""
        import pytest
        from main import place, user

        @pytest.fixture
        def ben(override):
            override(user, "ben")

        @pytest.mark.{plugin}
        async def test_read(async_client, ben, override):
            override(place, "work")
            assert (await async_client.get("/")).json() == "ben at work"
            with override(user, "inner"):
                assert (await async_client.get("/")).json() == "inner at work"
            assert (await async_client.get("/")).json() == "ben at work"
        """
    )
    other = {"anyio": "asyncio", "asyncio": "anyio"}[plugin]
    result = pytester.runpytest_inprocess("-p", f"no:{other}", "-p", "no:schemathesis")
    result.assert_outcomes(passed=2 if plugin == "anyio" else 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("override(user)", "override(user) has no replacement: give one as the second argument"),
        (
            "override({user: 'ben'}, 'carl')",
            "override({...}) takes no second argument: the mapping says what replaces what",
        ),
        (
            "override('user', 'ben')",
            "override(): 'user' is not a dependency; give the function or class that is in Depends(...)",
        ),
    ],
)
def test_a_mistake_is_told(run_test: RunPytest, call: str, message: str) -> None:
    result = run_test(f"from main import user\n\ndef test_read(override):\n    {call}\n")
    result.assert_outcomes(failed=1)
    assert any(line.startswith("E ") and line.endswith(f"TypeError: {message}") for line in result.outlines)


def test_the_fixture_can_be_annotated(run_test: RunPytest) -> None:
    result = run_test(
        """
        from pytest_xapi import Override

        def test_type(override: Override):
            assert type(override) is Override
        """
    )
    result.assert_outcomes(passed=1)


def test_an_app_of_another_framework_is_replaced_in_its_dictionary(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    pytester.makepyfile(
        main="""
        def user():
            return b"anna"

        class App:
            dependency_overrides = {}

            async def __call__(self, scope, receive, send):
                if scope["type"] == "http":
                    name = self.dependency_overrides.get(user, user)()
                    await send({"type": "http.response.start", "status": 200, "headers": []})
                    await send({"type": "http.response.body", "body": name})

        app = App()
        """
    )
    pytester.makepyfile(
        """
        from main import app, user

        def test_with(client, override):
            override(user, b"ben")
            assert client.get("/").text == "ben"

        def test_without(client):
            assert client.get("/").text == "anna"
            assert app.dependency_overrides == {}
        """
    )
    run_pytest("--xapi-app", "main:app").assert_outcomes(passed=2)


@pytest.mark.parametrize("order", ["client, override", "override, client"])
def test_an_app_without_overrides_is_told(
    pytester: pytest.Pytester, run_pytest: RunPytest, order: str
) -> None:
    pytester.makepyfile(main="from starlette.applications import Starlette\n\napp = Starlette()")
    pytester.makepyfile(f"def test_read({order}):\n    override(len, 1)\n")
    result = run_pytest("--xapi-app", "main:app")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *OverrideError: *Starlette object* has no dependencies to override: *"])


def test_it_holds_for_each_example_of_hypothesis(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APP)
    pytester.makeini(
        "[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\nasyncio_mode = auto\n"
    )
    pytester.makepyfile(
        """
        from hypothesis import HealthCheck, given, settings, strategies as st
        from main import place, user

        @settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
        @given(name=st.sampled_from(["ben", "carl"]))
        async def test_read(async_client, override, name):
            override(place, "work")
            with override(user, name):
                assert (await async_client.get("/")).json() == f"{name} at work"
            assert (await async_client.get("/")).json() == "anna at work"
        """
    )
    pytester.runpytest_inprocess("-p", "no:schemathesis").assert_outcomes(passed=1)


def test_calls_are_counted_and_recorded_for_all_clients_together(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import app, place, user

        def named(q: str = "?"):
            return q

        @pytest.mark.xapi(overrides={place: "work"})
        def test_calls(client, make_client, override):
            handle = override(user, named)
            client.get("/?q=1")
            make_client().get("/?q=2")
            assert handle.count() == handle.count(user) == override.count(user) == 2
            assert handle.calls() == handle.calls(user)
            assert handle.calls(user) == override.calls(user) == [{"q": "1"}, {"q": "2"}]
            assert override.count(place) == 2
            with override(user, "other") as inner:
                client.get("/")
                assert (inner.count(user), inner.unused()) == (1, [])
            assert override.count(user) == 3
            with pytest.raises(KeyError, match="test_calls was not replaced in this test"):
                override.count(test_calls)
        """
    )
    result.assert_outcomes(passed=1)


def test_what_no_operation_depends_on_is_told(run_test: RunPytest) -> None:
    result = run_test(
        """
        def usr():
            return "anna"

        def test_early(client, override):
            override(usr, "ben")

        def test_late(override, request):
            override(usr, "ben")
            request.getfixturevalue("client")
        """
    )
    result.assert_outcomes(failed=2)
    message = "E *OverrideError: no operation of the app depends on usr (did you mean user[?])"
    result.stdout.fnmatch_lines([message, message])


def test_strict_mode_fails_for_overrides_that_were_never_used(run_test: RunPytest) -> None:
    source = """
        import pytest
        from main import place, user

        def test_used(client, override):
            override(user, "ben")
            client.get("/")

        def test_unused(client, override):
            override({user: "ben", place: "work"})

        @pytest.mark.xapi(overrides={place: "work"})
        def test_marker(client):
            pass

        def test_failed_anyway(client, override):
            override(user, "ben")
            assert False
        """
    run_test(source).assert_outcomes(passed=3, failed=1)
    result = run_test(source, "-o", "xapi_strict_overrides=true")
    result.assert_outcomes(passed=3, failed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "overrides that were never used: user (*test_strict_*.py:9), place (*test_strict_*.py:9)",
            "overrides that were never used: place (@pytest.mark.xapi(overrides=...))",
        ]
    )


def test_a_test_sees_its_overrides_in_the_lifespan_if_they_come_before_the_client(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    pytester.makepyfile(
        main="""
        from contextlib import asynccontextmanager
        from xapi import Depends, XAPI

        def user():
            return "anna"

        @asynccontextmanager
        async def lifespan(app):
            app.started_for = app.overridden(user)()
            yield

        app = XAPI(lifespan=lifespan)

        @app.get("/")
        async def read(name: str = Depends(user)):
            return name
        """,
        test_it="""
        import pytest
        from main import app, user

        def test_before(override, request):
            override(user, "ben")
            request.getfixturevalue("client")
            assert app.started_for == "ben"

        def test_after(client, override):
            override(user, "ben")
            assert app.started_for == "anna"

        @pytest.mark.xapi(overrides={user: "carl"})
        def test_marker(client):
            assert app.started_for == "carl"

        @pytest.mark.xapi(overrides={user: "carl"}, lifespan="module")
        def test_shared(client):
            assert app.started_for == "anna"
            assert client.get("/").json() == "carl"
        """,
    )
    run_pytest("--xapi-app", "main:app").assert_outcomes(passed=4)


EQUAL_APP = """
    from dataclasses import dataclass, field

    from xapi import XAPI, Depends

    @dataclass(frozen=True)
    class Role:
        of: object
        tag: str = field(default="", compare=False)

        def __call__(self) -> str:
            return self.tag

    first, second, third = Role(1, "first"), Role(True, "second"), Role(1.0, "third")

    app = XAPI()

    @app.get("/")
    async def read(a: str = Depends(first), b: str = Depends(second), c: str = Depends(third)) -> str:
        return f"{a} {b} {c}"
"""


def test_dependencies_that_compare_equal_are_replaced_each_for_itself(
    pytester: pytest.Pytester, run_test: RunPytest
) -> None:
    pytester.makepyfile(main=EQUAL_APP)
    result = run_test(
        """
        import pytest
        from main import first, second, third

        pytestmark = pytest.mark.xapi(overrides={first: "module"})

        @pytest.mark.xapi(overrides={second: lambda: "test"})
        def test_markers(client, override):
            assert client.get("/").json() == "module test third"
            override(third, "fixture")
            assert client.get("/").json() == "module test fixture"
            assert (override.count(first), override.count(second), override.count(third)) == (2, 2, 1)

        @pytest.mark.xapi(overrides={first: "closer"})
        def test_the_closest_marker_counts(client, override):
            assert client.get("/").json() == "closer second third"
            assert override.unused() == []
            with pytest.raises(KeyError):
                override.count(second)
        """
    )
    result.assert_outcomes(passed=2)
