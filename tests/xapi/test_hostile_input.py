"""What the internet sends: it is answered with a 4xx or a valid answer, in bounded time and memory."""

from __future__ import annotations

import json
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
import uvicorn
from pydantic import BaseModel, Field

from xapi import XAPI, Body, Cookie, Depends, File, Form, Header, HTTPException, Query, Request, UploadFile
from xapi.operation.limits import LARGE_BODY, MAX_DEPTH, MAX_ERRORS
from xapi.responses import JSONResponse
from xapi.security import APIKeyCookie
from xapi.staticfiles import StaticFiles

Ask = Callable[..., Any]
JSON = [(b"content-type", b"application/json")]
FORM = [(b"content-type", b"application/x-www-form-urlencoded")]


class Tree(BaseModel):
    children: list[Tree] = []


class Closed(BaseModel):
    model_config = {"extra": "forbid"}
    x: int = 0


class Open(BaseModel):
    model_config = {"extra": "allow"}
    x: int = 0


class Wide(BaseModel):
    text: str
    a: int
    b: int
    c: int
    d: int
    e: int


TYPES: dict[str, Any] = {
    "any": Any,
    "int": int,
    "float": float,
    "str": str,
    "bytes": bytes,
    "decimal": Decimal,
    "small decimal": Annotated[Decimal, Field(gt=0, max_digits=5)],
    "datetime": datetime,
    "date": date,
    "timedelta": timedelta,
    "uuid": UUID,
    "list": list[int],
    "dict": dict[str, Any],
    "dict by number": dict[float, int],
    "set": set[str],
    "tree": Tree,
    "closed": Closed,
    "open": Open,
    "union": int | datetime | str,
    "literal": Literal["a", 1],
    "pattern": Annotated[str, Field(pattern="^(a+)+$")],
}

api = XAPI()


def _serve_each_type(name: str, annotation: Any) -> None:
    @api.post(f"/plain/{name}", response_model=None)
    async def plain(body: Annotated[annotation, Body()]) -> Any:
        return {"got": body}

    @api.post(f"/model/{name}", response_model=annotation)
    async def modelled(body: Annotated[annotation, Body()]) -> Any:
        return body

    @api.post(f"/embedded/{name}", response_model=None)
    async def embedded(body: Annotated[annotation, Body(embed=True)]) -> Any:
        return [body]

    @api.get(f"/query/{name}", response_model=None)
    async def in_query(b: Annotated[str | None, Query()] = None, c: int = 0) -> Any:
        return [b, c]


for _name, _annotation in TYPES.items():
    _serve_each_type(_name, _annotation)

BODIES: dict[str, bytes] = {
    "as deep as may be": b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
    "too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "deep objects": b'{"children": [' * 400 + b"]}" * 400,
    "deeper than Python goes": b"[" * 100_000 + b"]" * 100_000,
    "deep and open": b'{"x":' * 100_000,
    "huge int": b"9" * 5000,
    "int of just too many digits": b"9" * 4301,
    "huge negative int": b"-" + b"9" * 4000,
    "int of a megabyte": b"9" * 1_000_000,
    "huge float": b"1e400",
    "huge exponent": b"1e999999999",
    "huge decimal": b'"1e999999999"',
    "decimal that is an int of a million digits": b'"1e999999"',
    "long decimal": b'"' + b"9" * 5000 + b'"',
    "tiny decimal": b'"1e-999999999"',
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "NaN as text": b'"sNaN"',
    "NaN inside": b'{"x": NaN, "children": [1e999, -Infinity]}',
    "invalid UTF-8": b'"\xff"',
    "UTF-16": '{"x": 1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"x": 1}',
    "NUL escaped": b'"\\u0000"',
    "NUL as it is": b'"\x00"',
    "NUL alone": b"\x00",
    "lone surrogate": b'"\\ud800"',
    "lone surrogates in an object": b'{"\\udfff": "\\ud800", "x": "\\ud800"}',
    "duplicate keys": b'{"x": 1, "x": 2}',
    "SQLAlchemy's state": b'{"_sa_instance_state": NaN, "x": 1}',
    "far time": b"99999999999999999999",
    "long duration": b'"P999999999999999D"',
    "date without a year": b'"0000-00-00"',
    "time zone beyond time": b'"9999-12-31T23:59:59-23:59"',
    "slow for a backtracking pattern": b'"' + b"a" * 5000 + b'!"',
    "white space": b" " * 1000,
    "nothing": b"",
}
BODIES |= {f"{name}, in a list": b"[" + body + b"]" for name, body in BODIES.items()}
BODIES |= {f"{name}, as a key": b'{"body": ' + body + b"}" for name, body in BODIES.items()}


