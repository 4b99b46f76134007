"""Write docs/contract-changes.md: the kinds of changes, and cases of them beside what a public tool says.

python tests/reference/contract/table.py
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

from pytest_xapi.gates.contract.kinds import KINDS

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "contract-changes.md"
CASES = HERE.parents[1] / "pytest_xapi/gates/contract/cases.py"
ORDER = ("breaking", "risky", "safe")
UNSEEN = "no change"
CANNOT = "not asked"
NOTES = {
    "an operation is removed that was deprecated": "a",
    "an error status is removed": "b",
    "the default response is removed": "b",
    "an optional header is removed": "c",
    "a property is removed from a request, which ignores it": "c",
    "an optional property is removed from a response": "d",
    "the greatest length increases in a response": "d",
    "a property is added to a response that promised no others": "d",
    "other properties are allowed in a response": "d",
    "an optional property is added to a request": "e",
    "a component that is used in both directions gets an optional property": "e",
    "a property that is read only changes its type, which no writer cares about": "f",
}
HEAD = """# Kinds of changes

The [contract gate](contract.md) knows these kinds of changes, each with an id that does not change. What
a kind is depends on whom it is about: who writes requests, or who reads responses.

| id | kind | for writers | for readers | |
|---|---|---|---|---|
"""
MIDDLE = """
## Cases

Each row is a test: two documents, with the kinds that are found and the class of the worst. Beside it
stands what {tool} of npm says of the same documents, recorded by `tests/reference/contract/record.py`; it
has the classes breaking, non-breaking and unclassified.

| Change | Kinds | Class | {name} | |
|---|---|---|---|---|
"""
TAIL = """
Where it says "{unseen}", the tool has found none: it does not look at parameters, security, media types,
whether there is a body, lists of values, null, formats, patterns, multiples, defaults, `readOnly`,
discriminators, links, servers or names. Where it says "{cannot}", it refuses the documents: they hold
what OpenAPI 3.0 cannot say, or a reference in a circle. The other differences:

- a: it was announced, by `deprecated`, that the operation would go.
- b: clients have to expect errors that are not documented; what is not documented any more breaks none of
  them. Without `default` they lose the form of such errors.
- c: nothing is refused, but what was sent or read before has no effect, or is not there.
- d: more values are possible than before, in a place where most clients do not look; we keep "breaking"
  for what a client has relied on by the words of the document.
- e: by the letter an object may have had a property of this name already, of any type. Clients that only
  send what is documented do not.
- f: a property that is read only is in no request.
"""


def table() -> str:
    """The text of the page."""
    recorded = json.loads((HERE / "answers.json").read_text(encoding="utf-8"))
    kinds = "".join(
        f"| {kind.rule} | `{kind.name}` | {kind.for_writers} | {kind.for_readers} | {kind.summary} |\n"
        for kind in KINDS
    )
    rows = "".join(_row(case, recorded["answers"][case.name]) for case in cases())
    names = {"tool": recorded["tool"], "name": recorded["tool"].partition("@")[0]}
    return HEAD + kinds + MIDDLE.format(**names) + rows + TAIL.format(unseen=UNSEEN, cannot=CANNOT)


def cases() -> list[Any]:
    """The cases of the tests."""
    found: list[Any] = runpy.run_path(str(CASES))["cases"]()
    return found


def _row(case: Any, answer: dict[str, Any]) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in case.expected) or "none"
    ours = min(case.expected.values(), key=ORDER.index) if case.expected else "none"
    return f"| {case.name} | {kinds} | {ours} | {theirs(answer)} | {NOTES.get(case.name, '')} |\n"


def theirs(answer: dict[str, Any]) -> str:
    """The class that the tool gives."""
    if "error" in answer:
        return CANNOT
    return next((name for name in ("breaking", "unclassified", "non-breaking") if answer[name]), UNSEEN)


def differs(case: Any, answer: dict[str, Any]) -> bool:
    """Whether both see a change, and class it otherwise."""
    ours = min(case.expected.values(), key=ORDER.index) if case.expected else "none"
    same = {"breaking": ("breaking",), "risky": (), "safe": ("non-breaking",), "none": ()}[ours]
    return theirs(answer) not in (*same, UNSEEN, CANNOT)


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
