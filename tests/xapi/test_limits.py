"""Limits of bodies, forms, parameters and content types, on app, router, inclusion and operation."""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
import uvicorn
from pydantic import BaseModel
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from xapi import XAPI, APIRouter, Body, Cookie, Depends, Form, Header, Query, Request, UploadFile
from xapi.exceptions import RequestValidationError
from xapi.operation.limits import MAX_BODY_SIZE, MAX_PARAMETERS, MAX_QUERY_SIZE
from xapi.responses import JSONResponse
from xapi.routing.route import APIRoute

Ask = Callable[..., Any]
JSON = [(b"content-type", b"application/json")]
FORM = [(b"content-type", b"application/x-www-form-urlencoded")]
TOO_LARGE = {"detail": "Content Too Large"}


class Numbers(BaseModel):
    numbers: list[int] = []


async def declared(data: Numbers) -> Numbers:
    return data


async def embedded(data: Annotated[Numbers, Body(embed=True)]) -> Numbers:
    return data


async def whole(request: Request) -> int:
    return len(await request.body())


async def streamed(request: Request) -> int:
    return sum([len(piece) async for piece in request.stream()])


async def parsed(request: Request) -> Any:
    return await request.json()


async def form(text: Annotated[str, Form()]) -> int:
    return len(text)


async def form_by_hand(request: Request) -> int:
    async with request.form() as fields:
        return len(fields.multi_items())


async def upload(file: UploadFile) -> Any:
    return [file.filename, file.size]


def serving(endpoint: Any, **keywords: Any) -> XAPI:
    """An app with one operation at `POST /`, without a response model."""
    app = XAPI(**keywords)
    app.post("/", response_model=None)(endpoint)
    return app


