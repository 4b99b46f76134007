"""The process of ours: a plugin of pytest that notes what is reached and what is found.

`pytest --xapi-fuzz --xapi-app benchmarks.reach.apps:create -p benchmarks.reach.ours`
"""

from benchmarks.reach import watch

# Before anything imports the application.
_coverage = watch.measured()

from typing import Any  # noqa: E402

import pytest  # noqa: E402


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes what a test has found."""
    carried: dict[str, Any] = getattr(report, "xapi_fuzz", {"records": []})
    for record in carried["records"]:
        for finding in record["findings"]:
            watch.found(finding["operation"], finding["check"], str(finding.get("message", "")))


def pytest_sessionfinish() -> None:
    """Keeps what was reached."""
    watch.keep(_coverage, "end")
