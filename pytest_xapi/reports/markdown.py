"""Markdown, as the summary of a step of GitHub Actions shows it: what to do first, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pytest_xapi.reports import contents, github, headline, priorities
from pytest_xapi.reports.model import Problem, Report, SourceLocation
from pytest_xapi.reports.priorities import Lead
from pytest_xapi.words import listed
from xapi.texts import visible

_MOST_PROBLEMS = 100
_MOST_NAMED = 3
_MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - as GitHub shows them


def written(report: Report) -> str:
    """The verdict and why, what to fix first, the gates, then all problems."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## xapi: {'passed' if report.passed else 'failed'}"
    yield ""
    apps = headline.apps(report)
    if apps:
        yield f"**{_escaped(', '.join(apps))}**"
        yield ""
    yield from (f"- {_escaped(reason)}" for reason in headline.reasons(report))
    yield ""
    leads = priorities.leads(report)
    if leads:
        yield "### What to fix first"
        yield ""
        for number, lead in enumerate(leads, 1):
            yield from _lead(number, lead, report)
    if any(lead.cause for lead in leads):
        named = next(lead.cause.finding["fingerprint"] for lead in leads if lead.cause)
        yield f'If a finding is intended: `xapi fuzz accept {named[:8]} --reason "..."`'
        yield ""
    if report.verdicts:
        yield "### Gates"
        yield ""
        yield from _gates(report)
    if report.fuzz:
        seed = "" if report.seed is None else f", seed {report.seed}"
        yield f"Property tests: {contents.counts(report.fuzz).described()}{seed}."
        yield ""
    yield from _problems(report)


def _lead(number: int, lead: Lead, report: Report) -> Iterator[str]:
    """An item of a numbered list, with all that belongs to it indented."""
    yield f"{number}. {_MARKS[lead.severity]} **{_escaped(lead.title)}** ({lead.rule.id})<br>"
    where = [_code(listed(lead.operations, _MOST_NAMED))] if lead.operations else []
    where += [_linked(lead.place, report)] if lead.place else []
    paragraphs = [" at ".join(where), *(_escaped(line) for line in lead.lines)]
    paragraphs += [_code(line) for line in contents.sent(lead.cause.finding)] if lead.cause else []
    paragraphs.append(f"**Fix:** {lead.rule.fix} [More about {lead.rule.id}]({lead.rule.uri})")
    yield from (f"   {line}<br>" for line in paragraphs[:-1] if line)
    yield f"   {paragraphs[-1]}"
    if lead.cause:
        yield ""
        yield from (f"   {line}".rstrip() for line in _fenced(lead.cause.finding["curl"]))
    yield ""


def _gates(report: Report) -> Iterator[str]:
    rows = [
        (verdict.gate, verdict.figure, verdict.threshold, "✅ passed" if verdict.passed else "❌ failed")
        for verdict in report.verdicts
    ]
    yield from _table(("gate", "figure", "threshold", "verdict"), rows)


def _problems(report: Report) -> Iterator[str]:
    found = contents.problems(report)
    if not found:
        return
    yield "<details>"
    yield f"<summary>All problems: {len(found)}</summary>"
    yield ""
    for problem in found[:_MOST_PROBLEMS]:
        yield f"- {_MARKS[problem.severity]} {_described(problem, report)}"
    if len(found) > _MOST_PROBLEMS:
        yield f"- ... and {len(found) - _MOST_PROBLEMS} more"
    yield ""
    yield "</details>"


def _described(problem: Problem, report: Report) -> str:
    place = f" ({_linked(problem.place, report)})" if problem.place else ""
    operation = f"{_code(problem.operation)}: " if problem.operation else ""
    # Of a finding, the request: it begins the details.
    request = problem.details.partition("\n")[0] if " -> " in problem.details.partition("\n")[0] else ""
    request = f": {_code(request)}" if request else ""
    return f"**{problem.rule}** {operation}{_escaped(problem.message)}{place}{request}"


def _linked(place: SourceLocation, report: Report) -> str:
    """A place, and a link to the line where GitHub shows it."""
    url = github.url(place, report.root)
    shown = f"{place.file}:{place.line}"
    return _escaped(shown) if url is None else f"[{_escaped(shown)}]({url})"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(_escaped(cell) for cell in row) + " |"
    yield ""


def _code(text: str) -> str:
    """A span of code, whatever backticks are in it."""
    text = visible(text).replace("\n", " ")
    ticks = "`" * (_longest_ticks(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{padding}{text}{padding}{ticks}"


def _fenced(text: str) -> Iterator[str]:
    fence = "`" * max(3, _longest_ticks(text) + 1)
    yield from (f"{fence}sh", *visible(text).splitlines(), fence)


def _longest_ticks(text: str) -> int:
    return max((len(ticks) for ticks in re.findall("`+", text)), default=0)


def _escaped(text: str) -> str:
    text = visible(text)
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
