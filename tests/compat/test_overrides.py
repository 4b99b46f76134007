"""`override` on apps of FastAPI and Litestar: several apps, clients of the suite, factories, names."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

RunOnPeer = Callable[..., subprocess.CompletedProcess[str]]

FASTAPI = {
    "main.py": """
        from fastapi import Depends, FastAPI

        def user():
            return "anna"

        def permission(name):
            def check():
                return name
            return check

        shop, mail = FastAPI(), FastAPI()

        @shop.get("/")
        def read(name=Depends(user), right=Depends(permission("read"))):
            return f"{name} may {right}"

        @mail.get("/")
        def send():
            return "sent"

        outer = FastAPI()
        outer.mount("/shop", shop)
    """,
    "test_it.py": """
        from unittest.mock import AsyncMock, MagicMock

        import pytest
        from main import mail, outer, permission, shop, user
        from xapi.testing import OverrideError, TestClient

        @pytest.fixture(scope="module")
        def own():
            with TestClient(shop) as client:
                yield client

        @pytest.mark.parametrize("order", [[shop, mail], [mail, shop]])
        def test_two_apps(make_client, override, order):
            clients = {id(app): make_client(app) for app in order}
            override(user, "ben")
            assert clients[id(shop)].get("/").json() == "ben may read"
            assert mail.dependency_overrides == {}

        def test_a_client_of_the_suite_and_a_mounted_app(own, make_client, override):
            override(user, "ben")
            with override.made_by(permission, "do all"):
                assert own.get("/").json() == "ben may do all"
            assert make_client(outer).get("/shop/").json() == "ben may read"

        @pytest.mark.parametrize("mock", [MagicMock, AsyncMock])
        def test_mocks(own, override, mock):
            override(user, mock(return_value="ben"))
            assert own.get("/").json() == "ben may read"
            override.value(user, MagicMock(__str__=lambda self: "carl", __format__=lambda self, how: "carl"))
            assert own.get("/").json() == "carl may read"

        def test_what_no_app_knows(own, make_client, override):
            make_client(mail)
            with pytest.raises(OverrideError, match="of the 2 apps depends on permission"):
                override(permission, 1)

        def test_afterwards(own):
            assert own.get("/").json() == "anna may read"
            assert shop.dependency_overrides == {}
    """,
}

LITESTAR = {
    "main.py": """
        from typing import Any
        from litestar import Controller, Litestar, get
        from litestar.di import Provide

        def user() -> Any:
            return "anna"

        async def greeting(user: Any) -> Any:
            return f"hello {user}"

        def place():
            yield "home"

        class Places(Controller):
            path = "/places"
            dependencies = {"place": Provide(place)}

            @get()
            async def read(self, place: Any, greeting: Any) -> Any:
                return f"{greeting} at {place}"

        @get("/", dependencies={"user": Provide(user, sync_to_thread=True, use_cache=True)})
        async def greet(greeting: Any) -> Any:
            return greeting

        given = {"greeting": Provide(greeting), "user": Provide(user, sync_to_thread=False)}
        app = Litestar([greet, Places], dependencies=given)
    """,
    "test_it.py": """
        import gc
        import pytest
        from main import app, greeting, place, user
        from xapi.testing import OverrideError, TestClient

        own = TestClient(app)

        def ask(client):
            return client.get("/").text, client.get("/places").text

        async def bye(user):
            return f"bye {user}"

        def in_a_block():
            log.append("begin")
            yield "work"
            log.append("end")

        log = []

        def test_by_name(client, override):
            assert ask(client) == ("hello anna", "hello anna at home")
            handle = override("user", "ben")
            assert ask(client) == ask(own) == ("hello ben", "hello ben at home")
            assert handle.count("user") == 4
            override({"place": in_a_block, "greeting": bye})
            assert ask(client) == ("bye ben", "bye ben at work")
            assert log == ["begin", "end"]

        def test_by_function(client, override):
            override(user, lambda: "carl")
            with override(place, "sea"):
                assert ask(client) == ("hello carl", "hello carl at sea")
            assert ask(client) == ("hello carl", "hello carl at home")

        def test_mistakes(client, override):
            for key, replacement, message in [
                ("usr", 1, "depends on 'usr' .did you mean 'user'"),
                (ask, 1, "depends on ask"),
                (place, bye, "what replaces 'place' asks for user: .* itself asks for .nothing"),
            ]:
                with pytest.raises(OverrideError, match=message):
                    override(key, replacement)

        def test_a_client_that_nobody_has_closed():
            TestClient(app, overrides={"user": "ben"})
            gc.collect()
            assert ask(TestClient(app)) == ("hello anna", "hello anna at home")

        def test_afterwards(client):
            assert ask(client) == ("hello anna", "hello anna at home")
    """,
}


@pytest.mark.parametrize(
    ("peer", "files", "app", "passed"), [("fastapi", FASTAPI, "shop", 7), ("litestar", LITESTAR, "app", 5)]
)
def test_override_reaches_apps_of_a_peer(
    run_on_peer: RunOnPeer, peer: str, files: dict[str, str], app: str, passed: int
) -> None:
    finished = run_on_peer(peer, files, f"--xapi-app=main:{app}", "-q")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert f"{passed} passed" in finished.stdout
