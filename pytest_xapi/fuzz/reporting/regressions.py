"""Findings as files of tests, which fail before the mend and pass after it."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_xapi.fuzz.model.findings import Finding
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.reporting import snippets
from pytest_xapi.words import printable

NO_TEST = (
    "allow_header_conformance",
    "dependency_not_closed",
    "event_loop_blocked",
    "leaked_task",
    "no_answer",
)
"""What no answer of the test client shows by itself."""


def write(folder: Path, finding: Finding, redactor: Redactor) -> Path | None:
    """Write a test for a finding, unless it is there already: whoever has changed it has had reasons.

    Args:
        folder: Where the file goes; it is made.
        finding: What was found.
        redactor: Hides what must not be written down; the test takes it from the fixture `xapi_auth`.

    Returns:
        The file; `None` for a finding that does not fail again, that needs a secret of the app, or that one
        test cannot show.
    """
    if (
        not finding.repeatable
        or not all(map(redactor.is_declared, finding.hidden))
        or finding.check in NO_TEST
    ):
        return None
    name = re.sub(r"\W+", "_", finding.operation).strip("_").lower()
    file = folder / f"test_{name}_{finding.problem.fingerprint[:8]}.py"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        title = redactor.text(finding.title)
        title = f"{finding.operation}: {title} ({finding.rule.id}, found by pytest --xapi-fuzz)."
        text = f'"""{title}"""\n\n\n{snippets.python(finding, redactor)}\n'
        file.write_text(printable(text), encoding="utf-8")
    return file
