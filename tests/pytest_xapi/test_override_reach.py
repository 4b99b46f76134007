"""Whom `override` reaches: the clients of all apps of a test, whoever has made them, and no other test's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import WITHOUT_OTHER_PLUGINS

RunPytest = Callable[..., pytest.RunResult]

APPS = """
    from functools import partial
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from xapi import XAPI, Depends

    def user():
        return "anna"

    def place():
        return "home"

    def permission(name):
        def check():
            return name
        return check

    class Tenant:
        def __init__(self, name):
            self.name = name
        def __call__(self):
            return self.name
        def named(self):
            return self.name

    def flag(name):
        return name

    shop = XAPI()
    mail = XAPI()

    @shop.get("/")
    async def read(name=Depends(user)):
        return name

    @shop.get("/made")
    async def made(
        one=Depends(permission("a")), two=Depends(Tenant("b")), three=Depends(Tenant("c").named),
        four=Depends(partial(flag, "d")),
    ):
        return f"{one}{two}{three}{four}"

    @mail.get("/")
    async def send(where=Depends(place)):
        return where

    outer = Starlette(routes=[Mount("/shop", app=shop), Mount("/mail", app=mail)])
    plain = Starlette()
"""


@pytest.fixture
def run_test(pytester: pytest.Pytester, run_pytest: RunPytest) -> RunPytest:
    """Run a test module against the apps of this file, of which `shop` is the one under test."""
    pytester.makepyfile(main=APPS)
    pytester.makeini("[pytest]\nxapi_app = main:shop\n")

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=source)
        return run_pytest(*arguments)

    return run


def test_it_holds_for_the_apps_that_know_the_dependency(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import mail, outer, place, plain, shop, user
        from xapi.testing import OverrideError

        def nobody():
            return "?"

        @pytest.mark.parametrize("first", ["shop", "mail", "plain"])
        def test_the_order_of_clients_does_not_count(make_client, override, first):
            apps = {"shop": shop, "mail": mail, "plain": plain}
            clients = {name: make_client(apps[name]) for name in sorted(apps, key=lambda name: name != first)}
            override(user, "ben")
            assert clients["shop"].get("/").json() == "ben"
            assert clients["mail"].get("/").json() == "home"

        def test_nor_whether_they_come_later(make_client, override):
            override({user: "ben", place: "work"})
            assert make_client(mail).get("/").json() == "work"
            assert make_client(shop).get("/").json() == "ben"

        @pytest.mark.parametrize("app", [[mail], [shop, mail], [outer]], ids=len)
        def test_what_no_app_knows_is_refused_and_replaces_nothing(make_client, override, app):
            clients = [make_client(each) for each in app]
            with pytest.raises(OverrideError, match="depends on nobody"):
                override({nobody: "x", place: "work"})
            path = "/mail/" if app == [outer] else "/"
            assert clients[-1].get(path).json() == "home"

        def test_mounted_apps(make_client, override):
            client = make_client(outer)
            override({user: "ben", place: "work"})
            assert [client.get(f"/{name}/").json() for name in ("shop", "mail")] == ["ben", "work"]

        def test_afterwards_all_is_as_it_was(make_client):
            client = make_client(outer)
            assert [client.get(f"/{name}/").json() for name in ("shop", "mail")] == ["anna", "home"]
            assert (shop.dependency_overrides, mail.dependency_overrides) == ({}, {})
        """
    )
    result.assert_outcomes(passed=9)


def test_it_holds_for_clients_that_the_plugin_has_not_made(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import shop, user
        from xapi.testing import AsyncClient, LiveServer, OverrideError, TestClient

        bare = TestClient(shop)

        @pytest.fixture
        def own():
            with TestClient(shop) as client:
                yield client

        @pytest.fixture(scope="session")
        def shared():
            with TestClient(shop) as client:
                yield client

        @pytest.mark.parametrize("order", ["own override", "override own", "shared override"])
        def test_of_a_fixture(request, order):
            given = {name: request.getfixturevalue(name) for name in order.split()}
            override = given.pop("override")
            override(user, "ben")
            [client] = given.values()
            assert client.get("/").json() == bare.get("/").json() == "ben"
            assert override.count(user) == 2

        def test_of_the_test_itself(override):
            override(user, "ben")
            with TestClient(shop, overrides={user: "carl"}) as client:
                assert client.get("/").json() == "carl"
            with client:
                with override(user, "dora"):
                    assert client.get("/").json() == "dora"
            assert client.get("/").json() == "ben"
            assert TestClient(shop).run(asked, AsyncClient(shop)) == "ben"
            with LiveServer(shop) as server:
                assert fetched(server.url) == '"ben"'

        async def asked(client):
            return (await client.get("/")).json()

        def fetched(url):
            from urllib.request import ProxyHandler, build_opener
            with build_opener(ProxyHandler({})).open(url) as response:
                return response.read().decode()

        def test_what_no_app_knows_is_told(own, override):
            with pytest.raises(OverrideError, match="depends on fetched"):
                override(fetched, 1)

        def test_afterwards(own, shared):
            assert {client.get("/").json() for client in (own, shared, bare)} == {"anna"}
        """
    )
    result.assert_outcomes(passed=6)


def test_what_no_app_knows_fails_the_test_also_where_its_client_comes_later(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import shop, user
        from xapi.testing import TestClient

        def nobody():
            return "?"

        bare = TestClient(shop)

        @pytest.fixture(autouse=True)
        def replaced(override):
            override(nobody, 1)

        def test_passes_otherwise():
            with TestClient(shop) as client:
                client.get("/")

        def test_fails_anyway():
            with TestClient(shop) as client:
                assert client.get("/").json() == "ben"

        def test_of_a_client_that_was_there_before():
            bare.get("/")

        def test_without_a_client():
            pass
        """
    )
    result.assert_outcomes(passed=1, failed=3)
    message = "*OverrideError: no operation of the app depends on nobody"
    place = "*It was to be replaced at *test_it.py:12."
    result.stdout.fnmatch_lines([message, place, "*AssertionError*", message, place])


