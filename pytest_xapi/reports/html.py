"""A page that shows a report: one file, which loads nothing and so works offline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pytest_xapi.reports import bodies, contents, headline, priorities, rule_texts
from pytest_xapi.reports.contents import Cause
from pytest_xapi.reports.model import Problem, Report, SourceLocation
from pytest_xapi.words import counted, listed, phrase

_CODE = re.compile("`([^`]+)`")
_MOST_BODY = 10_000
"""The most characters of a body that the page shows."""
_MOST_NAMED = 3


def written(report: Report) -> str:
    """The text of the page.

    Raises:
        ModuleNotFoundError: Jinja is not installed.
    """
    from xapi.version import __version__

    causes = contents.causes(report.fuzz)
    return str(
        _template().render(
            report=report,
            title=headline.title(report),
            reasons=list(headline.reasons(report)),
            apps=headline.apps(report),
            leads=priorities.leads(report),
            causes=[cause for cause in causes if not cause.is_accepted],
            accepted=[cause for cause in causes if cause.is_accepted],
            counts=contents.counts(report.fuzz),
            problems=_by_gate(report),
            items=report.fuzz,
            rule=rule_texts.of,
            seen=contents.seen,
            place=_place,
            version=__version__,
        )
    )


def _template() -> Any:
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'reports as HTML need Jinja, which is not installed: pip install "xapi-framework[test]"'
        ) from error
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "body": _shown_body,
        "phrase": _phrase,
        "named": _named,
        "counted": counted,
        "inline": _inline,
    }
    return environment.from_string(files(__package__).joinpath("page.html.jinja").read_text("utf-8"))


def _by_gate(report: Report) -> dict[str, list[list[Problem]]]:
    """The problems that are no findings, by the gate that tells them, those of one rule together."""
    left = priorities.problems_of_gates(report)
    found = {
        verdict.gate: priorities.of_one_rule(problem for problem in left if problem in verdict.problems)
        for verdict in report.verdicts
    }
    return {gate: groups for gate, groups in found.items() if groups}


def _place(cause: Cause) -> SourceLocation | None:
    return contents.as_problem(cause.finding).place


def _inline(text: str) -> Any:
    """A text whose backticks are code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def _named(operations: tuple[str, ...]) -> str:
    return listed(operations, _MOST_NAMED)


def _shown_body(body: bodies.Body) -> str:
    text = body if isinstance(body, str) else f"{len(bodies.decoded(body))} bytes: {body['base64']}"
    return text if len(text) <= _MOST_BODY else f"{text[:_MOST_BODY]}... ({len(text)} characters)"


def _phrase(answer: Mapping[str, Any]) -> str:
    return f"{answer['status']} {phrase(answer['status'])}".rstrip()