def multipart(*parts: tuple[str, str | None, bytes]) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body of a multipart form."""
    body = b""
    for name, filename, content in parts:
        file = f'; filename="{filename}"' if filename else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return [(b"content-type", b"multipart/form-data; boundary=b")], body + b"--b--\r\n"


class TestBodySize:
    @pytest.mark.parametrize("endpoint", [declared, embedded, whole, streamed, parsed])
    def test_a_body_that_is_too_long_is_413(self, endpoint: Any, ask: Ask) -> None:
        answer = ask(serving(endpoint, max_body_size=10), "POST /", b'{"numbers": []}', headers=JSON)
        assert (answer.status, answer.json()) == (413, TOO_LARGE)

    @pytest.mark.parametrize("endpoint", [declared, whole, streamed, parsed])
    def test_a_body_of_just_the_limit_is_taken(self, endpoint: Any, ask: Ask) -> None:
        assert (
            ask(serving(endpoint, max_body_size=15), "POST /", b'{"numbers": []}', headers=JSON).status == 200
        )

    @pytest.mark.parametrize("endpoint", [declared, whole, streamed, parsed])
    def test_nothing_is_read_after_the_limit(self, endpoint: Any, ask: Ask) -> None:
        pieces = [b'{"number', b's": [1, ', *[b"1, "] * 100, b"1]}"]
        answer = ask(serving(endpoint, max_body_size=15), "POST /", *pieces, headers=JSON)
        assert (answer.status, answer.received) == (413, 2)

    @pytest.mark.parametrize("endpoint", [whole, streamed, form_by_hand, form, upload, declared, embedded])
    def test_a_length_that_is_declared_too_long_is_not_read_at_all(self, endpoint: Any, ask: Ask) -> None:
        headers = [*FORM, (b"content-length", b"1000")]
        answer = ask(serving(endpoint, max_body_size=10), "POST /", b"x=1", b"", headers=headers)
        assert (answer.status, answer.received) == (413, 0)

    @pytest.mark.parametrize("limit", [10, 999_999, 1_000_000, 4_194_304, 10_000_000])
    @pytest.mark.parametrize("endpoint", [declared, embedded])
    def test_a_length_is_compared_as_a_number(self, endpoint: Any, limit: int, ask: Ask) -> None:
        app = serving(endpoint, max_body_size=limit)
        for length, status in ((limit, 422), (limit + 1, 413), (limit * 10, 413)):
            headers = [*JSON, (b"content-length", b"%d" % length)]
            assert ask(app, "POST /", b"x", headers=headers).status == status, length

    @pytest.mark.parametrize("length", [b"-5", b"many", b"", b"9" * 5000, b"\xb2"])
    def test_a_length_that_is_no_number_does_not_count(self, length: bytes, ask: Ask) -> None:
        headers = [*JSON, (b"content-length", length)]
        answer = ask(serving(whole, max_body_size=10), "POST /", b"{", b"}", headers=headers)
        assert (answer.status, answer.json()) == (200, 2)

    def test_a_length_that_is_declared_too_short_does_not_help(self, ask: Ask) -> None:
        headers = [*JSON, (b"content-length", b"5")]
        answer = ask(serving(whole, max_body_size=10), "POST /", b"x" * 11, headers=headers)
        assert answer.status == 413

    def test_forms_are_bodies_too(self, ask: Ask) -> None:
        assert ask(serving(form, max_body_size=10), "POST /", b"text=" + b"x" * 6, headers=FORM).status == 413
        headers, body = multipart(("file", "a.txt", b"x" * 100))
        assert ask(serving(upload, max_body_size=100), "POST /", body, headers=headers).status == 413
        assert ask(serving(upload, max_body_size=400), "POST /", body, headers=headers).status == 200

    def test_the_dependencies_of_a_body_that_is_too_long_are_not_called(self, ask: Ask) -> None:
        called: list[int] = []
        app = serving(declared, max_body_size=5, dependencies=[Depends(lambda: called.append(1))])
        assert ask(app, "POST /", b'{"numbers": []}', headers=JSON).status == 413
        assert called == []

    def test_the_innermost_limit_counts(self, ask: Ask) -> None:
        router = APIRouter(max_body_size=20)
        router.post("/router")(whole)
        router.post("/narrow", max_body_size=0)(whole)
        app = XAPI(max_body_size=10)
        app.post("/app")(whole)
        app.post("/wide", max_body_size=30)(whole)
        app.include_router(router)
        app.include_router(router, prefix="/again", max_body_size=5)
        plain = APIRouter()
        plain.post("/plain")(whole)
        app.include_router(plain, prefix="/included", max_body_size=15)
        limits = {
            "/app": 10,
            "/wide": 30,
            "/router": 20,
            "/narrow": 0,
            "/again/router": 20,
            "/included/plain": 15,
        }
        for path, limit in limits.items():
            assert ask(app, f"POST {path}", b"x" * limit).json() == limit
            assert ask(app, f"POST {path}", b"x" * (limit + 1)).status == 413, path

    def test_a_handler_of_the_app_answers(self, ask: Ask) -> None:
        app = serving(declared, max_body_size=5)

        @app.exception_handler(413)
        async def on_too_large(request: Request, exc: Exception) -> JSONResponse:
            return JSONResponse({"read": (await request.body()).decode()}, 413)

        answer = ask(app, "POST /", b'{"numbers": []}', headers=JSON)
        assert (answer.status, answer.json()) == (413, {"read": ""})

    def test_a_handler_that_reads_a_body_which_is_too_long_is_413_too(self, ask: Ask) -> None:
        async def failing() -> None:
            raise KeyError

        app = serving(failing, max_body_size=5)

        @app.exception_handler(KeyError)
        async def on_key_error(request: Request, exc: Exception) -> JSONResponse:
            return JSONResponse((await request.body()).decode())

        assert ask(app, "POST /", b"short").json() == "short"
        answer = ask(app, "POST /", b"much longer")
        assert (answer.status, answer.json()) == (413, TOO_LARGE)

    def test_an_operation_that_reads_no_body_does_not_care(self, ask: Ask) -> None:
        answer = ask(serving(lambda: "fine", max_body_size=5), "POST /", b"much longer")
        assert (answer.json(), answer.received) == ("fine", 0)

    def test_starlettes_routes_and_mounted_apps_are_inside_the_limit(self, ask: Ask) -> None:
        async def plain(request: Any) -> PlainTextResponse:
            return PlainTextResponse(str(len(await request.body())))

        inner, wide = serving(whole), serving(whole, max_body_size=100)
        app = XAPI(routes=[Route("/plain", plain, methods=["POST"])], max_body_size=10)
        app.mount("/inner", inner)
        app.mount("/wide", wide)
        for path in ("/plain", "/inner/"):
            assert ask(app, f"POST {path}", b"x" * 10).content == b"10"
            assert ask(app, f"POST {path}", b"x" * 6, b"x" * 6).status == 413
        assert ask(app, "POST /wide/", b"x" * 100).json() == 100
        assert ask(app, "POST /wide/", b"x" * 101).status == 413

    def test_middleware_that_reads_bodies_is_inside_the_limit(self, ask: Ask) -> None:
        app = XAPI(max_body_size=10)
        app.post("/")(whole)

        @app.middleware("http")
        async def reading(request: Request, call_next: Any) -> Any:
            await request.body()
            return await call_next(request)

        assert ask(app, "POST /", b"x" * 10).json() == 10
        answer = ask(app, "POST /", b"x" * 6, b"x" * 6)
        assert (answer.status, answer.json()) == (413, TOO_LARGE)

    def test_a_limit_that_is_said_lifts_the_default_for_middleware_too(self, ask: Ask) -> None:
        app = XAPI(max_body_size=MAX_BODY_SIZE + 1)
        app.post("/")(whole)

        @app.middleware("http")
        async def reading(request: Request, call_next: Any) -> Any:
            await request.body()
            return await call_next(request)

        assert ask(app, "POST /", b"x" * (MAX_BODY_SIZE + 1)).json() == MAX_BODY_SIZE + 1
        assert ask(app, "POST /", b"x" * (MAX_BODY_SIZE + 2)).status == 413

    def test_middleware_that_reads_bodies_has_the_default_limit(self, ask: Ask) -> None:
        app = XAPI()
        app.post("/")(streamed)

        @app.middleware("http")
        async def reading(request: Request, call_next: Any) -> Any:
            if "a" in request.query_params:
                await request.body()
            return await call_next(request)

        long = b"x" * (MAX_BODY_SIZE + 1)
        assert ask(app, "POST /", long).json() == MAX_BODY_SIZE + 1
        assert ask(app, "POST /", long, query=b"a=1").status == 413
        assert ask(app, "POST /", query=b"a" * (MAX_QUERY_SIZE + 1)).status == 414

    def test_behind_middleware_that_reads_nothing_the_operations_limit_counts(self, ask: Ask) -> None:
        class Passing:
            def __init__(self, app: Any) -> None:
                self.app = app

            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                await self.app(scope, receive, send)

        app = XAPI(max_body_size=10, middleware=[Middleware(Passing)])
        app.post("/wide", max_body_size=100)(whole)
        assert ask(app, "POST /wide", b"x" * 60, b"x" * 40).json() == 100
        assert ask(app, "POST /wide", b"x" * 60, b"x" * 41).status == 413

    def test_what_a_custom_request_makes_of_a_body_is_inside_the_limit_as_well(self, ask: Ask) -> None:
        class Inflated(Request):
            async def body(self) -> bytes:
                return zlib.decompress(await super().body())

        class InflatingRoute(APIRoute):
            def get_route_handler(self) -> Any:
                answer = super().get_route_handler()
                return lambda request: answer(Inflated(request.scope, request.receive))

        app = XAPI(max_body_size=1000)
        app.router.route_class = InflatingRoute
        app.post("/")(declared)
        good, bomb = (zlib.compress(b'{"numbers": [' + b"1," * size + b"1]}") for size in (10, 10_000))
        assert ask(app, "POST /", good, headers=JSON).json() == {"numbers": [1] * 11}
        assert len(bomb) < 1000
        assert ask(app, "POST /", bomb, headers=JSON).status == 413
        assert ask(app, "POST /", good, b"x" * 1000, headers=JSON).status == 413

    def test_a_limit_can_be_read_and_set_on_the_route(self, ask: Ask) -> None:
        app = serving(whole, max_body_size=10)
        route: Any = app.routes[-1]
        assert route.max_body_size == 10
        route.max_body_size = 5
        assert ask(app, "POST /", b"x" * 6).status == 413

    @pytest.mark.parametrize("size", [-1, "10", 1.5, True])
    def test_a_size_that_is_none_is_refused_where_it_is_said(self, size: Any) -> None:
        with pytest.raises(ValueError, match=r"max_body_size must be a non-negative integer or None"):
            XAPI(max_body_size=size)
        with pytest.raises(ValueError, match=r"max_body_size must be a non-negative integer or None"):
            APIRouter().post("/", max_body_size=size)(whole)


class TestExpectations:
    """What a client that waits for `100 Continue` (RFC 9110, section 10.1.1) gets from a real server."""

    @pytest.fixture(params=["h11", "httptools"])
    def port(self, request: pytest.FixtureRequest) -> Iterator[int]:
        app = XAPI(max_body_size=100)
        for endpoint in (declared, embedded, whole, streamed, parsed, form, form_by_hand, upload):
            app.post(f"/{endpoint.__name__}", response_model=None)(endpoint)
        app.post("/lax", strict_content_type=False)(declared)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            config = uvicorn.Config(app, log_level="critical", lifespan="off", http=request.param)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield listener.getsockname()[1]
            server.should_exit = True
            thread.join()

    @staticmethod
    def begin(port: int, path: str, kind: str, length: int) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: t\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        connection.sendall(head.encode())
        return connection

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/declared", "application/json"),
            ("/embedded", "application/json"),
            ("/parsed", "application/json"),
            ("/lax", "text/plain"),
            ("/whole", "text/plain"),
            ("/streamed", "text/plain"),
            ("/form", "application/x-www-form-urlencoded"),
            ("/form_by_hand", "application/x-www-form-urlencoded"),
            ("/upload", "multipart/form-data; boundary=b"),
        ],
    )
    def test_a_body_that_is_too_long_is_refused_before_it_is_asked_for(
        self, path: str, kind: str, port: int
    ) -> None:
        with self.begin(port, path, kind, 101) as connection:
            assert connection.makefile("rb").readline().startswith(b"HTTP/1.1 413")

    def test_another_one_is_asked_for(self, port: int) -> None:
        body = b'{"numbers": [1]}'
        with self.begin(port, "/declared", "application/json", len(body)) as connection:
            answer = connection.makefile("rb")
            assert answer.readline().startswith(b"HTTP/1.1 100")
            connection.sendall(body)
            assert any(line.startswith(b"HTTP/1.1 200") for line in answer)


class TestDefaultBodySize:
    LONG = b"x" * (MAX_BODY_SIZE + 1)

    @pytest.mark.parametrize("endpoint", [declared, embedded, whole, parsed])
    def test_what_is_held_in_memory_has_a_limit(self, endpoint: Any, ask: Ask) -> None:
        assert ask(serving(endpoint), "POST /", self.LONG, headers=JSON).status == 413

    def test_a_form_without_files_has_it_too(self, ask: Ask) -> None:
        fields = [(f"f{number}", None, b"x" * 1_000_000) for number in range(5)]
        headers, body = multipart(*fields)
        assert ask(serving(form), "POST /", body, headers=headers).status == 413
        encoded = b"&".join(b"f%d=" % number + content for number, (_, _, content) in enumerate(fields))
        assert ask(serving(form), "POST /", encoded, headers=FORM).status == 413
        assert ask(serving(form_by_hand), "POST /", encoded, headers=FORM).status == 413

    def test_a_stream_has_none(self, ask: Ask) -> None:
        assert ask(serving(streamed), "POST /", self.LONG).json() == MAX_BODY_SIZE + 1

    def test_a_file_has_none(self, ask: Ask) -> None:
        headers, body = multipart(("file", "a.bin", self.LONG))
        assert ask(serving(upload), "POST /", body, headers=headers).json() == ["a.bin", MAX_BODY_SIZE + 1]

    @pytest.mark.parametrize("size", [None, MAX_BODY_SIZE * 2])
    def test_it_can_be_lifted(self, size: int | None, ask: Ask) -> None:
        assert ask(serving(whole, max_body_size=size), "POST /", self.LONG).json() == MAX_BODY_SIZE + 1

    def test_none_on_a_router_or_operation_says_nothing(self, ask: Ask) -> None:
        app = XAPI(max_body_size=10)
        router = APIRouter(max_body_size=None)
        router.post("/", max_body_size=None)(whole)
        app.include_router(router, max_body_size=None)
        assert ask(app, "POST /", b"x" * 11).status == 413


class TestFormLimits:
    @pytest.mark.parametrize(
        ("limits", "body", "detail"),
        [
            ({"max_fields": 2}, b"text=1&b=2&c=3", "Too many fields. Maximum number of fields is 2."),
            ({"max_part_size": 10}, b"text=12345678", "Field exceeded maximum size of 0KB."),
        ],
    )
    def test_a_form_that_breaks_one_is_400(self, limits: Any, body: bytes, detail: str, ask: Ask) -> None:
        answer = ask(serving(form, form_limits=limits), "POST /", body, headers=FORM)
        assert (answer.status, answer.json()) == (400, {"detail": detail})

    def test_files_are_counted_and_measured(self, ask: Ask) -> None:
        headers, two = multipart(("file", "a", b"xx"), ("file", "b", b"xx"))
        answer = ask(serving(upload, form_limits={"max_files": 1}), "POST /", two, headers=headers)
        assert (answer.status, answer.json()["detail"]) == (
            400,
            "Too many files. Maximum number of files is 1.",
        )
        answer = ask(serving(upload, form_limits={"max_file_size": 1}), "POST /", two, headers=headers)
        assert (answer.status, answer.json()["detail"]) == (413, "File exceeded maximum size of 1 bytes.")
        limits = {"max_file_size": 2, "max_files": 2, "max_part_size": 1}
        assert ask(serving(upload, form_limits=limits), "POST /", two, headers=headers).status == 200

    def test_each_of_them_is_inherited_by_itself(self, ask: Ask) -> None:
        app = XAPI(form_limits={"max_fields": 2, "max_part_size": 10})
        router = APIRouter(form_limits={"max_part_size": 100})
        router.post("/")(form)
        app.include_router(router)
        assert ask(app, "POST /", b"text=12345678901&b=", headers=FORM).json() == 11
        assert ask(app, "POST /", b"text=12345678901&b=&c=", headers=FORM).status == 400

    @pytest.mark.parametrize(
        ("limits", "message"),
        [
            ({"fields": 1}, "form_limits has no 'fields'"),
            ({"max_files": -1}, "max_files must be a non-negative integer"),
            ({"max_files": None}, "max_files must be a non-negative integer"),
            (5, "form_limits must be a dictionary of max_fields, max_files"),
        ],
    )
    def test_limits_that_are_none_are_refused_where_they_are_said(self, limits: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            XAPI(form_limits=limits)


class TestStrictContentType:
    BODY = b'{"numbers": [1]}'

    @pytest.mark.parametrize("endpoint", [declared, embedded])
    @pytest.mark.parametrize("headers", [[], [(b"content-type", b"")]], ids=["none", "empty"])
    def test_a_body_without_content_type_is_json_only_where_that_is_allowed(
        self, endpoint: Any, headers: Any, ask: Ask
    ) -> None:
        body = self.BODY if endpoint is declared else b'{"data": %s}' % self.BODY
        assert ask(serving(endpoint), "POST /", body, headers=headers).status == 422
        assert ask(serving(endpoint, strict_content_type=True), "POST /", body, headers=headers).status == 422
        lax = ask(serving(endpoint, strict_content_type=False), "POST /", body, headers=headers)
        assert (lax.status, lax.json()) == (200, {"numbers": [1]})

    @pytest.mark.parametrize(
        "kind", [b"text/plain", b"application/x-www-form-urlencoded", b"text/json", b"x"]
    )
    def test_a_content_type_that_is_no_json_is_never_json(self, kind: bytes, ask: Ask) -> None:
        app = serving(declared, strict_content_type=False)
        assert ask(app, "POST /", self.BODY, headers=[(b"content-type", kind)]).status == 422

    def test_the_innermost_word_counts(self, ask: Ask) -> None:
        app = XAPI(strict_content_type=False)
        app.post("/app")(declared)
        app.post("/operation", strict_content_type=True)(declared)
        strict = APIRouter(strict_content_type=True)
        strict.post("/router")(declared)
        app.include_router(strict)
        statuses = [ask(app, f"POST /{path}", self.BODY).status for path in ("app", "operation", "router")]
        assert statuses == [200, 422, 422]

    def test_what_a_handler_sees_is_parsed_the_same_way(self, ask: Ask) -> None:
        app = serving(declared, strict_content_type=False)

        @app.exception_handler(RequestValidationError)
        async def on_invalid(request: Request, exc: RequestValidationError) -> JSONResponse:
            return JSONResponse({"sent": exc.body}, 422)

        assert ask(app, "POST /", b'{"numbers": 1}').json() == {"sent": {"numbers": 1}}


class TestParameters:
    @pytest.fixture
    def app(self) -> XAPI:
        app = XAPI()

        @app.get("/query")
        async def query(a: int = 0) -> int:
            return a

        @app.get("/list")
        async def numbers(a: Annotated[list[int], Query()]) -> int:
            return len(a)

        @app.get("/few", max_parameters=2)
        async def few(request: Request, a: int = 0) -> Any:
            return list(request.query_params), list(request.cookies)

        @app.get("/cookie")
        async def cookie(a: Annotated[str, Cookie()]) -> str:
            return a

        @app.get("/header")
        async def header(x: Annotated[list[str], Header()]) -> int:
            return len(x)

        @app.get("/request")
        async def by_hand(request: Request) -> Any:
            return [len(request.query_params), len(request.cookies)]

        return app

    @pytest.mark.parametrize("path", ["/query", "/list", "/request"])
    @pytest.mark.parametrize("pair", [b"a=1", b"a=%31"])
    def test_a_query_has_so_many_parameters(self, path: str, pair: bytes, app: XAPI, ask: Ask) -> None:
        assert ask(app, f"GET {path}", query=b"&".join([pair] * MAX_PARAMETERS)).status == 200
        answer = ask(app, f"GET {path}", query=b"&".join([pair] * (MAX_PARAMETERS + 1)))
        expected = "Too many query parameters. Maximum number of query parameters is 1000."
        assert (answer.status, answer.json()) == (400, {"detail": expected})

    @pytest.mark.parametrize("path", ["/query", "/list", "/request"])
    def test_a_query_has_so_many_bytes(self, path: str, app: XAPI, ask: Ask) -> None:
        assert ask(app, f"GET {path}", query=b"a=1&b=" + b"x" * (MAX_QUERY_SIZE - 6)).status == 200
        assert ask(app, f"GET {path}", query=b"a=1&b=" + b"x" * (MAX_QUERY_SIZE - 5)).status == 414

    def test_the_number_can_be_said(self, app: XAPI, ask: Ask) -> None:
        assert ask(app, "GET /few", query=b"a=1&b=2").status == 200
        assert ask(app, "GET /few", query=b"a=1&b=2&c=3").status == 400
        assert ask(app, "GET /few", query=b"&&").status == 400
        assert ask(app, "GET /few", headers=[(b"cookie", b"a=1; b=2")]).status == 200
        assert ask(app, "GET /few", headers=[(b"cookie", b"a=1; b=2; c=3")]).status == 431
        with pytest.raises(ValueError, match="max_parameters must be"):
            XAPI(max_parameters=-1)

    @pytest.mark.parametrize("path", ["/cookie", "/request"])
    def test_a_request_has_so_many_cookies(self, path: str, app: XAPI, ask: Ask) -> None:
        assert ask(app, f"GET {path}", headers=[(b"cookie", b"a=1; " * 500)] * 2).status == 431
        assert (
            ask(app, f"GET {path}", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=" + b"x" * 65536)]).status
            == 431
        )
        assert ask(app, f"GET {path}", headers=[(b"cookie", b"a=1; b=2")]).status == 200

    def test_a_request_has_so_many_header_fields(self, app: XAPI, ask: Ask) -> None:
        assert ask(app, "GET /header", headers=[(b"x", b"1")] * (MAX_PARAMETERS - 1)).json() == 999
        assert ask(app, "GET /header", headers=[(b"x", b"1")] * MAX_PARAMETERS).status == 431

    def test_who_reads_no_parameters_does_not_care(self, app: XAPI, ask: Ask) -> None:
        assert ask(app, "GET /cookie", query=b"a=1&" * 100_000, headers=[(b"cookie", b"a=1")]).json() == "1"

    def test_a_handler_that_reads_a_query_which_is_too_long_does_not_fail(self, app: XAPI, ask: Ask) -> None:
        @app.exception_handler(414)
        async def on_too_long(request: Request, exc: Exception) -> JSONResponse:
            return JSONResponse(dict(request.query_params), 414)

        answer = ask(app, "GET /query", query=b"a=" + b"1" * MAX_QUERY_SIZE)
        assert (answer.status, list(answer.json())) == (414, ["detail"])
