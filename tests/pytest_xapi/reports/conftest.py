"""A report that has everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# Imported before the runs inside, which forget what they have imported themselves.
import pytest_xapi.fuzz.execution.coercion
import pytest_xapi.fuzz.execution.session
import pytest_xapi.fuzz.plugin
import pytest_xapi.gates.plugin  # noqa: F401
from pytest_xapi.reports.model import Problem, Report, SourceLocation, Table, Verdict

MISSING = Problem(
    rule="XG101",
    severity="error",
    message="no test has made GET /notes/{note_id} answer 404",
    operation="GET /notes/{note_id}",
    pointer="/paths/~1notes~1{note_id}/get/responses/404",
    place=SourceLocation("notes/main.py", 12),
    identity="404",
)
UNDESCRIBED = Problem("XG601", "warning", "GET /notes has no description, 100%: really", details="one\ntwo")


def made_finding(**changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "fingerprint": "f00d",
        "cause": "ZeroDivisionError at notes/main.py:30",
        "rule": "XF101",
        "severity": "error",
        "operation": "GET /notes",
        "check": "not_a_server_error",
        "title": "Server error",
        "message": "ZeroDivisionError: division by <b>zero</b>",
        "repeatable": True,
        "accepted": False,
        "file": "notes/main.py",
        "line": 28,
        "curl": "curl -i 'http://127.0.0.1:8000/notes?per_page=0'",
        "python": "def test_get_notes(client): ...",
        "rerun": "pytest --xapi-fuzz --xapi-op 'GET /notes'",
        "exchanges": [
            {
                "request": {
                    "method": "POST",
                    "target": "/notes?per_page=0&q=%C3%A4",
                    "headers": [["Cookie", "a=1; b=2"], ["Content-Type", "application/json"]],
                    "body": '{"a": "<script>alert(1)</script>"}',
                },
                "answer": {
                    "status": 500,
                    "headers": [["content-type", "text/plain"], ["set-cookie", "s=1; Path=/"]],
                    "body": {"base64": "/wA="},
                    "seconds": 0.0125,
                },
            }
        ],
    }
    return {**found, **changed}


def made_record(item: str, *findings: dict[str, Any]) -> dict[str, Any]:
    answers = {"GET /notes": {"200": 9, "500": 1}}
    return {"item": item, "cases": 10, "seconds": 0.5, "answers": answers, "findings": list(findings)}


@pytest.fixture
def finding() -> Callable[..., dict[str, Any]]:
    """Makes a finding of a property test."""
    return made_finding


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """Makes what an item of the property tests found."""
    return made_record


@pytest.fixture
def report() -> Report:
    return Report(
        verdicts=(
            Verdict(
                "coverage",
                passed=False,
                figure="87 %",
                threshold="90 %",
                problems=(MISSING,),
                tables=(Table("API coverage", ("operation", "statuses"), (("GET /notes", "1 of 2"),)),),
            ),
            Verdict("rules", passed=True, figure="1 warning", threshold="no errors", problems=(UNDESCRIBED,)),
        ),
        fuzz=(
            made_record("GET /notes boundary", made_finding()),
            made_record("GET /notes random", made_finding()),
        ),
        evidence={"apps": {"notes": {"operations": 5}}},
        seed=7,
    )
