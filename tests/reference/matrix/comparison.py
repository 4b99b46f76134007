"""Ours beside what the reference does, part by part, and the lists of what is otherwise.

`departures.toml` says in which cases we do otherwise on purpose, by the reason; what we do there is kept in
`departures/` as the records are. `pending.toml` says which cases are still to be made as under the reference.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from matrix import records
from matrix.programs import Case, Program, outcome
from xapi.exceptions import XAPIError

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


def listed(path: Path) -> dict[str, list[str]]:
    """The cases of a list by the reason; in departures, a name may be a pattern for several."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def departing(names: Iterable[str]) -> list[str]:
    """Which of the cases are departures."""
    patterns = [pattern for some in listed(DEPARTURES).values() for pattern in some]
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns)]


def pending() -> list[str]:
    return [name for names in listed(PENDING).values() for name in names]


def outcomes(case: Case) -> dict[str, dict[str, Any]]:
    """What becomes of the programs of a case, by variant. In which words something is refused is free."""
    found = {variant: _outcome(program) for variant, program in case.variants.items()}
    return {variant: _without_words(result) for variant, result in found.items()}


def _outcome(program: Program) -> dict[str, Any]:
    try:
        return outcome(program, (XAPIError, ValueError))
    except (
        Exception
    ) as error:  # a failure in other words than a refusal, which is never as under the reference
        return {"failed": f"{type(error).__name__}: {error}"}


def _without_words(found: dict[str, Any]) -> dict[str, Any]:
    if "refused" in found:
        return found | {"refused": True}
    if "refused" in found.get("document", {}):
        return found | {"document": {"refused": True}}
    return found


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The parts of the outcomes of a case that are not the same: ours and theirs, by variant and part."""
    assert list(ours) == list(theirs), "`make record` is due"
    return {
        f"{variant}: {part}": (mine, expected)
        for variant in ours
        for part, (mine, expected) in _pairs(ours[variant], theirs[variant])
        if _without_order(mine) != _without_order(expected)
    }


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """What one of them refuses has no other parts."""
    mine, expected = _parts(ours), _parts(theirs)
    parts = mine.keys() | expected.keys()
    whole = parts & {"refused", "failed"}
    for part in sorted(whole or parts):
        yield part, (mine.get(part), expected.get(part))


def _parts(found: dict[str, Any]) -> dict[str, Any]:
    answers = {f"answer to {request}": answer for request, *answer in found.get("answers", ())}
    return answers | {key: value for key, value in found.items() if key != "answers"}


def _without_order(value: Any) -> Any:
    """JSON data with the arrays sorted whose order has no meaning: the required members of schemas."""
    if isinstance(value, dict):
        return {
            key: sorted(part) if key == "required" and isinstance(part, list) else _without_order(part)
            for key, part in value.items()
        }
    return [_without_order(part) for part in value] if isinstance(value, list) else value
