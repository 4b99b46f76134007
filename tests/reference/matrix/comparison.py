"""Ours beside what the reference does, part by part, and the lists of what is otherwise.

`departures.toml` says what is otherwise on purpose: patterns of parts, by the reason. `pending.toml` says
which cases are still to be made as under the reference, by what is missing.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from matrix import records
from matrix.programs import Case, outcome

LISTS = Path(__file__).parents[2] / "xapi" / "reference"
DEPARTURES = LISTS / "departures.toml"
PENDING = LISTS / "pending.toml"


def cases() -> dict[str, tuple[str, Case]]:
    """All cases by `feature: case`, with their feature."""
    return {
        f"{feature}: {case.name}": (feature, case)
        for feature in records.features()
        for case in importlib.import_module(f"matrix.features.{feature}").CASES
    }


def departures() -> list[str]:
    return [pattern for patterns in _list(DEPARTURES).values() for pattern in patterns]


def pending() -> dict[str, list[str]]:
    """The names of cases by what is missing."""
    return _list(PENDING)


def _list(path: Path) -> dict[str, list[str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def compared(
    name: str, case: Case, recorded: dict[str, Any], refusal: type[Exception]
) -> dict[str, tuple[Any, Any]]:
    """Ours and theirs by `feature: case (variant): part`."""
    assert list(case.variants) == list(recorded), "`make record` is due"
    return {
        f"{name} ({variant}): {part}": pair
        for variant, program in case.variants.items()
        for part, pair in _pairs(outcome(program, refusal), recorded[variant])
    }


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """What one of them refuses has no other parts."""
    mine, expected = _parts(ours), _parts(theirs)
    parts = mine.keys() | expected.keys()
    for part in ["refused"] if "refused" in parts else sorted(parts):
        yield part, (mine.get(part), expected.get(part))


def _parts(found: dict[str, Any]) -> dict[str, Any]:
    answers = {f"answer to {request}": answer for request, *answer in found.get("answers", ())}
    return answers | {key: value for key, value in found.items() if key != "answers"}


def same(ours: Any, theirs: Any) -> bool:
    """Whether two parts say the same; in which words something is refused is free."""
    if theirs is True:
        return isinstance(ours, str)
    if isinstance(theirs, dict) and "refused" in theirs:
        return isinstance(ours, dict) and "refused" in ours
    return bool(_without_order(ours) == _without_order(theirs))


def _without_order(value: Any) -> Any:
    """JSON data with the arrays sorted whose order has no meaning: the required members of schemas."""
    if isinstance(value, dict):
        return {
            key: sorted(part) if key == "required" and isinstance(part, list) else _without_order(part)
            for key, part in value.items()
        }
    return [_without_order(part) for part in value] if isinstance(value, list) else value


def matches(item: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(item, pattern) for pattern in patterns)
