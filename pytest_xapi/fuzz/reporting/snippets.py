"""Findings as commands and code: what a reader copies to see one again."""

from __future__ import annotations

import json
import pprint
import re
import shlex
from collections.abc import Iterator
from textwrap import indent
from typing import Any

from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.findings import Exchange, Finding
from pytest_xapi.fuzz.model.redaction import Redactor, split
from pytest_xapi.fuzz.model.wire import WireRequest
from xapi.openapi.reader.media_types import essence, is_json

SERVER = "http://127.0.0.1:8000"
"""Where `uvicorn` serves an app by default."""

_LONGEST_ARGUMENT = 100_000
"""What is longer may be more than a program takes as an argument (131,072 bytes on Linux)."""
_CLIENT_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def curl(request: WireRequest, redactor: Redactor) -> str:
    """The request as a shell command. Secrets are taken from variables and not shown."""
    request = redactor.request(request)
    words = ["curl", "-i", *_options(request)]
    words.append(_in_shell(SERVER + request.target, redactor))
    for name, value in request.headers:
        if name.lower() != "user-agent":
            header = f"{name}: {value}" if value.strip() else f"{name};"
            words += ["-H", _in_shell(header, redactor)]
    if not request.body:
        return " ".join(words)
    if request.header("content-type") is None:
        words += ["-H", "Content-Type:"]  # else curl says that it is a form
    if _is_plain(request.body) and len(request.body) < _LONGEST_ARGUMENT:
        option = "--data-raw" if request.body.startswith(b"@") else "--data-binary"  # `@` would name a file
        return " ".join([*words, option, _in_shell(request.body.decode(), redactor, "utf-8")])
    return f"{_printed(request.body, redactor)} | " + " ".join([*words, "--data-binary", "@-"])


def _printed(body: bytes, redactor: Redactor) -> str:
    """Commands that print a body."""
    pieces = _pieces(body.decode("latin-1"), redactor)
    commands = [
        f"printf %s {_variable(piece)}" if is_secret else f"printf '{_octal(piece.encode('latin-1'))}'"
        for piece, is_secret in pieces
    ]
    return commands[0] if len(commands) == 1 else f"{{ {'; '.join(commands)}; }}"


def _options(request: WireRequest) -> Iterator[str]:
    """What makes curl send this method and this target, and not what it makes of them."""
    if request.method == "HEAD" and not request.body:
        yield "--head"  # it would wait for a body with `-X`
    elif request.method != ("POST" if request.body else "GET"):
        yield f"-X {request.method}"
    if "/." in request.path.lower().replace("%2e", "."):
        yield "--path-as-is"
    if any(character in request.target for character in "[]{}"):
        yield "--globoff"  # also where a secret is meant, which may have such characters


def python(finding: Finding, redactor: Redactor) -> str:
    """The finding as a test with the fixture `client`, which fails before the mend and passes after it."""
    finding = redactor.finding(finding)
    lines = []
    last = len(finding.exchanges) - 1
    for position, exchange in enumerate(finding.exchanges):
        needed = position == last or any(
            reference.step == position for later in finding.exchanges for reference in later.references
        )
        target = "response" if position == last else f"step{position + 1}"
        call = _call(exchange, redactor)
        lines.append(f"{target} = {call}" if needed else call)
    lines.append(_assertion(finding))
    code = "\n".join(lines)
    quoting = sorted(set(_QUOTING.findall(code)))
    if quoting:
        lines.insert(0, f"from urllib.parse import {', '.join(quoting)}")
    if finding.check in _CONFORMANCE:
        lines.insert(0, "from xapi.testing import assert_conforms")
    name = re.sub(r"\W+", "_", finding.operation).strip("_").lower()
    fixtures = "client, xapi_auth" if "xapi_auth" in code else "client"
    return f"def test_{name}({fixtures}):\n" + indent("\n".join(lines), "    ")


_QUOTING = re.compile(r"(?:\{|str\()(quote|quote_plus)\((?:xapi_auth|str\(step)")
"""The functions in code that need an import."""


