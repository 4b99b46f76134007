"""Exceptions that frameworks answer with 500 themselves: raised in the test, or shown with it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from textwrap import dedent

import pytest

RunOnPeer = Callable[..., subprocess.CompletedProcess[str]]

TESTS = """
    import pytest
    from main import app, mounts
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from xapi.testing import AsyncClient, TestClient

    PATHS = ["/fails", "/fails-in-thread"]

    @pytest.mark.parametrize("timeout", [None, 5])
    @pytest.mark.parametrize("path", PATHS)
    def test_it_is_raised(make_client, path, timeout):
        client = make_client(timeout=timeout)
        with pytest.raises(LookupError, match="hidden") as raised:
            client.get(path)
        assert raised.traceback[-1].name == "fail"
        with pytest.raises(LookupError, match="hidden"), client.stream("GET", path) as response:
            assert response.status_code == 500
            response.read()

    @pytest.mark.anyio
    async def test_so_it_is_on_the_loop_of_the_test(async_client):
        with pytest.raises(LookupError, match="hidden"):
            await async_client.get("/fails")

    def test_what_is_around_the_app_hides_nothing(make_client):
        class Around:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                await self.app(scope, receive, send)

        for outer, path in (Around(app), "/fails"), (Starlette(routes=[Mount("/in", app)]), "/in/fails"):
            if "/in" not in path or mounts:
                with pytest.raises(LookupError, match="hidden"):
                    make_client(outer).get(path)

    @pytest.mark.xapi(raise_server_exceptions=False)
    @pytest.mark.parametrize("path", PATHS)
    def test_it_is_answered(client, path):
        assert client.get(path).status_code == 500

    def test_what_the_app_answers_itself_is_no_failure(client):
        assert client.get("/handled").status_code == 500
        assert client.get("/answered").status_code in (500, 503)
        assert client.get("/logs").status_code == 200

    @pytest.mark.xapi(raise_server_exceptions=False)
    @pytest.mark.parametrize("path", ["/fails", "/handled"])
    def test_shown(client, path):
        assert client.get(path).status_code == 200
"""
RAISING = """
    import logging

    class Handled(Exception):
        pass

    def fail():
        raise LookupError("hidden")

    def log():
        try:
            raise ValueError("is logged")
        except ValueError:
            logging.exception("not so bad")

    mounts = True
"""
STARLETTE_LIKE = """
    @app.get("/fails")
    async def fails():
        fail()

    @app.get("/fails-in-thread")
    def fails_in_thread():
        fail()

    @app.get("/handled")
    async def handled():
        raise Handled("behind it")

    @app.exception_handler(Handled)
    async def handle(request, error):
        return JSONResponse({}, 500)

    @app.get("/answered")
    async def answered():
        raise HTTPException(500)

    @app.get("/logs")
    async def logs():
        log()
