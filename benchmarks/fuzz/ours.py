"""The process of ours: a plugin of pytest that tells the app under test and notes what is found.

`pytest --xapi-fuzz --xapi-app benchmarks.fuzz.target:create -p benchmarks.fuzz.ours`
"""

from typing import Any

import pytest

from benchmarks.fuzz import target


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes what a test has found."""
    carried: dict[str, Any] = getattr(report, "xapi_fuzz", {"records": []})
    for record in carried["records"]:
        for finding in record["findings"]:
            target.log().found(finding["operation"], finding["check"])
    if report.failed and not any(record["findings"] for record in carried["records"]):
        # The app could not be shut down, for example.
        target.log().found(report.nodeid, f"{report.when}: {_reason(report)}")


def pytest_sessionfinish() -> None:
    """Notes how much was sent."""
    target.log().count()


def _reason(report: pytest.TestReport) -> str:
    lines = str(report.longrepr).strip().splitlines()
    return lines[-1][:200] if lines else "failed"