def _call(exchange: Exchange, redactor: Redactor) -> str:
    request, linked = exchange.template or exchange.request, _linked(exchange)
    url = _literal(_pieced(request.target, linked, redactor))
    arguments = [url, *_body(request, linked, redactor), *_headers(request, linked, redactor)]
    function = request.method.lower()
    if request.method not in _CLIENT_METHODS:
        function = "request"
        arguments.insert(0, json.dumps(request.method))
    call = f"client.{function}({', '.join(arguments)})"
    return call if len(call) <= 96 else f"client.{function}(\n    " + ",\n    ".join(arguments) + ",\n)"


_Linked = dict[str, tuple[str, str]]
"""By its mark: the code that takes a value from an earlier answer, as it is and as text in a request."""


def _linked(exchange: Exchange) -> _Linked:
    found: _Linked = {}
    for reference in exchange.references:
        code = text = f"step{reference.step + 1}{_taken(reference.pointer)}"
        if reference.encoding:
            safe = ", safe=''" if reference.encoding == "quote" else ""
            text = f"{reference.encoding}(str({code}){safe})"
        found[reference.mark] = code, text
    return found


def _pieced(text: str, linked: _Linked, redactor: Redactor) -> list[_Piece]:
    """A text, with code in the place of values from earlier answers, and of secrets."""
    pieces: list[_Piece] = [text]
    for mark, (_, code) in linked.items():
        pieces = _replaced(pieces, re.compile(mark), code)
    return _with_code(pieces, redactor)


def _taken(pointer: str) -> str:
    """What takes a value from a response: from its JSON body, or from a header."""
    if pointer.startswith(pointers.HEADER):
        return f".headers[{pointer.removeprefix(pointers.HEADER)!r}]"
    return ".json()" + "".join(_subscript(token) for token in pointer.split("/")[1:])


def _subscript(token: str) -> str:
    return f"[{token}]" if token.isdigit() else f"[{token!r}]"


def _body(request: WireRequest, linked: _Linked, redactor: Redactor) -> list[str]:
    if not request.body:
        return []
    if is_json(essence(request.header("content-type") or "")):
        try:
            value = json.loads(request.body, parse_constant=_no_constant)
        except ValueError:
            return [_content(request.body, linked, redactor)]
        code = pprint.pformat(value, width=88, sort_dicts=False)
        return [f"json={_LITERAL.sub(lambda found: _in_literal(found[0], linked, redactor), code)}"]
    return [_content(request.body, linked, redactor)]


def _content(body: bytes, linked: _Linked, redactor: Redactor) -> str:
    try:
        pieces = _pieced(body.decode(), linked, redactor)
    except UnicodeDecodeError:
        return f"content={body!r}"
    has_code = any(isinstance(piece, _Expression) for piece in pieces)
    return f"content={_literal(pieces)}" if len(pieces) > 1 or has_code else f"content={body!r}"


_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")


def _in_literal(literal: str, linked: _Linked, redactor: Redactor) -> str:
    """A literal of a string, with code for what is in it: `'a' + xapi_auth['key']`, `step1.json()['id']`."""
    if literal[1:-1] in linked:
        return linked[literal[1:-1]][0]
    quotes = literal[0]
    pieces = _with_code([literal[1:-1]], redactor)
    return (
        " + ".join(
            piece if isinstance(piece, _Expression) else f"{quotes}{piece}{quotes}" for piece in pieces
        )
        or literal
    )


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _headers(request: WireRequest, linked: _Linked, redactor: Redactor) -> list[str]:
    written, arguments = [], []
    says_json = essence(request.header("content-type") or "") == "application/json"
    is_implied = says_json and any(
        argument.startswith("json=") for argument in _body(request, linked, redactor)
    )
    for name, value in request.headers:
        if name.lower() == "user-agent" or (is_implied and name.lower() == "content-type"):
            continue
        pair = redactor.code(value.removeprefix("Basic ")) if value.startswith("Basic ") else None
        if pair is None:
            written.append(f"{json.dumps(name)}: {_literal(_pieced(value, linked, redactor))}")
        else:
            arguments.append(f"auth={pair}")
    return ([f"headers={{{', '.join(written)}}}"] if written else []) + arguments


