"""What the requests of one item have reached in the app's code, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_xapi.fuzz.guided.goals import Goals
from pytest_xapi.fuzz.guided.probes import SITES
from pytest_xapi.fuzz.guided.sites import WAS_FALSE, WAS_TRUE, Site
from pytest_xapi.fuzz.guided.twins import Source, Twins


def reach_of(twins: Twins, goals: Goals, root: Path) -> dict[str, Any]:
    """What was reached since the item began.

    Args:
        twins: The code.
        goals: How near requests came to what was not reached.
        root: What files are named relative to.

    Returns:
        `files`: by file, the lines that were `reached`, the `lines` of all functions that were entered, and
        those that ran `at_import`. `conditions`: those in these functions, how they came out, and what came
        `nearest` to the other way. `unguided`: by module, why it was not looked into.
    """
    entered = {source.path: _entered(source) for source in twins.sources.values()}
    files = {
        _shown(source.path, root): {
            "reached": [line for line in sorted(source.lines) if source.reached[line]],
            "lines": sorted(entered[source.path]),
            "at_import": sorted(source.always),
        }
        for source in twins.sources.values()
    }
    return {
        "files": files,
        "conditions": list(_conditions(entered, goals, root)),
        "unguided": dict(twins.unguided),
    }


def _entered(source: Source) -> frozenset[int]:
    """The lines of the functions that were entered."""
    found: set[int] = set()
    for lines in source.functions:
        if any(source.reached[line] for line in lines if line < len(source.reached)):
            found |= lines
    return frozenset(found)


def _conditions(entered: dict[str, frozenset[int]], goals: Goals, root: Path) -> Iterator[dict[str, Any]]:
    """The conditions that were met, and how they came out."""
    nearest = _nearest(goals)
    for site in SITES.all:
        if site.branches and SITES.both[site.number] and site.line in entered.get(site.file, ()):
            yield _condition(site, SITES.both[site.number], nearest, root)


def _condition(site: Site, both: int, nearest: dict[tuple[int, bool], str], root: Path) -> dict[str, Any]:
    outcomes = [outcome for outcome, bit in ((True, WAS_TRUE), (False, WAS_FALSE)) if both & bit]
    missed = [outcome for outcome in (True, False) if outcome not in outcomes]
    return {
        "file": _shown(site.file, root),
        "line": site.line,
        "column": site.column,
        "text": site.text,
        "outcomes": outcomes,
        "nearest": nearest.get((site.number, missed[0]), "") if missed else "",
    }


def _nearest(goals: Goals) -> dict[tuple[int, bool], str]:
    found: dict[tuple[int, bool], tuple[float, str]] = {}
    for (site, outcome, _), state in goals.open.items():
        if state.score is not None and state.seen:
            key, near = (site, outcome), (state.score[0], state.seen)
            found[key] = min(found.get(key, near), near)
    return {key: text for key, (_, text) in found.items()}


def _shown(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file
