"""The file of accepted findings, read: what a project lets pass, with a reason and perhaps until a date.

Property tests go by the fingerprints in it, and whatever else judges answers by its `answers`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Accepted:
    """One entry."""

    fingerprint: str
    reason: str
    rule: str = ""
    operation: str = ""
    title: str = ""
    expires: date | None = None
    answers: tuple[str, ...] = ()
    """The answers that need not pass the check of the rule, as in `GET /notes: 401`."""

    def has_expired(self, today: date) -> bool:
        """Whether it no longer holds."""
        return self.expires is not None and self.expires < today

    def holds(self, today: date) -> bool:
        """Whether it counts: it says why, and has not expired."""
        return bool(self.reason) and not self.has_expired(today)


def read(file: Path) -> tuple[Accepted, ...]:
    """The entries of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no such file; the message names it, and what is wrong.
    """
    return entries(file.read_text(encoding="utf-8"), file)


def entries(text: str, file: Path) -> tuple[Accepted, ...]:
    """The entries of the text of a file.

    Raises:
        ValueError: it is no such text; the message names the file, and what is wrong.
    """
    try:
        return tuple(_entries(tomllib.loads(text).get("accepted", [])))
    except KeyError as error:
        raise ValueError(f"{file}: an entry [[accepted]] has no {error}") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{file} is not a baseline: {error}") from error


def _entries(tables: Any) -> Iterator[Accepted]:
    for table in tables:
        expires, answers = table.get("expires"), table.get("answers", [])
        if expires is not None and type(expires) is not date:
            raise ValueError(f"expires = {expires!r} is not a date; write it as in 2026-12-31")
        if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
            raise ValueError(f"answers = {answers!r} is not a list of texts")
        yield Accepted(
            fingerprint=table["fingerprint"],
            reason=str(table.get("reason", "")).strip(),
            rule=_text(table, "rule"),
            operation=_text(table, "operation"),
            title=_text(table, "title"),
            expires=expires,
            answers=tuple(answers),
        )


def _text(table: Mapping[str, Any], key: str) -> str:
    return str(table.get(key, ""))
