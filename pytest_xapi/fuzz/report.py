"""What a user reads: the text of a failed item, and the summary of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from textwrap import indent
from typing import Any

from pytest_xapi.fuzz import snippets
from pytest_xapi.fuzz.causes import end_of_traceback
from pytest_xapi.fuzz.findings import Finding, printable, succeeded
from pytest_xapi.fuzz.wire import Answer

_MOST_BODY = 300

COERCION_RULE = (
    "Accepted requests that break the document were judged by the operations' own validators: "
    "a coercion into what the document allows is no finding."
)
TOGETHER = (
    "{item} is one item, because only the fixture `xapi_app` says which app it is for: "
    "set --xapi-app or the ini option xapi_app to get one item for each operation."
)


def failure(findings: Sequence[Finding], credentials: Mapping[str, Any], command: str) -> str:
    """The text of an item that found something."""
    count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    checks = ", ".join(dict.fromkeys(finding.check for finding in findings))
    parts = [f"{count}: {checks}"]
    for number, finding in enumerate(findings, 1):
        parts.append(f"{number}. {finding.operation}: {finding.title} [{finding.check}]")
        parts.append(indent("\n\n".join(_paragraphs(finding, credentials)), "   "))
    parts.append(f"Reproduce with:\n   {command}")
    return printable("\n\n".join(parts))


def summary(records: Sequence[Mapping[str, Any]], seed: int) -> Iterator[str]:
    """The lines of the summary of a run."""
    answers: dict[str, dict[str, int]] = {}
    for record in records:
        for operation, counts in record["answers"].items():
            answers.setdefault(operation, {}).update(counts)
    cases = sum(record["cases"] for record in records)
    seconds = sum(record["seconds"] for record in records)
    findings = sum(len(record["findings"]) for record in records)
    rate = f" ({cases / seconds:.0f} a second)" if seconds else ""
    yield (
        f"{_counted(len(answers), 'operation')}, {_counted(cases, 'case')} in {seconds:.1f} s{rate}, "
        f"{_counted(findings, 'finding')}, seed {seed}"
    )
    silent = sorted(set(answers) - succeeded(answers))
    if silent:
        yield "operations without a 2xx answer: " + ", ".join(silent)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _paragraphs(finding: Finding, credentials: Mapping[str, Any]) -> Iterator[str]:
    if finding.brief:
        requests = [exchange.request for exchange in finding.exchanges]
        yield "Sent: " + ", then ".join(f"{request.method} {request.target}" for request in requests)
        yield f"The item `{finding.operation}` looks for it in single answers."
        return
    if finding.message:
        yield finding.message
    answer = finding.last.answer
    if answer.exception is not None:
        yield "\n".join(end_of_traceback(answer.exception))
    yield _described(answer)
    if not finding.repeatable:
        yield "It did not fail again when it was sent again: it depends on what was sent before."
    yield "\n".join(snippets.curl(exchange.request, credentials) for exchange in finding.exchanges)
    yield snippets.python(finding, credentials)


def _described(answer: Answer) -> str:
    try:
        phrase = f" {HTTPStatus(answer.status).phrase}"
    except ValueError:
        phrase = ""
    content_type = answer.header("content-type")
    kind = f", {content_type}" if content_type else ""
    body = answer.body.decode(errors="backslashreplace")
    if len(body) > _MOST_BODY:
        body = f"{body[:_MOST_BODY]}... ({len(answer.body)} bytes)"
    return f"Answer: {answer.status}{phrase}{kind}" + (f"\n{indent(body, '  ')}" if body else "")
