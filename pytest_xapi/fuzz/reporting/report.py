"""What a user reads: the text of a failed item, and the summary of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import indent
from typing import Any

from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.model.findings import ALL, Finding, succeeded
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.traceback_origin import end_of_traceback
from pytest_xapi.fuzz.model.wire import WireResponse
from pytest_xapi.fuzz.reporting import screen, snippets
from pytest_xapi.reports import contents
from pytest_xapi.words import counted, listed, phrase
from xapi.texts import visible

_MOST_BODY = 300
MOST_IN_FULL = 5
"""How many findings of an item are shown with all that belongs to them."""
_MOST_COPIED = 1_500
"""The most characters of a command or a test that are shown."""
_MOST_CAUSE = 120
_MOST_NAMED = 5
"""How many of a list are named; the JSON report has them all."""

COERCION_RULE = (
    "Accepted requests that break the document were judged by the operations' own validators: "
    "a coercion into what the document allows is not a finding."
)
TOGETHER = (
    "{item} is one item, because only the fixture `xapi_app` says which app it is for: "
    "set --xapi-app or the ini option xapi_app to get one item for each operation."
)


def failure(
    findings: Sequence[tuple[Finding, str]],
    redactor: Redactor,
    command: str,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """The text of an item that found something.

    Args:
        findings: What it found, each with the command that sends it again; empty where nothing does.
        redactor: Hides what must not be shown.
        command: What runs the item again.
        elsewhere: The items that have shown a finding already, by its fingerprint.
    """
    elsewhere = elsewhere or {}
    checks = ", ".join(dict.fromkeys(finding.check for finding, _ in findings))
    parts = [f"{counted(len(findings), 'finding')}: {checks}"]
    for number, (finding, again) in enumerate(findings, 1):
        rule = f"{finding.check}, {finding.rule.id}, {finding.severity}"
        parts.append(f"{number}. {finding.operation}: {finding.title} [{rule}]")
        item = elsewhere.get(finding.problem.fingerprint)
        if item is not None:
            parts.append(f"   It is shown above, in {item}.")
        elif number > MOST_IN_FULL:
            parts.append("   Reports have the whole (--xapi-report).")
        else:
            parts.append(indent("\n\n".join(_paragraphs(redactor.finding(finding), redactor)), "   "))
        if again:
            parts.append(f"   {again}")
    parts.append(f"All of this item again:\n   {command}")
    return visible("\n\n".join(parts))


def summary(records: Sequence[Mapping[str, Any]], seed: int) -> Iterator[str]:
    """The lines of the summary of a run."""
    answers: dict[str, dict[str, int]] = {}
    for record in records:
        for operation, statuses in record["answers"].items():
            answers.setdefault(operation, {}).update(statuses)
    counts = contents.counts(records)
    seconds = sum(record["seconds"] for record in records)
    rate = f" ({counts.cases / seconds:.0f} a second)" if seconds else ""
    yield f"{counts.described(f' in {seconds:.1f} s{rate}')}, seed {seed}"
    causes = [cause for cause in contents.causes(records) if not cause.is_accepted]
    yield from map(_told, causes)
    cut = [
        f"{record['item']} after {counted(record['cases'], 'case')}"
        for record in records
        if record["cut"] and record["cases"]
    ]
    late = [record["item"] for record in records if record["cut"] and not record["cases"]]
    written = sorted({cause.finding["regression"] for cause in causes} - {None})
    if written:
        yield f"regression tests: {', '.join(written)}"
    if cut:
        yield f"cut short by --xapi-fuzz-time: {listed(cut, _MOST_NAMED)}"
    if late:
        yield f"not begun, because --xapi-fuzz-time was up: {listed(late, _MOST_NAMED)}"
    silent = sorted(set(answers) - succeeded(answers))
    if silent:
        yield f"operations without a 2xx answer: {listed(silent, _MOST_NAMED)}"
    yield from _refused(records)


def _told(cause: contents.Cause) -> str:
    finding = cause.finding
    place = f" ({finding['file']}:{finding['line']})" if finding["file"] else ""
    operations = listed(cause.operations, _MOST_NAMED)
    return (
        f"{finding['severity']} {finding['rule']} {operations}: {finding['title']} "
        f"[{finding['check']}]{place}: {screen.cut(' '.join(finding['cause'].split()), 1, _MOST_CAUSE)}"
    )


def _refused(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How many requests were right and refused for a reason that the document names and cannot describe."""
    found: dict[str, Counter[str]] = {}
    for record in records:
        for operation, counts in record.get("refused", {}).items():
            found.setdefault(operation, Counter()).update(counts)
    shares = []
    for operation, counts in found.items():
        refused = {status: count for status, count in counts.items() if status != str(ALL)}
        statuses = ", ".join(f"{count} with {status}" for status, count in refused.items())
        shares.append(f"{operation} {sum(refused.values())} of {counts[str(ALL)]} ({statuses})")
    if shares:
        named = listed(shares, _MOST_NAMED)
        yield f"note: requests that keep to the document were refused as declared: {named}"
        yield "      examples in the document, or the fixture `xapi_case`, can say which ones are accepted"


def _paragraphs(finding: Finding, redactor: Redactor) -> Iterator[str]:
    if finding.message:
        yield screen.cut(finding.message, 15)
    answer = finding.last.answer
    if answer.exception is not None:
        yield screen.cut(redactor.output("\n".join(end_of_traceback(answer.exception))), 12)
    if finding.place is not None:
        yield f"Handler: {finding.place.file}:{finding.place.line}"
    if answer.status:
        yield _described(answer)
    if finding.time_was_up:
        yield f"The time was up ({options.TIME.flag}) before it could be sent again and made small."
    elif not finding.repeatable:
        yield "It did not fail again when it was sent again: it depends on what was sent before."
    command = "\n".join(snippets.curl(exchange.request, redactor) for exchange in finding.exchanges)
    is_short = screen.fits(command, 12, _MOST_COPIED)
    yield (
        command if is_short else f"(curl needs {len(command)} characters, which reports have: --xapi-report)"
    )
    test = snippets.python(finding, redactor)
    is_short = screen.fits(test, 20, _MOST_COPIED)
    yield (
        test
        if is_short
        else f"(the test has {len(test)} characters: {options.REGRESSIONS.flag} FOLDER writes it)"
    )


def _described(answer: WireResponse) -> str:
    content_type = answer.header("content-type")
    kind = f", {content_type}" if content_type else ""
    body = answer.body.decode(errors="backslashreplace")
    if len(body) > _MOST_BODY:
        body = f"{body[:_MOST_BODY]}... ({len(answer.body)} bytes)"
    status = f"{answer.status} {phrase(answer.status)}".rstrip()
    return f"Answer: {status}{kind}" + (f"\n{indent(screen.cut(body, 8), '  ')}" if body else "")
