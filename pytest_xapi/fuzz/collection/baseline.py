"""The findings that a project has accepted: a file with a reason for each, and a date when it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.last_causes import KnownCause
from pytest_xapi.fuzz.model import accepted
from pytest_xapi.fuzz.model.accepted import Accepted
from pytest_xapi.settings import DEFAULT_BASELINE
from pytest_xapi.words import printable

_BASELINE = pytest.StashKey["Baseline"]()
_HEAD = """\
# Findings of property tests that are accepted: they fail no test until they expire.
# Each needs a reason. `expires` is the last day on which an entry holds; without it, it always does.
"""


@dataclass(frozen=True)
class Baseline:
    """The entries of a file, by fingerprint."""

    entries: Mapping[str, Accepted]
    today: date

    def accepts(self, fingerprint: str) -> bool:
        """Whether a finding fails no test."""
        entry = self.entries.get(fingerprint)
        return entry is not None and entry.holds(self.today)


def of(config: pytest.Config) -> Baseline:
    """The baseline of a run; one without entries where none is set.

    Raises:
        pytest.UsageError: the file cannot be read, or an entry says no reason.
    """
    if _BASELINE not in config.stash:
        file = path_of(config)
        is_update = settings.value(config, options.BASELINE_UPDATE)
        entries = () if file is None or (is_update and not file.exists()) else _read(file)
        missing = [entry for entry in entries if not entry.reason]
        if missing and not is_update:
            entry = missing[0]
            raise pytest.UsageError(
                f"{file}: no reason for {entry.fingerprint} ({entry.operation}: {entry.title}); "
                "say why it is accepted, or delete the entry"
            )
        config.stash[_BASELINE] = Baseline({entry.fingerprint: entry for entry in entries}, date.today())
    return config.stash[_BASELINE]


def path_of(config: pytest.Config) -> Path | None:
    """The file that is set."""
    name = settings.value(config, options.BASELINE)
    if name is None and settings.value(config, options.BASELINE_UPDATE):
        raise pytest.UsageError(
            f"{options.BASELINE_UPDATE.flag}: set the file with {options.BASELINE.flag} FILE"
        )
    if name is None:
        default = config.rootpath / DEFAULT_BASELINE
        return default if default.exists() else None
    return Path(config.rootpath / name)


def update(file: Path, findings: Sequence[Mapping[str, Any]]) -> int:
    """Add the findings that the file does not have, with a reason that is still to be written; their number.

    Entries that are there stay as they are, with their comments.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    known = _known(text, file)
    new = {finding["fingerprint"]: finding for finding in findings if finding["fingerprint"] not in known}
    added = "".join(
        _entry(fingerprint, finding["rule"], finding["operation"], finding["title"], "", None)
        for fingerprint, finding in sorted(new.items())
    )
    _add(file, text, added)
    return len(new)


def accept(file: Path, causes: Sequence[KnownCause], reason: str, expires: date | None) -> None:
    """Accept causes: their findings that the file does not have are added to it.

    Raises:
        pytest.UsageError: the file is there, and is not a baseline.
        OSError: it cannot be read or written.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    known = _known(text, file)
    added = "".join(
        _entry(
            fingerprint,
            cause.rule,
            ", ".join(cause.operations),
            cause.title,
            reason,
            expires,
            cause.answers if fingerprint == cause.fingerprints[0] else (),
        )
        for cause in causes
        for fingerprint in cause.fingerprints
        if fingerprint not in known
    )
    _add(file, text, added)


def _entry(
    fingerprint: str,
    rule: str,
    operation: str,
    title: str,
    reason: str,
    expires: date | None,
    answers: Sequence[str] = (),
) -> str:
    fields = {
        "fingerprint": fingerprint,
        "rule": rule,
        "operation": operation,
        "title": title,
        "reason": reason,
    }
    lines = [f"{name} = {_quoted(text)}\n" for name, text in fields.items()]
    if answers:  # what gates and checked responses accept, too
        lines.append(f"answers = [{', '.join(map(_quoted, answers))}]\n")
    return "".join(("\n[[accepted]]\n", *lines, f"expires = {expires}\n" if expires else ""))


def _add(file: Path, text: str, added: str) -> None:
    if added:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + added, encoding="utf-8")


def remarks(baseline: Baseline, records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is to be said of the entries after a run: those that have expired, and those that nothing needs.

    An entry is unused if its operation was sent all it is sent, and the finding did not come.
    """
    found = {finding["fingerprint"] for record in records for finding in record["findings"]}
    finished = {record["item"] for record in records if not record["cut"]}
    for entry in baseline.entries.values():
        named = f"{entry.fingerprint} ({entry.operation}: {entry.title})"
        is_tested = {f"{entry.operation} boundary", f"{entry.operation} random"} <= finished
        if entry.has_expired(baseline.today):
            yield f"baseline: {named} has expired on {entry.expires}"
        elif is_tested and entry.fingerprint not in found:
            yield f"baseline: {named} was not found: delete the entry"


def _read(file: Path) -> tuple[Accepted, ...]:
    try:
        return accepted.read(file)
    except OSError as error:
        raise pytest.UsageError(f"{options.BASELINE.flag}: cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _known(text: str, file: Path) -> set[str]:
    """The fingerprints that the text of a file has."""
    try:
        return {entry.fingerprint for entry in accepted.entries(text, file)}
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON escapes the same way."""
    return json.dumps(printable(text), ensure_ascii=False)
