"""A report: the verdicts of gates and what property tests found, as plain data that shards can merge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class SourceLocation:
    """A line of a source file: where the handler of an operation starts."""

    file: str
    """Relative to the root directory, with forward slashes."""
    line: int
    """Counted from 1."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, whoever has found it."""

    rule: str
    """A stable id, such as `XG101`."""
    severity: Severity
    message: str
    """One sentence."""
    operation: str | None = None
    """Its label: `GET /notes/{note_id}`."""
    pointer: str | None = None
    """Where in the OpenAPI document (RFC 6901)."""
    place: SourceLocation | None = None
    details: str = ""
    """More lines, for whoever looks closer."""
    identity: str = ""
    """What tells this problem from others of its rule and operation, and stays when it is found again."""

    @property
    def fingerprint(self) -> str:
        """The same for the same problem in each run, at whatever line: what baselines and SARIF go by."""
        text = "\0".join((self.rule, self.operation or "", self.identity or self.message))
        return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Table:
    """Figures behind a verdict."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each with a cell for each column."""


@dataclass(frozen=True)
class Verdict:
    """What one gate says."""

    gate: str
    """The name of the gate, as its table in `[tool.xapi.gate]` has it."""
    passed: bool
    figure: str
    """What was measured: `87 %`, `2 breaking changes`."""
    threshold: str
    """What was asked for: `90 %`, `none`."""
    problems: tuple[Problem, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Shard:
    """One of several runs, each with a share of the property tests."""

    number: int
    """From 1."""
    count: int
    """How many there are."""
    whole: str = ""
    """The same for all shards of one run: a digest of what they are to run, where that is known."""

    def __str__(self) -> str:
        return f"shard {self.number} of {self.count}"


@dataclass(frozen=True)
class Report:
    """All that a run, or several merged ones, found out."""

    verdicts: tuple[Verdict, ...] = ()
    fuzz: tuple[Mapping[str, Any], ...] = ()
    """What the property tests sent and found: one mapping for each item."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What the gates judge by, as JSON: merging reports merges this, and has the gates judge anew."""
    seed: int | None = None
    """The seed of the property tests' cases."""
    only_warns: bool = False
    """Whether the gates only report (`--xapi-gate=warn`)."""
    tests_failed: bool = False
    """Whether the run has failed for another reason than its gates, such as a test that failed."""

    shard: Shard | None = None
    """Which part of a run it is about, if it is not about the whole."""
    gaps: tuple[str, ...] = ()
    """Why reports that were put together are not one whole run: what is missing, or there twice."""
    root: Path | None = field(default=None, compare=False)
    """The directory that places are relative to, on this machine; it is not written down."""

    @property
    def gates_passed(self) -> bool:
        """Whether every gate has passed, or only warns."""
        return self.only_warns or all(verdict.passed for verdict in self.verdicts)

    @property
    def passed(self) -> bool:
        """Whether the run has passed: it is there as a whole, and so are its tests and its gates."""
        return self.gates_passed and not self.tests_failed and not self.gaps