def test_what_held_in_a_block_has_held_also_where_it_could_not_later(run_test: RunPytest) -> None:
    run_test(
        """
        from main import shop, user
        from xapi import Depends

        def below():
            return "ben"

        def above(name=Depends(below)):
            return name

        def test_it(make_client, override):
            client = make_client(shop)
            with override(user, above):
                assert client.get("/").json() == "ben"
                with override(below, "carl"):
                    assert client.get("/").json() == "carl"
        """
    ).assert_outcomes(passed=1)


def test_what_no_test_of_the_run_has_used_is_named(run_test: RunPytest) -> None:
    source = """
        import pytest
        from main import place, user

        @pytest.fixture(autouse=True)
        def replaced(override):
            override(user, "ben")

        def test_used(client):
            client.get("/")

        def test_not_used(client):
            pass

        def test_never_used(override):
            override(place, "work")
            override.made_by(len, 1)
        """
    result = run_test(source)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["*overrides that no test has used*", "len (test_it.py:16)", "place (test_it.py:15)"]
    )
    result.stdout.fnmatch_lines(["No operation asked for 2 replacements. *"])
    result.stdout.no_fnmatch_line("user (*")
    run_test(source, "-o", "xapi_strict_overrides=false").stdout.no_fnmatch_line("*overrides that no test*")


def test_workers_of_xdist_say_what_they_know_of_that(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=APPS)
    pytester.makepyfile(
        test_it="""
        import pytest
        from main import user

        @pytest.mark.parametrize("uses", [True, False])
        def test_used_once(client, override, uses):
            override(user, "ben")
            assert not uses or client.get("/").json() == "ben"

        def test_not_used(client, override):
            override(user, "carl")
        """
    )
    result = pytester.runpytest_subprocess(*WITHOUT_OTHER_PLUGINS, "-n2", "--xapi-app=main:shop")
    result.stdout.fnmatch_lines(["user (test_it.py:10)", "No operation asked for 1 replacement. *"])
    result.stdout.no_fnmatch_line("user (test_it.py:6)")


def test_a_value_may_be_callable(run_test: RunPytest) -> None:
    result = run_test(
        """
        from unittest.mock import AsyncMock, MagicMock, create_autospec

        import pytest
        from main import shop, user
        from xapi.testing import TestClient, Value, override as overriding

        class Name(str):
            def __call__(self):
                return "called"

        def test_the_value_is_handed_on_and_counted(client, override):
            handle = override.value(user, Name("ben"))
            assert client.get("/").json() == "ben"
            assert handle.count(user) == override.count(user) == 1

        def test_everywhere(make_client):
            with TestClient(shop, overrides={user: Value(Name("ben"))}) as client:
                assert client.get("/").json() == "ben"
                with client.override(user, Value(Name("dora"))):
                    assert client.get("/").json() == "dora"
            with overriding(shop, user, Value(Name("carl"))):
                assert make_client(shop).get("/").json() == "carl"
            shop.dependency_overrides[user] = Value(Name("emil"))
            assert make_client(shop).get("/").json() == "emil"
            shop.dependency_overrides.clear()

        @pytest.mark.parametrize("mock", [MagicMock, AsyncMock])
        def test_mocks_in_the_place_of_dependencies(client, override, mock):
            replacement = mock(return_value="ben")
            override(user, replacement)
            assert client.get("/").json() == "ben"
            replacement.assert_called_once_with()

        def test_a_mock_of_the_signature(client, override):
            override(user, create_autospec(user, return_value="ben"))
            assert client.get("/").json() == "ben"
        """
    )
    result.assert_outcomes(passed=5)


def test_what_a_factory_has_made_is_replaced(run_test: RunPytest) -> None:
    result = run_test(
        """
        import pytest
        from main import Tenant, flag, mail, permission, shop, user
        from xapi.testing import OverrideError

        def nothing(name):
            def check():
                return name
            return check

        @pytest.mark.parametrize(
            ("factory", "answer"), [(permission, "Xbcd"), (Tenant, "aXXd"), (flag, "abcX")]
        )
        @pytest.mark.parametrize("order", ["client override", "override client"])
        def test_it_is(request, order, factory, answer):
            given = {name: request.getfixturevalue(name) for name in order.split()[:1]}
            override = request.getfixturevalue("override")
            handle = override.made_by(factory, "X")
            client = request.getfixturevalue("client")
            assert client.get("/made").json() == answer
            assert handle.unused() == []
            handle.remove()
            assert client.get("/made").json() == "abcd"

        @pytest.mark.parametrize("factory", [nothing, user, str])
        def test_what_has_made_nothing_is_told(client, make_client, override, factory):
            make_client(mail)
            with pytest.raises(OverrideError, match=f"of the app was made by {factory.__name__}"):
                override.made_by(factory, None)
        """
    )
    result.assert_outcomes(passed=9)
