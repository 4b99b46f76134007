"""SARIF, version 2.1.0 (OASIS Standard): what code hosts show beside the code."""

from __future__ import annotations

import json
from typing import Any

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Problem, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_UNKNOWN_PLACE = "pyproject.toml"
"""The file of problems whose handler is not known: hosts refuse results without one."""


def written(report: Report) -> str:
    """The JSON text of a log with one run."""
    from xapi.version import __version__

    found = contents.problems(report)
    rules = sorted({problem.rule for problem in found})
    driver = {"name": "xapi", "semanticVersion": __version__, "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root directory of the tests."}}},
        "results": [_result(problem, rules.index(problem.rule)) for problem in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": f"{problem.message}\n{problem.details}".strip()},
        "locations": [_location(problem)],
        "partialFingerprints": {"xapi/v1": problem.fingerprint},
    }


def _location(problem: Problem) -> dict[str, Any]:
    place = problem.place
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": place.file if place else _UNKNOWN_PLACE, "uriBaseId": "%SRCROOT%"}
    }
    if place is not None:
        physical["region"] = {"startLine": place.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if problem.operation is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.operation, "kind": "member"}]
    return location
