"""Findings as reports show them: what was sent and answered, without credentials, and how to send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_xapi.fuzz.model.auth import Credentials
from pytest_xapi.fuzz.model.findings import Finding
from pytest_xapi.fuzz.model.wire import Answer, WireRequest
from pytest_xapi.fuzz.reporting import snippets
from pytest_xapi.reports import bodies
from pytest_xapi.words import printable

_MOST_BODY = 64 * 1024


def shown(finding: Finding, credentials: Credentials, again: str) -> dict[str, Any]:
    """What a report shows of a finding beside what `Record.as_json` has; `again` is the command for it."""
    return {
        "exchanges": [
            {"request": _request(exchange.request, credentials), "answer": _answer(exchange.answer)}
            for exchange in finding.exchanges
        ],
        "curl": printable(
            "\n".join(snippets.curl(exchange.request, credentials) for exchange in finding.exchanges)
        ),
        "python": printable(snippets.python(finding, credentials)),
        "rerun": again,
    }


def _request(request: WireRequest, credentials: Credentials) -> Mapping[str, Any]:
    return {
        "method": request.method,
        "target": snippets.hidden(request.target, credentials),
        "headers": [[name, snippets.hidden(value, credentials)] for name, value in request.headers],
        "body": bodies.encoded(request.body[:_MOST_BODY]),
    }


def _answer(answer: Answer) -> Mapping[str, Any]:
    return {
        "status": answer.status,
        "headers": [list(header) for header in answer.headers],
        "body": bodies.encoded(answer.body[:_MOST_BODY]),
        "seconds": round(answer.seconds, 6),
    }
