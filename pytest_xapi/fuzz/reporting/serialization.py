"""Findings as reports show them: what was sent and answered, without secrets, and how to send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_xapi.fuzz.model.findings import Finding
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.traceback_origin import end_of_traceback
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.reporting import snippets
from pytest_xapi.reports import bodies
from pytest_xapi.words import printable

_MOST_BODY = 64 * 1024


def shown(finding: Finding, redactor: Redactor, again: str) -> dict[str, Any]:
    """What a report shows of a finding beside what `Record.as_json` has; `again` is the command for it."""
    finding = redactor.finding(finding)
    return {
        "exchanges": [
            {"request": _request(exchange.request), "answer": _answer(exchange.answer)}
            for exchange in finding.exchanges
        ],
        "curl": printable(
            "\n".join(snippets.curl(exchange.request, redactor) for exchange in finding.exchanges)
        ),
        "traceback": _traceback(finding, redactor),
        "python": printable(snippets.python(finding, redactor)),
        "rerun": again,
    }


def _traceback(finding: Finding, redactor: Redactor) -> str:
    """The end of it, if an exception left the app."""
    exception = finding.last.answer.exception
    return "" if exception is None else printable(redactor.output("\n".join(end_of_traceback(exception))))


def _request(request: WireRequest) -> Mapping[str, Any]:
    return {
        "method": request.method,
        "target": request.target,
        "headers": [list(header) for header in request.headers],
        "body": bodies.encoded(request.body[:_MOST_BODY]),
    }


def _answer(answer: WireResponse) -> Mapping[str, Any]:
    return {
        "status": answer.status,
        "headers": [list(header) for header in answer.headers],
        "body": bodies.encoded(answer.body[:_MOST_BODY]),
        "seconds": round(answer.seconds, 6),
    }
