"""What came of the tests of a library, under FastAPI and under the alias."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from environments import Library


@dataclass(frozen=True)
class Outcome:
    """What came of one test."""

    result: str
    """"passed", "failed" or "skipped"."""
    text: str = ""


def results_file(library: Library, way: str) -> Path:
    """Where the results of a run are."""
    return library.folder / f"{way}.xml"


def outcomes(library: Library, way: str) -> dict[str, Outcome]:
    """What came of each test, by its name. What failed while it was collected is a test too."""
    results = results_file(library, way)
    if not results.exists():
        return {}
    found: dict[str, Outcome] = {}
    for case in ElementTree.parse(results).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        outcome = Outcome("passed")
        for child in case:
            if child.tag in ("failure", "error"):
                outcome = Outcome("failed", f"{child.get('message')}\n{child.text}")
            elif child.tag == "skipped" and outcome.result == "passed":
                outcome = Outcome("skipped", str(child.get("message")))
        known = found.get(name)
        found[name] = outcome if known is None or known.result == "passed" else known
    return found


def lost(library: Library) -> dict[str, Outcome | None]:
    """The tests that pass with FastAPI and not with xapi; None for those that were not there."""
    before, after = outcomes(library, "fastapi"), outcomes(library, "xapi")
    found = paired(before, after)
    return {
        name: outcome
        for name, outcome in found.items()
        if before[name].result == "passed" and (outcome is None or outcome.result != "passed")
    }


def paired(before: dict[str, Outcome], after: dict[str, Outcome]) -> dict[str, Outcome | None]:
    """What came of each test in the other run. Of parameters that are named at random the order counts."""
    renamed: dict[str, list[Outcome]] = {}
    for name, outcome in after.items():
        if name not in before:
            renamed.setdefault(name.partition("[")[0], []).append(outcome)
    found: dict[str, Outcome | None] = {}
    for name in before:
        others = [] if name in after else renamed.get(name.partition("[")[0], [])
        found[name] = after.get(name) or (others.pop(0) if others else None)
    return found
