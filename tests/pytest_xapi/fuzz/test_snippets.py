"""Findings as commands and code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pytest_xapi.fuzz.model.findings import Exchange, Finding, Reference
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.reporting import snippets

JSON = ("Content-Type", "application/json")


def finding(
    *requests: WireRequest,
    check: str = "not_a_server_error",
    references: tuple[Reference, ...] = (),
    template: WireRequest | None = None,
) -> Finding:
    exchanges = [Exchange(request, WireResponse(200, (), b"")) for request in requests]
    exchanges[-1] = Exchange(requests[-1], WireResponse(500, (), b""), references, template)
    return Finding("GET /a/{b}", check, "Title", "", tuple(exchanges))


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        (WireRequest("GET", "/a?b=1"), 'client.get("/a?b=1")'),
        (WireRequest("POST", "/a", (JSON,), b'{"b": null}'), """client.post("/a", json={'b': None})"""),
        (
            WireRequest("POST", "/a", (JSON,), b"{"),
            """client.post("/a", content=b'{', headers={"Content-Type": "application/json"})""",
        ),
        (
            WireRequest("POST", "/a", (JSON,), b"NaN"),
            """client.post("/a", content=b'NaN', headers={"Content-Type": "application/json"})""",
        ),
        (WireRequest("TRACE", "/a"), """client.request("TRACE", "/a")"""),
        (WireRequest("GET", "/a", (("Cookie", "b=1"),)), """client.get("/a", headers={"Cookie": "b=1"})"""),
        (
            WireRequest("GET", "/a", (("X-Key", "k"), ("Cookie", "b=1"))),
            """client.get("/a", headers={"X-Key": "k", "Cookie": "b=1"})""",
        ),
    ],
)
def test_a_request_as_python(request_: WireRequest, call: str) -> None:
    code = snippets.python(finding(request_), Redactor())
    assert code == f"def test_get_a_b(client):\n    response = {call}\n    assert response.status_code < 500"
    compile(code, "snippet", "exec")


def test_a_long_call_is_broken_into_lines() -> None:
    request = WireRequest("POST", "/a", (JSON, ("X-Key", "k" * 60)), b'{"text": "' + b"x" * 60 + b'"}')
    code = snippets.python(finding(request), Redactor())
    assert max(len(line) for line in code.splitlines()) < 100
    compile(code, "snippet", "exec")


def linked(template: WireRequest, *references: Reference) -> str:
    """The code of a sequence of three requests, of which the last one takes something from the first."""
    steps = (WireRequest("POST", "/a"), WireRequest("GET", "/x"), WireRequest("DELETE", "/a/7"))
    code = snippets.python(finding(*steps, references=references, template=template), Redactor())
    compile(code, "snippet", "exec")
    return code


def test_a_sequence_uses_what_was_answered() -> None:
    code = linked(WireRequest("DELETE", "/a/MARK/b{}?c=7"), Reference("MARK", 0, "/items/0/id"))
    assert code.splitlines()[1:4] == [
        """    step1 = client.post("/a")""",
        """    client.get("/x")""",
        """    response = client.delete(f"/a/{step1.json()['items'][0]['id']}/b{{}}?c=7")""",
    ]


@pytest.mark.parametrize(
    ("template", "encoding", "call"),
    [
        (
            WireRequest("DELETE", "/a?b=MARK&c=7"),
            "quote_plus",
            """client.delete(f"/a?b={quote_plus(str(step1.json()['it']))}&c=7")""",
        ),
        (
            WireRequest("DELETE", "/a", (("X-It", "MARK"), ("Cookie", "b=1; c=MARK"))),
            "",
            """headers={"X-It": f"{step1.json()['it']}", "Cookie": f"b=1; c={step1.json()['it']}"}""",
        ),
        (
            WireRequest("DELETE", "/a", (JSON,), b'{"b": [1, "MARK"]}'),
            "",
            "json={'b': [1, step1.json()['it']]}",
        ),
        (WireRequest("DELETE", "/a", (), b"b=MARK"), "", """content=f"b={step1.json()['it']}\""""),
        (
            WireRequest("DELETE", "/a", (("Content-Type", "application/merge-patch+json"),), b'{"b":"MARK"}'),
            "",
            """json={'b': step1.json()['it']}, headers={"Content-Type": "application/merge-patch+json"}""",
        ),
    ],
    ids=["query", "header and cookie", "json", "form", "json by another name"],
)
def test_what_was_answered_is_taken_to_any_place(template: WireRequest, encoding: str, call: str) -> None:
    code = " ".join(linked(template, Reference("MARK", 0, "/it", encoding)).split())
    assert call in code.replace("( ", "(").replace(", )", ")")
    assert ("import quote_plus" in code) == bool(encoding)


def test_quotes_do_not_clash() -> None:
    code = linked(WireRequest("DELETE", "/a/MARK/b"), Reference("MARK", 0, "/it's"))
    assert """client.delete("/a/" + str(step1.json()["it's"]) + "/b")""" in code


def test_a_value_from_a_header_is_taken_from_there() -> None:
    code = linked(WireRequest("GET", "/a/MARK"), Reference("MARK", 0, "header:x-number"))
    assert """client.get(f"/a/{step1.headers['x-number']}")""" in code