"""
APPS = {
    "xapi": "from xapi import HTTPException, XAPI\nfrom xapi.responses import JSONResponse\napp = XAPI()\n",
    "fastapi": "from fastapi import FastAPI, HTTPException\nfrom fastapi.responses import JSONResponse\n"
    "app = FastAPI()\n",
    "starlette": """
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.responses import JSONResponse
        from starlette.routing import Route

        async def fails(request):
            fail()

        def fails_in_thread(request):
            fail()

        async def handled(request):
            raise Handled("behind it")

        async def handle(request, error):
            return JSONResponse({}, 500)

        async def answered(request):
            raise HTTPException(500)

        async def logs(request):
            log()
            return JSONResponse({})

        app = Starlette(
            routes=[
                Route("/fails", fails),
                Route("/fails-in-thread", fails_in_thread),
                Route("/handled", handled),
                Route("/answered", answered),
                Route("/logs", logs),
            ],
            exception_handlers={Handled: handle},
        )
        """,
    "litestar": """
        from litestar import Controller, Litestar, Response, get
        from litestar.exceptions import InternalServerException

        @get("/fails")
        async def fails() -> None:
            fail()

        @get("/fails-in-thread", sync_to_thread=True)
        def fails_in_thread() -> None:
            fail()

        def handle(request, error):
            return Response({}, status_code=500)

        class Handles(Controller):
            exception_handlers = {Handled: handle}

            @get("/handled")
            async def handled(self) -> None:
                raise Handled("behind it")

        @get("/answered")
        async def answered() -> None:
            raise InternalServerException

        @get("/logs")
        async def logs() -> None:
            log()

        app = Litestar([fails, fails_in_thread, Handles, answered, logs])
        """,
    "quart": """
        from quart import Quart, abort

        app = Quart("mine")

        @app.get("/fails")
        async def fails():
            fail()

        @app.get("/fails-in-thread")
        def fails_in_thread():
            fail()

        @app.get("/handled")
        async def handled():
            raise Handled("behind it")

        @app.errorhandler(Handled)
        async def handle(error):
            return {}, 500

        @app.get("/answered")
        async def answered():
            abort(503)

        @app.get("/logs")
        async def logs():
            log()
            return {}
        """,
    "falcon": """
        import falcon.asgi

        mounts = False  # Falcon does not know the root path

        class Resource:
            def __init__(self, act):
                self.act = act

            async def on_get(self, request, response):
                self.act()

        class Threaded:
            async def on_get(self, request, response):
                await falcon.util.sync_to_async(fail)

        def handled():
            raise Handled("behind it")

        async def handle(request, response, error, params):
            response.status = 500

        def answered():
            raise falcon.HTTPServiceUnavailable

        app = falcon.asgi.App()
        app.add_error_handler(Handled, handle)
        app.add_route("/fails-in-thread", Threaded())
        acts = {"/fails": fail, "/handled": handled, "/answered": answered, "/logs": log}
        for path, act in acts.items():
            app.add_route(path, Resource(act))
        """,
    "django": """
        import django
        from django.conf import settings
        from django.core.asgi import get_asgi_application
        from django.http import HttpResponse
        from django.urls import path

        async def fails(request):
            fail()

        def fails_in_thread(request):
            fail()

        def handled(request):
            try:
                raise Handled("behind it")
            except Handled:
                return HttpResponse(status=500)

        async def answered(request):
            return HttpResponse(status=503)

        async def logs(request):
            log()
            return HttpResponse()

        urlpatterns = [
            path("fails", fails),
            path("fails-in-thread", fails_in_thread),
            path("handled", handled),
            path("answered", answered),
            path("logs", logs),
        ]
        settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["*"])
        django.setup()
        app = get_asgi_application()
        """,
}
PEERS = {"fastapi": "fastapi", "litestar": "litestar"}
HIDING_BEHIND = {"quart", "falcon", "django"}
"""Those whose handlers return, so that nothing tells what they have handled."""


@pytest.mark.parametrize("framework", APPS)
def test_failures_that_a_framework_answers(run_on_peer: RunOnPeer, framework: str) -> None:
    like = STARLETTE_LIKE if framework in ("xapi", "fastapi") else ""
    files = {
        "main.py": "\n".join(dedent(part) for part in (RAISING, APPS[framework], like)),
        "test_it.py": TESTS,
    }
    peer = PEERS.get(framework, "frameworks")
    finished = run_on_peer(peer, files, "--xapi-app=main:app", "-q", "-p", "no:logging")
    shown = finished.stdout
    assert "2 failed, 9 passed" in shown, shown + finished.stderr
    assert "exceptions behind the app's server errors" in shown
    assert "GET /fails" in shown
    assert "LookupError: hidden" in shown
    assert ("Handled: behind it" in shown) == (framework not in HIDING_BEHIND), shown


def test_a_connection_that_litestar_closes(run_on_peer: RunOnPeer) -> None:
    main = """
        from litestar import Litestar, WebSocket, websocket

        @websocket("/fails")
        async def fails(socket: WebSocket) -> None:
            await socket.accept()
            raise LookupError("hidden")

        @websocket("/closes")
        async def closes(socket: WebSocket) -> None:
            await socket.accept()
            try:
                raise LookupError("handled")
            except LookupError:
                await socket.close(code=4000)

        app = Litestar([fails, closes])
    """
    tests = """
        import pytest
        from starlette.websockets import WebSocketDisconnect

        def test_it_is_raised(client):
            with pytest.raises(LookupError, match="hidden"), client.websocket_connect("/fails") as session:
                session.expect_close(4500)

        @pytest.mark.xapi(raise_server_exceptions=False)
        def test_it_is_closed(client):
            with client.websocket_connect("/fails") as session:
                session.expect_close(4500)

        def test_the_app_may_close(client):
            with client.websocket_connect("/closes") as session:
                session.expect_close(4000)
    """
    finished = run_on_peer("litestar", {"main.py": main, "test_it.py": tests}, "--xapi-app=main:app", "-q")
    assert "3 passed" in finished.stdout, finished.stdout + finished.stderr
