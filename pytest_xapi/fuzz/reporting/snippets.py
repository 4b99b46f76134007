"""Findings as commands and code: what a reader copies to see one again."""

from __future__ import annotations

import json
import pprint
import re
import shlex
from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any
from urllib.parse import quote

from pytest_xapi.fuzz.model import auth
from pytest_xapi.fuzz.model.auth import Credentials
from pytest_xapi.fuzz.model.findings import Exchange, Finding
from pytest_xapi.fuzz.model.wire import WireRequest

SERVER = "http://127.0.0.1:8000"
"""Where `uvicorn` serves an app by default."""

_LONGEST_ARGUMENT = 100_000
"""What is longer may be more than a program takes as an argument (131,072 bytes on Linux)."""
_CLIENT_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def curl(request: WireRequest, credentials: Credentials) -> str:
    """The request as a shell command. Credentials are taken from variables and not shown."""
    words = ["curl", "-i", *_options(request)]
    words.append(_in_shell(SERVER + request.target, _secrets(credentials)))
    for name, value in request.headers:
        if name.lower() != "user-agent":
            header = f"{name}: {value}" if value.strip() else f"{name};"
            words += ["-H", _in_shell(header, _secrets(credentials))]
    if not request.body:
        return " ".join(words)
    if request.header("content-type") is None:
        words += ["-H", "Content-Type:"]  # else curl says that it is a form
    if _is_plain(request.body) and len(request.body) < _LONGEST_ARGUMENT:
        option = "--data-raw" if request.body.startswith(b"@") else "--data-binary"  # `@` would name a file
        return " ".join([*words, option, shlex.quote(request.body.decode())])
    return f"printf '{_octal(request.body)}' | " + " ".join([*words, "--data-binary", "@-"])


def _options(request: WireRequest) -> Iterator[str]:
    """What makes curl send this method and this target, and not what it makes of them."""
    if request.method == "HEAD" and not request.body:
        yield "--head"  # it would wait for a body with `-X`
    elif request.method != ("POST" if request.body else "GET"):
        yield f"-X {request.method}"
    if "/." in request.path.lower().replace("%2e", "."):
        yield "--path-as-is"
    if any(character in request.target for character in "[]{}"):
        yield "--globoff"


def python(finding: Finding, credentials: Credentials) -> str:
    """The finding as a test with the fixture `client`, which fails before the mend and passes after it."""
    lines = ["from xapi.testing import assert_conforms"] if finding.check in _CONFORMANCE else []
    used: set[str] = set()
    last = len(finding.exchanges) - 1
    for position, exchange in enumerate(finding.exchanges):
        needed = position == last or any(
            reference.step == position for later in finding.exchanges for reference in later.references
        )
        target = "response" if position == last else f"step{position + 1}"
        call = _call(exchange, credentials, used)
        lines.append(f"{target} = {call}" if needed else call)
    lines.append(_assertion(finding))
    name = re.sub(r"\W+", "_", finding.operation).strip("_").lower()
    fixtures = "client, xapi_auth" if used else "client"
    return f"def test_{name}({fixtures}):\n" + indent("\n".join(lines), "    ")


def _call(exchange: Exchange, credentials: Credentials, used: set[str]) -> str:
    request = exchange.request
    arguments = [_url(exchange, credentials, used), *_body(request), *_headers(request, credentials, used)]
    function = request.method.lower()
    if request.method not in _CLIENT_METHODS:
        function = "request"
        arguments.insert(0, json.dumps(request.method))
    call = f"client.{function}({', '.join(arguments)})"
    return call if len(call) <= 96 else f"client.{function}(\n    " + ",\n    ".join(arguments) + ",\n)"


def _url(exchange: Exchange, credentials: Credentials, used: set[str]) -> str:
    pieces: list[_Piece] = [exchange.request.target]
    for reference in exchange.references:
        place = "".join(_subscript(token) for token in reference.pointer.split("/")[1:])
        value = re.compile(rf"(?<=/){re.escape(quote(reference.value))}(?=[/?]|$)")
        pieces = _replaced(pieces, value, f"step{reference.step + 1}.json(){place}")
    return _literal(_without_secrets(pieces, credentials, used))


def _subscript(token: str) -> str:
    return f"[{token}]" if token.isdigit() else f"[{token!r}]"


def _body(request: WireRequest) -> list[str]:
    if not request.body:
        return []
    if (request.header("content-type") or "").partition(";")[0] == "application/json":
        try:
            value = json.loads(request.body, parse_constant=_no_constant)
        except ValueError:
            return [f"content={request.body!r}"]
        return [f"json={pprint.pformat(value, width=88, sort_dicts=False)}"]
    return [f"content={request.body!r}"]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _headers(request: WireRequest, credentials: Credentials, used: set[str]) -> list[str]:
    written, arguments = [], []
    is_json = any(argument.startswith("json=") for argument in _body(request))
    for name, value in request.headers:
        if name.lower() == "user-agent" or (is_json and name.lower() == "content-type"):
            continue
        pair = next((keys for keys, sent in _pairs(credentials) if value == f"Basic {sent}"), None)
        if pair is None:
            text = _literal(_without_secrets([value], credentials, used))
            written.append(f"{json.dumps(name)}: {text}")
        else:
            used.update(pair)
            arguments.append(f"auth={_from_fixture(pair)}")
    return ([f"headers={{{', '.join(written)}}}"] if written else []) + arguments


class _Expression(str):
    """A piece of code, among pieces of text."""


_Piece = str | _Expression


def _without_secrets(pieces: list[_Piece], credentials: Credentials, used: set[str]) -> list[_Piece]:
    for keys, credential in auth.each(credentials):
        if isinstance(credential, str) and credential:
            found = _replaced(pieces, re.compile(re.escape(credential)), _from_fixture(keys))
            if found != pieces:
                used.update(keys)
                pieces = found
    return pieces


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


def _in_shell(text: str, secrets: Mapping[str, str]) -> str:
    for secret, variable in secrets.items():
        if secret in text:
            return f'"${variable}"'.join(_quoted(part) if part else "" for part in text.split(secret))
    return _quoted(text)


def _quoted(text: str) -> str:
    """A text in a POSIX shell. What is not ASCII is sent as Latin-1, as the headers of ASGI are."""
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    return f"\"$(printf '{_octal(text.encode('latin-1'))}')\""


def _octal(content: bytes) -> str:
    return "".join(f"\\{byte:03o}" for byte in content)


def hidden(text: str, credentials: Credentials) -> str:
    """A text without credentials: the name of the shell variable stands for each."""
    for secret, variable in _secrets(credentials).items():
        text = text.replace(secret, f"${variable}")
    return text


def _secrets(credentials: Credentials) -> dict[str, str]:
    return dict(_named_secrets(credentials))


def _named_secrets(credentials: Credentials) -> Iterator[tuple[str, str]]:
    """What must not be shown, with the shell variable that stands for it."""
    texts = [(keys, value) for keys, value in auth.each(credentials) if isinstance(value, str) and value]
    for keys, secret in [*texts, *_pairs(credentials)]:
        yield secret, re.sub(r"\W", "_", "_".join(keys)).upper()


def _from_fixture(keys: tuple[str, ...]) -> str:
    return "xapi_auth" + "".join(f"[{key!r}]" for key in keys)


def _pairs(credentials: Credentials) -> list[tuple[tuple[str, ...], str]]:
    """The pairs of user name and password as they are sent (RFC 7617), with their keys in the fixture."""
    return [
        (keys, auth.as_sent(credential))
        for keys, credential in auth.each(credentials)
        if isinstance(credential, tuple)
    ]
