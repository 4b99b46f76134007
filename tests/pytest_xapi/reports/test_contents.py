"""What all forms of a report show: each cause once, whatever items found it, and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from pytest_xapi.reports import contents
from pytest_xapi.reports.model import Report

Make = Callable[..., dict[str, Any]]


def test_an_exception_at_one_place_is_one_cause_of_all_operations_that_reach_it(
    finding: Make, record: Make
) -> None:
    other = finding(operation="GET /pages", fingerprint="beef")
    (cause,) = contents.causes([record("GET /notes random", finding()), record("GET /pages random", other)])
    assert cause.operations == ("GET /notes", "GET /pages")
    assert cause.items == ("GET /notes random", "GET /pages random")
    assert cause.fingerprints == {"f00d", "beef"}


@pytest.mark.parametrize(
    ("check", "cause", "number"),
    [
        ("response_schema_conformance", "JsonSchemaError type", 2),
        ("negative_data_rejection", "body", 2),
        ("status_code_conformance", "UndefinedStatusCode 404", 1),
        ("content_type_conformance", "UndefinedContentType text/plain", 1),
        ("unsupported_method", "UnsupportedMethodResponse 200", 1),
    ],
)
def test_the_same_check_at_two_operations_is_one_cause_where_it_is_mended_once(
    finding: Make, record: Make, check: str, cause: str, number: int
) -> None:
    found = [
        finding(operation="GET /notes", fingerprint="f00d", check=check, cause=cause),
        finding(operation="GET /pages", fingerprint="beef", check=check, cause=cause),
    ]
    assert len(contents.causes([record("stateful", *found)])) == number


def test_causes_do_not_depend_on_the_order_of_the_items(finding: Make, record: Make) -> None:
    records = [
        record("GET /notes random", finding(line=28)),
        record("GET /pages random", finding(operation="GET /pages", fingerprint="beef", line=9)),
        record("GET /notes boundary", finding(exchanges=[{}, {}], line=7)),
        record("PUT /notes random", finding(check="ignored_auth", cause="IgnoredAuth", fingerprint="cafe")),
    ]
    assert len({repr(contents.causes(order)) for order in permutations(records)}) == 1
    found, _ = contents.causes(records)
    assert found.finding["line"] == 28, "of the fewest requests, by the name of the item"


def test_the_worst_cause_and_that_of_most_operations_come_first(finding: Make, record: Make) -> None:
    found = [
        finding(severity="warning", cause="a", fingerprint="1", operations=["GET /a", "GET /b", "GET /c"]),
        finding(cause="b", fingerprint="2"),
        finding(cause="c", fingerprint="3", operations=["GET /a", "GET /b"]),
    ]
    causes = contents.causes([record("stateful", *found)])
    assert [cause.finding["fingerprint"] for cause in causes] == ["3", "2", "1"]


def test_what_lets_somebody_in_comes_before_other_errors(finding: Make, record: Make) -> None:
    found = [
        finding(cause="a", fingerprint="1", operations=["GET /a", "GET /b"]),
        finding(rule="XF102", cause="b", fingerprint="2"),
        finding(rule="XF112", severity="warning", cause="c", fingerprint="3"),
    ]
    report = Report(fuzz=(record("stateful", *found),))
    assert [cause.finding["rule"] for cause in contents.causes(report.fuzz)] == ["XF102", "XF101", "XF112"]
    assert [problem.rule for problem in contents.problems(report)] == ["XF102", "XF101", "XF112"]


@pytest.mark.parametrize(
    ("accepted", "is_accepted"), [((True, True), True), ((True, False), False), ((False, True), False)]
)
def test_a_cause_is_accepted_if_all_its_findings_are(
    accepted: tuple[bool, bool], is_accepted: bool, finding: Make, record: Make
) -> None:
    one, other = accepted
    found = [
        finding(accepted=one),
        finding(accepted=other, operation="GET /pages", fingerprint="beef"),
    ]
    report = Report(fuzz=(record("stateful", *found),))
    (cause,) = contents.causes(report.fuzz)
    assert (cause.is_accepted, cause.finding["accepted"]) == (is_accepted, is_accepted)
    assert len(contents.problems(report)) == (0 if is_accepted else 1)


def test_the_counts_are_those_of_causes(finding: Make, record: Make) -> None:
    records = [
        record("GET /notes random", finding()),
        record("GET /notes boundary", finding(), finding(severity="warning", cause="a", fingerprint="1")),
        record("stateful", finding(accepted=True, cause="b", fingerprint="2")),
    ]
    counts = contents.counts(records)
    assert counts.as_json() == {
        "operations": 1,
        "cases": 30,
        "findings": 2,
        "errors": 1,
        "warnings": 1,
        "notes": 0,
        "accepted": 1,
    }
    assert counts.described() == "1 operation, 30 cases, 2 findings (1 error, 1 warning), 1 accepted"
    assert contents.counts([]).described() == "0 operations, 0 cases, 0 findings"
