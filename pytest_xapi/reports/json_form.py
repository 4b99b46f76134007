"""Reports as JSON, which shards of a run leave behind and `xapi report` reads again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Report, Shard, SourceLocation, Table, Verdict

FORMAT = 1
"""Raised when a reader of the old format would misread the new one."""


class NoReport(ValueError):
    """A text is not a report that this version reads."""


def written(report: Report) -> str:
    """The JSON text of a report."""
    from xapi.version import __version__

    content = {
        "xapi_report": FORMAT,
        "version": __version__,
        "passed": report.passed,
        "seed": report.seed,
        "only_warns": report.only_warns,
        "tests_failed": report.tests_failed,
        "shard": None if report.shard is None else asdict(report.shard),
        "gaps": list(report.gaps),
        "counts": contents.counts(report.fuzz).as_json(),
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "fuzz": list(report.fuzz),
        "evidence": report.evidence,
    }
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def read(text: str) -> Report:
    """The report that `written` was given.

    Raises:
        NoReport: the text is not JSON, no report, or one of another format.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise NoReport(f"it is not JSON ({error})") from error
    if not isinstance(content, dict) or "xapi_report" not in content:
        raise NoReport("it is not a report of xapi: it has no key `xapi_report`")
    if content["xapi_report"] != FORMAT:
        raise NoReport(
            f"it has the format {content['xapi_report']!r} (xapi {content.get('version', 'unknown')}), "
            f"and this version reads the format {FORMAT}: write it anew"
        )
    return Report(
        verdicts=tuple(_read_verdict(verdict) for verdict in content["verdicts"]),
        fuzz=tuple(content["fuzz"]),
        evidence=content["evidence"],
        seed=content["seed"],
        only_warns=content["only_warns"],
        tests_failed=content.get("tests_failed", False),
        shard=Shard(**content["shard"]) if content.get("shard") else None,
        gaps=tuple(content.get("gaps", ())),
    )


def _verdict(verdict: Verdict) -> dict[str, Any]:
    problems = [{**asdict(problem), "fingerprint": problem.fingerprint} for problem in verdict.problems]
    return {**asdict(verdict), "problems": problems}


def _read_verdict(content: Mapping[str, Any]) -> Verdict:
    return Verdict(
        **{
            **content,
            "problems": tuple(_read_problem(problem) for problem in content["problems"]),
            "tables": tuple(_read_table(table) for table in content["tables"]),
        }
    )


def _read_problem(content: Mapping[str, Any]) -> Problem:
    known = {name: value for name, value in content.items() if name != "fingerprint"}
    place = content["place"]
    return Problem(**{**known, "place": SourceLocation(**place) if place else None})


def _read_table(content: Mapping[str, Any]) -> Table:
    rows: Sequence[Sequence[str]] = content["rows"]
    return Table(content["title"], tuple(content["columns"]), tuple(tuple(row) for row in rows))
