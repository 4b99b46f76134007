"""The transport that Schemathesis sends through, and its form of requests and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.model.wire import BASE_URL, Send, WireRequest, WireResponse, following_redirects
from pytest_xapi.fuzz.schemathesis_adapter.declared import Declared
from pytest_xapi.words import phrase

UNSENDABLE = (requests.RequestException, UnicodeError)
"""What is raised for a case that HTTP has no way to say, such as a line break in a header."""


class DriverTransport(RequestsTransport):
    """Sends cases through our driver: the requests that checks derive from them go the same way."""

    declared: Declared
    """What the document says of the answers of its operations."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self.renew(send)

    def renew(self, send: Send) -> None:
        """Forget what was exchanged, and send another way from now on."""
        self._send = send
        self.exchanges: dict[str, tuple[WireRequest, WireResponse]] = {}
        """By the id of the case. Emptied by whoever has read it."""
        self.elsewhere: set[str] = set()
        """The ids of the cases whose answer is a redirect to something else than their operation."""

    def forget(self) -> None:
        """Forget what was exchanged."""
        self.exchanges.clear()
        self.elsewhere.clear()

    def through(self, request: WireRequest) -> WireResponse:
        """Send a request as it is."""
        return self._send(request)

    def send(self, case: Case, *, session: Any = None, **kwargs: Any) -> schemathesis.Response:
        """Send one case and return its answer as Schemathesis reads it."""
        prepared, request = self.prepared(case, **kwargs)
        answer = self._send(request)
        self.exchanges[case.id] = (request, answer)
        declares_redirects = any(code.startswith("3") for code in case.operation.responses.status_codes)
        if 300 <= answer.status < 400 and not declares_redirects:
            last, answer = redirected(self.declared, case.operation.label, request, answer, self._send)
            if last is None:
                self.elsewhere.add(case.id)
            else:
                prepared.url, prepared.method = BASE_URL + last.target, last.method
            self.exchanges[case.id] = (request, answer)
        return response_of(prepared, answer)

    def prepared(self, case: Case, **kwargs: Any) -> tuple[requests.PreparedRequest, WireRequest]:
        """The request that a case is sent as, in the form that checks read and as it goes over the wire."""
        settings = {key: kwargs[key] for key in ("headers", "params", "cookies") if key in kwargs}
        base_url = BASE_URL + urlsplit(case.operation.base_url or "").path
        prepared = requests.Request(**self.serialize_case(case, base_url=base_url, **settings)).prepare()
        return prepared, _wire_request(prepared)


def redirected(
    declared: Declared, label: str, request: WireRequest, answer: WireResponse, send: Send
) -> tuple[WireRequest | None, WireResponse]:
    """What comes of a redirect, and the last request of its chain; `None` if that is for something else.

    The answer of something else is taken as far as it says that all went well; a fault in it belongs to the
    operation that answers, not to the one that has redirected.
    """
    last, reached = following_redirects(request, answer, send)
    if last is request or declared.is_target(label, request, last, reached):
        return last, reached
    if reached.status >= 400 or reached.exception is not None:
        return None, answer
    return None, replace(reached, observed=answer.observed)


def _wire_request(prepared: requests.PreparedRequest) -> WireRequest:
    """The request as it is sent: without the headers of a network client and of Schemathesis."""
    headers = {_text(name): _text(value) for name, value in prepared.headers.items()}
    for name in ("Connection", "Accept-Encoding", "Content-Length", "X-Schemathesis-TestCaseId"):
        headers.pop(name, None)
    if headers.get("User-Agent", "").startswith("schemathesis/"):
        headers["User-Agent"] = "xapi-fuzz"
    if headers.get("Accept") == "*/*":
        del headers["Accept"]
    body: Any = prepared.body or b""
    return WireRequest(
        method=str(prepared.method),
        target=str(prepared.url).removeprefix(BASE_URL),
        headers=tuple(headers.items()),
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def response_of(prepared: requests.PreparedRequest, answer: WireResponse) -> schemathesis.Response:
    """An answer in the form that checks read."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    _, _, charset = (answer.header("content-type") or "").partition("charset=")
    return schemathesis.Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
        message=phrase(answer.status),
        encoding=charset.partition(";")[0].strip(' "') or None,
    )