def test_credentials_are_taken_from_the_fixture() -> None:
    credentials = {"key": "k{1}", "basic": ("user", "word")}
    headers = (("Authorization", "Basic dXNlcjp3b3Jk"), ("X-Key", "k{1}"), ("X-Other", "{}"))
    code = snippets.python(finding(WireRequest("GET", "/a?key=k{1}", headers)), Redactor(credentials))
    assert code.splitlines()[0] == "def test_get_a_b(client, xapi_auth):"
    (call,) = re.findall(r"client\.get\(.*\)", code.replace("\n", " "), re.DOTALL)
    assert """f"/a?key={xapi_auth['key']}\"""" in call
    assert """"X-Key": f"{xapi_auth['key']}", "X-Other": "{}\"""" in call
    assert "auth=xapi_auth['basic']" in call
    assert "dXNlcjp3b3Jk" not in code
    compile(code, "snippet", "exec")


@pytest.mark.parametrize(
    ("check", "assertion"),
    [
        ("not_a_server_error", "assert response.status_code < 500"),
        ("negative_data_rejection", "assert 400 <= response.status_code < 500"),
        ("missing_required_header", "assert 400 <= response.status_code < 500"),
        ("positive_data_acceptance", "assert response.status_code != 500"),
        ("ignored_auth", "assert response.status_code in (401, 403)"),
        ("unsupported_method", "assert response.status_code == 405"),
        ("use_after_free", "assert response.status_code == 404"),
        ("response_schema_conformance", "assert_conforms(response)"),
    ],
)
def test_what_is_asserted_follows_from_the_check(check: str, assertion: str) -> None:
    assert (
        snippets.python(finding(WireRequest("GET", "/a"), check=check), Redactor()).splitlines()[-1].strip()
        == assertion
    )


class Echo(BaseHTTPRequestHandler):
    """Keeps the requests that it gets."""

    got: list[tuple[str, str, dict[str, str], bytes]]

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.got.append((self.command, self.path, headers, body))
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Echo]]:
    handler = type("Handler", (Echo,), {"got": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setattr(snippets, "SERVER", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for POSIX shells")
@pytest.mark.parametrize(
    "request_",
    [
        WireRequest("GET", "/a/%7Bb%7D?c=%20d&e"),
        WireRequest("GET", "/a/../b"),
        WireRequest("DELETE", "/a", (("X-Key", 'it\'s "$HOME" `x`'), ("X-Empty", ""))),
        WireRequest("POST", "/a", (JSON,), b'{"a": "it\'s"}'),
        WireRequest("PUT", "/a", (("Content-Type", "text/plain"),), "é\n\x00".encode()),
        WireRequest("POST", "/a", (("Content-Type", "text/plain"),), b"\xff'%"),
        WireRequest("POST", "/a"),
        WireRequest("POST", "/a", (("Content-Type", "text/plain"),), b"@/etc/passwd"),
        WireRequest("POST", "/a", (("Content-Type", "text/plain"),), b"@"),
        WireRequest("POST", "/a", (("Content-Type", "text/plain"),), b"<x"),
        WireRequest("POST", "/a", (), b"-d"),
        WireRequest("POST", "/a", (), b"\xff"),
        WireRequest("PUT", "/a", (("Content-Type", "text/plain"),), b"x" * 300_000),
        WireRequest("GET", "/a?b[]=1&c={1,2}&d[1-3]={"),
        WireRequest("GET", "/a/[x]/{y}"),
        WireRequest("GET", "/a/%2e%2e/b/%2E/c"),
        WireRequest("HEAD", "/a?b[0]"),
        WireRequest("GET", "/a", (("X-Key", "\xe9\xff"), ("X-Blank", " "), ("X-At", "@b"))),
        WireRequest("GET", "/a", (JSON,), b"@x"),
    ],
    ids=lambda request: repr(request)[:80],
)
def test_the_command_sends_the_request(request_: WireRequest, server: type[Echo]) -> None:
    command = snippets.curl(request_, Redactor())
    subprocess.run("sh", input=command.encode(), check=True, capture_output=True, timeout=30)
    ((method, path, headers, body),) = server.got
    assert (method, path, body) == (request_.method, request_.target, request_.body)
    assert {name.lower(): value.strip() for name, value in request_.headers}.items() <= headers.items()
    assert ("content-type" in headers) == (request_.header("content-type") is not None)


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for POSIX shells")
def test_a_command_has_nothing_that_a_terminal_obeys(server: type[Echo]) -> None:
    request = WireRequest("POST", "/a", (("X-Key", "\x9b\x7f"),), "\u202e\x1b[2J\x9b".encode())
    command = snippets.curl(request, Redactor())
    assert command.isascii()
    assert command.isprintable()
    subprocess.run("sh", input=command.encode(), check=True, capture_output=True, timeout=30)
    assert server.got[0][2]["x-key"] == "\x9b\x7f"
    assert server.got[0][3] == request.body


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for POSIX shells")
def test_credentials_come_from_the_environment(server: type[Echo]) -> None:
    request = WireRequest("GET", "/a", (("Authorization", 'Bearer s3"cr$3t'), ("X-Key", "other")))
    command = snippets.curl(request, Redactor({"api-token": 's3"cr$3t'}))
    assert "s3" not in command
    subprocess.run(
        command, shell=True, check=True, capture_output=True, env={**os.environ, "API_TOKEN": 's3"cr$3t'}
    )
    assert server.got[0][2]["authorization"] == 'Bearer s3"cr$3t'