@pytest.mark.parametrize("road", ["plain", "model", "embedded"])
@pytest.mark.parametrize("name", TYPES)
def test_any_body_is_refused_or_answered_in_json(road: str, name: str, ask: Ask) -> None:
    for what, body in BODIES.items():
        answer = ask(api, f"POST /{road}/{name}", body, headers=JSON)
        assert answer.status in (200, 422), what
        assert answer.status == 200 or answer.json()["detail"], what
        assert json.loads(answer.content.decode(), parse_constant=pytest.fail) == answer.json(), what


class TestJson:
    def test_depth_is_a_matter_of_the_parser_not_of_the_type(self, ask: Ask) -> None:
        deepest, too_deep = BODIES["as deep as may be"], BODIES["too deep"]
        for name in ("any", "union"):
            assert ask(api, f"POST /plain/{name}", too_deep, headers=JSON).json()["detail"][0]["type"] == (
                "json_invalid"
            )
        assert ask(api, "POST /plain/any", deepest, headers=JSON).json() == {"got": json.loads(deepest)}

    def test_many_brackets_are_not_deep(self, ask: Ask) -> None:
        flat = b'{"got": [' + b"[]," * 1000 + b'"' + b"[" * 1000 + b'"], "nan": NaN}'
        assert ask(api, "POST /plain/any", flat, headers=JSON).json()["got"]["nan"] is None

    def test_of_duplicate_keys_the_last_one_wins(self, ask: Ask) -> None:
        for road in ("plain", "embedded"):
            body = b'{"x": 1, "x": 2}' if road == "plain" else b'{"body": 1, "body": {"x": 1, "x": 2}}'
            answer = ask(api, f"POST /{road}/any", body, headers=JSON).json()
            assert answer == ({"got": {"x": 2}} if road == "plain" else [{"x": 2}])
        assert ask(api, "POST /model/closed", b'{"x": "no", "x": 2}', headers=JSON).json() == {"x": 2}

    def test_what_json_cannot_carry_is_replaced_in_an_answer(self, ask: Ask) -> None:
        body = b'{"n": NaN, "i": [-Infinity], "\\ud800": "\\udfff!"}'
        expected = {"n": None, "i": [None], "?": "?!"}
        assert ask(api, "POST /plain/any", body, headers=JSON).json() == {"got": expected}
        assert ask(api, "POST /model/any", body, headers=JSON).json() == expected
        inside = ask(api, "POST /model/open", b'{"a": {"\\ud800": "\\udfff!", "n": NaN}}', headers=JSON)
        assert inside.json() == {"x": 0, "a": {"?": "?!", "n": None}}
        inside = ask(api, "POST /plain/open", b'{"a": {"\\ud800": "\\udfff!", "n": NaN}}', headers=JSON)
        assert inside.json() == {"got": {"x": 0, "a": {"?": "?!", "n": None}}}

    @pytest.mark.parametrize("value", [b"NaN", b"[1e999]", b'"\\ud800"', b'{"\\ud800": -Infinity}'])
    def test_what_json_cannot_carry_is_replaced_in_a_422(self, value: bytes, ask: Ask) -> None:
        answer = ask(api, "POST /plain/uuid", value, headers=JSON)
        assert (answer.status, answer.json()["detail"][0]["loc"]) == (422, ["body"])

    def test_what_json_cannot_carry_is_replaced_in_the_detail_of_an_exception(self, ask: Ask) -> None:
        app = XAPI()

        @app.post("/")
        async def refusing(body: Annotated[Any, Body()]) -> None:
            raise HTTPException(404, {"unknown": body})

        for sent, expected in ((b"NaN", None), (b'"\\ud800"', "?")):
            answer = ask(app, "POST /", sent, headers=JSON)
            assert (answer.status, answer.json()) == (404, {"detail": {"unknown": expected}})

    def test_what_json_cannot_carry_is_replaced_by_other_json_responses(self, ask: Ask) -> None:
        class Own(JSONResponse):
            pass

        app = XAPI(default_response_class=Own)

        @app.post("/")
        async def echo(body: Annotated[Any, Body()]) -> Any:
            return [body]

        assert ask(app, "POST /", b"NaN", headers=JSON).json() == [None]
        assert ask(app, "POST /", b'"\\ud800"', headers=JSON).json() == ["?"]

    def test_a_decimal_with_too_many_digits_for_an_int_is_text(self, ask: Ask) -> None:
        answer = ask(api, "POST /plain/decimal", b'"1e999999"', headers=JSON)
        assert answer.json() == {"got": "1E+999999"}
        assert ask(api, "POST /plain/decimal", b'"1e20"', headers=JSON).json() == {"got": 10**20}