class _Expression(str):
    """A piece of code, among pieces of text."""


_Piece = str | _Expression


def _with_code(pieces: list[_Piece], redactor: Redactor) -> list[_Piece]:
    """Pieces in which code stands for secrets that it can take from the fixture `xapi_auth`."""
    found: list[_Piece] = []
    for piece in pieces:
        if isinstance(piece, _Expression):
            found.append(piece)
            continue
        for text, is_secret in _pieces(piece, redactor):
            code = redactor.code(text) if is_secret else None
            found.append(text if code is None else _Expression(code))
    return found


def _pieces(text: str, redactor: Redactor) -> list[tuple[str, bool]]:
    """A text, taken apart at the placeholders of secrets, and whether each piece is one."""
    parts = re.split(f"({redactor.pattern.pattern})", text)
    return [(part, position % 2 == 1) for position, part in enumerate(parts) if part or len(parts) == 1]


def _replaced(pieces: list[_Piece], pattern: re.Pattern[str], code: str) -> list[_Piece]:
    """Pieces in which the matches of a pattern in the text became code."""
    found: list[_Piece] = []
    for piece in pieces:
        texts = [piece] if isinstance(piece, _Expression) else pattern.split(piece)
        for index, text in enumerate(texts):
            if index:
                found.append(_Expression(code))
            if text:
                found.append(text)
    return found


def _literal(pieces: list[_Piece]) -> str:
    """Code for a string of text and expressions: a literal, an f-string, or a sum where quotes clash."""
    if not any(isinstance(piece, _Expression) for piece in pieces):
        return json.dumps("".join(pieces))
    if any(isinstance(piece, _Expression) and '"' in piece for piece in pieces):
        return " + ".join(
            f"str({piece})" if isinstance(piece, _Expression) else json.dumps(piece) for piece in pieces
        )
    inside = [
        f"{{{piece}}}"
        if isinstance(piece, _Expression)
        else json.dumps(piece)[1:-1].replace("{", "{{").replace("}", "}}")
        for piece in pieces
    ]
    return f'f"{"".join(inside)}"'


_CONFORMANCE = (
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


def _assertion(finding: Finding) -> str:
    if finding.check in _CONFORMANCE:
        return "assert_conforms(response)"
    match finding.check:
        case "not_a_server_error":
            return "assert response.status_code < 500"
        case "negative_data_rejection" | "missing_required_header":
            return "assert 400 <= response.status_code < 500"
        case "positive_data_acceptance":
            return f"assert response.status_code != {finding.last.answer.status}"
        case "ignored_auth":
            return "assert response.status_code in (401, 403)"
        case "dependency_not_closed" | "event_loop_blocked" | "leaked_task" | "no_answer":
            return "# no answer shows it: send it with pytest --xapi-fuzz"
        case "unsupported_method":
            return "assert response.status_code == 405"
        case "use_after_free":
            return "assert response.status_code == 404"
        case "object_level_authorization":
            return "assert response.status_code in (401, 403, 404)"
        case "ensure_resource_availability":
            return "assert response.status_code != 404"
    return f"assert response.status_code == {finding.last.answer.status}  # and then: {finding.title}"


def _is_plain(body: bytes) -> bool:
    try:
        return body.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _in_shell(text: str, redactor: Redactor, encoding: str = "latin-1") -> str:
    return "".join(
        _variable(piece) if is_secret else _quoted(piece, encoding)
        for piece, is_secret in _pieces(text, redactor)
    )


def _variable(placeholder: str) -> str:
    name, missing = split(placeholder)
    return f'"{placeholder}"' if missing else f'"${name}"'


def _quoted(text: str, encoding: str) -> str:
    """A text in a POSIX shell. Headers that are not ASCII are sent as Latin-1, as those of ASGI are."""
    if encoding == "utf-8" or (text.isascii() and text.isprintable()):
        return shlex.quote(text)
    return f"\"$(printf '{_octal(text.encode(encoding))}')\""


def _octal(content: bytes) -> str:
    return "".join(f"\\{byte:03o}" for byte in content)
