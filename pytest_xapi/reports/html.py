"""A page that shows a report: one file, which loads nothing and so works offline."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pytest_xapi.reports import bodies, contents
from pytest_xapi.reports.model import Report
from pytest_xapi.words import phrase

_MOST_BODY = 10_000
"""The most characters of a body that the page shows."""


def written(report: Report) -> str:
    """The text of the page.

    Raises:
        ModuleNotFoundError: Jinja is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'reports as HTML need Jinja, which is not installed: pip install "xapi-framework[test]"'
        ) from error
    from xapi.version import __version__

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"body": _shown_body, "phrase": _phrase}
    template = environment.from_string(files(__package__).joinpath("page.html.jinja").read_text("utf-8"))
    causes = contents.causes(report.fuzz)
    shown = {fingerprint for cause in causes for fingerprint in cause.fingerprints}
    return template.render(
        report=report,
        problems=[problem for problem in contents.problems(report) if problem.fingerprint not in shown],
        causes=causes,
        counts=contents.counts(report.fuzz),
        items=report.fuzz,
        version=__version__,
    )


def _shown_body(body: bodies.Body) -> str:
    text = body if isinstance(body, str) else f"{len(bodies.decoded(body))} bytes: {body['base64']}"
    return text if len(text) <= _MOST_BODY else f"{text[:_MOST_BODY]}... ({len(text)} characters)"


def _phrase(answer: Mapping[str, Any]) -> str:
    return f"{answer['status']} {phrase(answer['status'])}".rstrip()