class TestErrorBombs:
    """Each wrong item could be an error; that millions of them are not is counted, not timed."""

    @pytest.mark.parametrize("road", ["plain", "model", "embedded"])
    @pytest.mark.parametrize(
        ("name", "items"),
        [
            ("list", b"[" + b"[]," * 50_000 + b"1]"),
            ("tree", b'{"children": [' + b"1," * 50_000 + b"1]}"),
            ("dict by number", b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}"),
        ],
    )
    def test_a_large_body_is_left_at_the_first_wrong_item(
        self, road: str, name: str, items: bytes, ask: Ask
    ) -> None:
        body = items if road != "embedded" else b'{"body": ' + items + b"}"
        assert len(body) > LARGE_BODY
        tracemalloc.start()
        answer = ask(api, f"POST /{road}/{name}", body, headers=JSON)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (answer.status, len(answer.json()["detail"])) == (422, 1)
        assert len(answer.content) < 1000
        assert peak < 40 * len(body)

    def test_a_small_body_has_all_its_errors(self, ask: Ask) -> None:
        body = b"[" + b"[]," * (MAX_ERRORS - 1) + b"[]]"
        detail = ask(api, "POST /plain/list", body, headers=JSON).json()["detail"]
        assert [error["loc"] for error in detail] == [["body", place] for place in range(MAX_ERRORS)]

    def test_a_body_with_more_errors_has_the_first(self, ask: Ask) -> None:
        body = b"[" + b"[]," * MAX_ERRORS + b"[]]"
        detail = ask(api, "POST /plain/list", body, headers=JSON).json()["detail"]
        assert [error["loc"] for error in detail] == [["body", 0]]

    def test_what_has_no_first_error_is_counted(self, ask: Ask) -> None:
        body = b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}"
        (error,) = ask(api, "POST /plain/closed", body, headers=JSON).json()["detail"]
        assert error["type"] == "too_many_errors"
        assert error["ctx"] == {"errors": 20_000, "max_errors": MAX_ERRORS}

    def test_a_long_input_is_not_shown_for_each_error(self, ask: Ask) -> None:
        app = XAPI()

        @app.post("/json")
        async def as_json(body: Wide) -> None: ...

        @app.post("/form")
        async def as_form(form: Annotated[Wide, Form()]) -> None: ...

        long = b"x" * 500_000
        for answer in (
            ask(app, "POST /json", b'{"text": "' + long + b'"}', headers=JSON),
            ask(app, "POST /form", b"text=" + long, headers=FORM),
        ):
            assert [error["loc"][1] for error in answer.json()["detail"]] == ["a", "b", "c", "d", "e"]
            assert len(answer.content) < 2000
        many = b'{"text": [' + b'{"a": "b"},' * 40_000 + b'1], "a": {"b": ["c"]}}'
        detail = ask(app, "POST /json", many, headers=JSON).json()["detail"]
        assert [error["input"] for error in detail] == [[], {"b": ["c"]}, {}, {}, {}, {}]

    def test_a_short_input_is_shown_for_each_error(self, ask: Ask) -> None:
        app = XAPI()

        @app.post("/")
        async def as_json(body: Wide) -> None: ...

        detail = ask(app, "POST /", b'{"text": "abc"}', headers=JSON).json()["detail"]
        assert [error["input"] for error in detail] == [{"text": "abc"}] * 5


app = XAPI()


@app.get("/query")
async def query(
    b: Annotated[str, Query()] = "", n: Annotated[int, Query()] = 0, f: Annotated[float, Query()] = 0
) -> Any:
    return [b, n, f]


