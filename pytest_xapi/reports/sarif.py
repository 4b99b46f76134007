"""SARIF, version 2.1.0 (OASIS Standard): what code hosts show beside the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from pytest_xapi.reports import contents, regions, rule_texts
from pytest_xapi.reports.model import Problem, Report
from pytest_xapi.reports.rule_texts import RuleText
from xapi.texts import visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_DISTRIBUTION = "xapi-framework"
_ROOT = "%SRCROOT%"
_RANKS = {"error": "error", "warning": "warning", "note": "recommendation"}
"""Severities as GitHub's code scanning names them."""


def written(report: Report) -> str:
    """The JSON text of a log with one run."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=1) + "\n"


def _run(report: Report) -> dict[str, Any]:
    from xapi.version import __version__

    found = contents.problems(report)
    rules = sorted({problem.rule for problem in found})
    driver = {
        "name": "xapi",
        "fullName": "xapi: property tests and gates for HTTP APIs",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": _information_uri(),
        "rules": [_rule(rule_texts.of(rule)) for rule in rules],
    }
    results = [_result(problem, rules.index(problem.rule), report) for problem in found]
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "xapi/"},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: _base(report)},
        "results": results,
        "properties": {"counts": contents.counts(report.fuzz).as_json(), "passed": report.passed},
    }


def _information_uri() -> str:
    """The homepage of the distribution; where it names none, its package URL (ECMA-427)."""
    try:
        links = metadata.metadata(_DISTRIBUTION).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        links = []
    urls = {name.strip().lower(): url.strip() for name, _, url in (link.partition(",") for link in links)}
    return urls.get("documentation") or urls.get("homepage") or f"pkg:pypi/{_DISTRIBUTION}"


def _rule(text: RuleText) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "tags": list(text.tags),
        "precision": "high",
        "problem.severity": _RANKS[text.severity],
    }
    if text.security_severity is not None:
        properties["security-severity"] = str(text.security_severity)
    markdown = f"{text.meaning}\n\n**How to fix it:** {text.fix}\n\n[More]({text.uri})"
    return {
        "id": text.id,
        "name": _pascal_case(text.name),
        "shortDescription": {"text": text.summary},
        "fullDescription": {"text": f"{text.summary} {text.meaning}"},
        "help": {"text": f"{text.meaning}\n\nHow to fix it: {text.fix}", "markdown": markdown},
        "helpUri": text.uri,
        "defaultConfiguration": {"level": text.severity},
        "properties": properties,
    }


def _pascal_case(name: str) -> str:
    """`GetsSuchAName` of `gets-such_a.name`."""
    words = "".join(character if character.isalnum() else " " for character in name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _invocation(report: Report) -> dict[str, Any]:
    """Whether the run is a whole one, and what it has left out."""
    unfinished = [
        (record["item"], "the time was up" if record.get("cut") else record["unsent"])
        for record in report.fuzz
        if record.get("cut") or record.get("unsent")
    ]
    notes = [f"{item}: not all cases were sent: {visible(reason)}" for item, reason in unfinished]
    told = [*(("error", gap) for gap in report.gaps), *(("warning", note) for note in notes)]
    return {
        "executionSuccessful": not report.gaps,
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in told],
    }


def _base(report: Report) -> dict[str, Any]:
    described = {"description": {"text": "The root directory of the tests."}}
    return described if report.root is None else {"uri": f"{report.root.as_uri()}/", **described}


def _result(problem: Problem, rule: int, report: Report) -> dict[str, Any]:
    text = f"{problem.message.rstrip('.')}.\n{problem.details}"
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.severity,
        "kind": "fail",
        "message": {"text": visible(text).strip()},
        "locations": [_location(problem, report)],
        # Code scanning goes by the second one, and would else make its own of the line.
        "partialFingerprints": {
            "xapi/v1": problem.fingerprint,
            "primaryLocationLineHash": f"{problem.fingerprint}:1",
        },
    }


def _location(problem: Problem, report: Report) -> dict[str, Any]:
    uri, is_relative, region = regions.of(problem.place, report.root)
    artifact = {"uri": uri, "uriBaseId": _ROOT} if is_relative else {"uri": uri}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    names = list(_logical(problem))
    return {**location, "logicalLocations": names} if names else location


def _logical(problem: Problem) -> Iterator[dict[str, str]]:
    if problem.operation is not None:
        yield {"fullyQualifiedName": problem.operation, "kind": "resource"}
    if problem.pointer:
        yield {"fullyQualifiedName": problem.pointer, "kind": "element"}
