"""The causes that the last run found, written down so that `xapi fuzz` can list and accept them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_xapi import atomic_write
from pytest_xapi.reports import contents

FILE = Path(".xapi") / "causes.json"
"""Below the root directory."""
FORMAT = 1
_SHORTENED = 8
_OF_ANSWERS = ("status_code_conformance", "content_type_conformance")
"""Checks whose findings are told by operation and status."""


@dataclass(frozen=True)
class KnownCause:
    """One cause."""

    fingerprints: tuple[str, ...]
    rule: str
    severity: str
    operations: tuple[str, ...]
    title: str
    cause: str
    answers: tuple[str, ...] = ()
    """Where a status or a media type is not declared: the answers, as in `GET /notes: 401`."""

    @property
    def id(self) -> str:
        """What a person calls it."""
        return shortened(self.fingerprints[0])


@dataclass(frozen=True)
class LastRun:
    """What the last run found."""

    causes: tuple[KnownCause, ...]
    """Those that are not accepted, the worst first."""
    baseline: str | None
    """The file of accepted findings that it had, as it was set."""


def shortened(fingerprint: str) -> str:
    """A fingerprint as people type it."""
    return fingerprint[:_SHORTENED]


def of_records(records: Sequence[Mapping[str, Any]]) -> tuple[KnownCause, ...]:
    """The causes in what property tests have recorded."""
    return tuple(
        KnownCause(
            fingerprints=tuple(dict.fromkeys((cause.finding["fingerprint"], *sorted(cause.fingerprints)))),
            rule=cause.finding["rule"],
            severity=cause.finding["severity"],
            operations=cause.operations,
            title=cause.finding["title"],
            cause=" ".join(cause.finding["cause"].split()),
            answers=_answers(cause),
        )
        for cause in contents.causes(records)
        if not cause.is_accepted
    )


def _answers(cause: contents.Cause) -> tuple[str, ...]:
    requests = cause.finding.get("requests")
    if cause.finding["check"] not in _OF_ANSWERS or not requests:
        return ()
    return tuple(f"{operation}: {requests[-1]['status']}" for operation in cause.operations)


def write(root: Path, run: LastRun) -> None:
    """Write down what a run found."""
    content = {"xapi_causes": FORMAT, "baseline": run.baseline, "causes": [asdict(one) for one in run.causes]}
    file = root / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic_write.write_atomic(file, json.dumps(content, indent=1) + "\n")


def read(root: Path) -> LastRun | None:
    """What the last run found; None where none has run.

    Raises:
        ValueError: the file is not what `write` has written.
    """
    file = root / FILE
    if not file.exists():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["xapi_causes"] != FORMAT:
            raise ValueError(f"its format is {content['xapi_causes']!r}")
        causes = tuple(
            KnownCause(
                **{
                    **one,
                    "fingerprints": tuple(one["fingerprints"]),
                    "operations": tuple(one["operations"]),
                    "answers": tuple(one.get("answers", ())),
                }
            )
            for one in content["causes"]
        )
        return LastRun(causes, content["baseline"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file}: {error}; delete it, and run pytest --xapi-fuzz again") from error


def table(causes: Sequence[KnownCause]) -> list[str]:
    """The causes as lines that a person reads."""
    rows = [("id", "severity", "rule", "operations", "cause")]
    rows += [(one.id, one.severity, one.rule, str(len(one.operations)), _said(one)) for one in causes]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]))
        for row in rows
    ]


def _said(cause: KnownCause) -> str:
    subject = cause.operations[0] if len(cause.operations) == 1 else ""
    text = f"{subject}{': ' if subject else ''}{cause.title}: {cause.cause}"
    return text if len(text) <= 120 else f"{text[:120]}..."