@app.get("/header")
async def header(b: Annotated[str, Header()] = "", n: Annotated[int, Header()] = 0) -> Any:
    return [b, n]


@app.get("/cookie")
async def cookie(b: Annotated[str, Cookie()] = "") -> str:
    return b


@app.get("/by-hand")
async def by_hand(request: Request) -> Any:
    return [request.cookies, dict(request.query_params)]


@app.get("/key")
async def key(k: Annotated[str, Depends(APIKeyCookie(name="b"))]) -> str:
    return k


@app.get("/path/{b}")
async def in_path(b: str) -> str:
    return b


@app.get("/int/{n:int}")
async def int_in_path(n: int) -> int:
    return n


@app.get("/float/{n:float}")
async def float_in_path(n: float) -> float:
    return n


@app.post("/form")
async def form(b: Annotated[str, Form()] = "", n: Annotated[int, Form()] = 0) -> Any:
    return [b, n]


@app.post("/files")
async def files(file: UploadFile, data: Annotated[bytes, File()] = b"") -> Any:
    return [file.filename, file.size, len(data)]


VALUES = [
    *(b"9" * 5000, b"nan", b"inf", b"-inf", b"1e999999999", b"1_000", b"\xef\xbc\x91"),
    *(b"\x00", b"%00", b"\xff", b"%ff", b"%ed%a0%80", b"%", b"%zz", b"\xc3\x28", b"a\r\nb: c"),
    *(b"&" * 60_000, b";" * 60_000, b"+" * 60_000, b"%41" * 20_000, b"%41" * 1_000_000, b"1" * 2_000_000),
    *(b"=", b"==", b'"', b'"\\"', b'"\\777\\400"', b"\\", b'"' + b'\\"' * 30_000 + b'"', b"[" * 60_000),
]


@pytest.mark.parametrize("path", ["/query", "/header", "/cookie", "/by-hand", "/key"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value[:12]))
def test_any_query_header_or_cookie_is_refused_or_answered(path: str, value: bytes, ask: Ask) -> None:
    for sent in (value, b"b=" + value, b"n=" + value, b"f=" + value, b'b="' + value + b'"'):
        for parts in (
            {"query": sent},
            {"headers": [(b"cookie", sent), (b"cookie", sent)]},
            {"headers": [(b"b", sent), (b"n", value), (b"authorization", sent), (b"content-type", sent)]},
        ):
            answer = ask(app, f"GET {path}", **parts)
            assert 200 <= answer.status < 500
            answer.json()


@pytest.mark.parametrize("path", ["/path/", "/int/", "/float/"])
@pytest.mark.parametrize(
    "value", ["\x00", "\ud800", "é" * 10_000, "9" * 5000, "9" * 2_000_000, "-1", "1e5", "..", "%2F", "a\nb"]
)
def test_any_path_is_refused_or_answered(path: str, value: str, ask: Ask) -> None:
    answer = ask(app, f"GET {path}{value}")
    assert answer.status in (200, 404)
    answer.json()


@pytest.mark.parametrize(
    "path", ["a\x00b", "\x00", "..\x00/", "\ud800", "a" * 5000, "a/" * 3000, "\n", "%00"]
)
def test_any_path_of_a_directory_is_no_file(path: str, tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "index.html").write_text("page")
    served = XAPI()
    served.mount("/static", StaticFiles(directory=tmp_path))
    served.frontend("/front", directory=tmp_path)
    for place in ("/static/", "/front/", "/static/x/", "/front/x/"):
        assert ask(served, f"GET {place}{path}").status == 404


def test_a_flood_of_header_fields_is_answered(ask: Ask) -> None:
    flood = [(b"x-%d" % number, b"1") for number in range(200_000)]
    assert ask(app, "GET /header", headers=[*flood, (b"b", b"yes")]).json() == ["yes", 0]
    assert ask(app, "GET /query", headers=flood).status == 200


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (rb'"a\054b"', "a,b"),
        (rb'"say \"hi\""', 'say "hi"'),
        (rb'"\\"', "\\"),
        (rb'"\777"', "777"),
        (b'"', '"'),
        (b'"open', '"open'),
        (b'""', ""),
        (rb"\054", r"\054"),
        (b'"' + rb"\"" * 30_000 + b'"', '"' * 30_000),
    ],
)
def test_quoted_cookies_are_read_in_one_pass(sent: bytes, value: str, ask: Ask) -> None:
    assert ask(app, "GET /cookie", headers=[(b"cookie", b"b=" + sent)]).json() == value
    assert ask(app, "GET /by-hand", headers=[(b"cookie", b"b=" + sent)]).json()[0] == {"b": value}


class TestForms:
    @pytest.mark.parametrize("body", [b"b=" + value for value in VALUES] + VALUES)
    def test_any_urlencoded_form_is_refused_or_answered(self, body: bytes, ask: Ask) -> None:
        answer = ask(app, "POST /form", body, headers=FORM)
        assert answer.status in (200, 400, 413, 422)
        answer.json()

    @pytest.mark.parametrize(
        "disposition",
        [
            b'form-data; name="file"; filename="a\x00b.txt"',
            b'form-data; name="file"; filename="../../etc/passwd"',
            b'form-data; name="file"; filename="\xff\xfe"',
            b'form-data; name="\x00"; filename="\x00"',
            b"form-data; name=file; filename=",
            b"form-data; name*=utf-8''%ff; filename*=utf-8''%ff%00",
            b'form-data; filename="nameless"',
            b"form-data",
            b"",
            b'form-data; name="' + b"x" * 100_000 + b'"',
        ],
    )
    def test_any_part_is_refused_or_answered(self, disposition: bytes, ask: Ask) -> None:
        head = b"content-disposition: " + disposition
        for body in (
            b"--b\r\n" + head + b"\r\n\r\ncontent\r\n--b--\r\n",
            b"--b\r\n" + head + b"\r\n\r\ncontent",
            b"--b\r\n" + head + b"\r\ncontent-type: \x00\r\n\r\n\x00\r\n--b--\r\n",
        ):
            for kind in (b"; boundary=b", b"; boundary=b; charset=nonsense", b"; boundary=", b""):
                headers = [(b"content-type", b"multipart/form-data" + kind)]
                answer = ask(app, "POST /files", body, headers=headers)
                assert answer.status in (200, 400, 422)
                answer.json()

    def test_a_flood_of_parts_is_refused(self, ask: Ask) -> None:
        part = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n'
        headers = [(b"content-type", b"multipart/form-data; boundary=b")]
        answer = ask(app, "POST /files", part * 5000 + b"--b--\r\n", headers=headers)
        assert (answer.status, answer.json()["detail"]) == (
            400,
            "Too many files. Maximum number of files is 1000.",
        )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server of `app`, on the loopback interface."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


class TestOverASocket:
    """The same through uvicorn, with bytes that no client library would send."""

    @staticmethod
    def status(port: int, request: bytes) -> int:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            return int(connection.makefile("rb").readline().split()[1])

    @pytest.mark.parametrize(
        ("request_bytes", "statuses"),
        [
            (b"GET /query?b=%ff&n=\xff HTTP/1.1\r\nHost: t\r\n\r\n", {400, 422}),
            (b"GET /query?" + b"b&" * 5000 + b" HTTP/1.1\r\nHost: t\r\n\r\n", {400}),
            (b"GET /path/%00%ff%ed%a0%80 HTTP/1.1\r\nHost: t\r\n\r\n", {200}),
            (b'GET /cookie HTTP/1.1\r\nHost: t\r\nCookie: b="' + rb"\"" * 20_000 + b'"\r\n\r\n', {200}),
            (b"GET /header HTTP/1.1\r\nHost: t\r\nN: \xff\r\nB: \xfe\r\n\r\n", {400, 422}),
            (
                b"POST /form HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: 99999999999\r\n\r\nb=1",
                {413},
            ),
            (
                b"POST /form HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n"
                + b"100000\r\n%s\r\n" % (b"b" * 0x100000) * 5
                + b"0\r\n\r\n",
                {400, 413},
            ),
        ],
        ids=["query", "parameters", "path", "cookie", "header", "declared length", "chunks"],
    )
    def test_it_is_refused_or_answered(self, request_bytes: bytes, statuses: set[int], port: int) -> None:
        assert self.status(port, request_bytes) in statuses
        assert self.status(port, b"GET /query HTTP/1.1\r\nHost: t\r\n\r\n") == 200
