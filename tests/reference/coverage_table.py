"""Write docs/coverage-of-the-reference.md: what proves each row of the list of features, and the result.

`make coverage-table` runs it. It runs the tests that `coverage.toml` names and the examples of the pages;
arguments are given to pytest. The pages are in the folder that `PAGES` in the environment names.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "coverage-of-the-reference.md"
MATRIX = ROOT / "tests" / "reference" / "matrix"
PENDING, DEPARTURES = (ROOT / "tests/xapi/reference" / f"{name}.toml" for name in ("pending", "departures"))
EXAMPLES = "reference/pages/check_pages.py"

OLDER_SPELLINGS = "test_the_older_spellings_of_an_example_do_the_same"

HEAD = """# Coverage of the reference

xapi follows the behaviour of an existing framework, whose documentation is its reference. This table has a
row for each page of it. The complete examples of a page, which are not part of this project, are run under
our names, and their answers, messages and documents are held against those that the reference gives to the
same requests: `make test-pages PAGES=...`. Programs and tests of our own, which are here, cover what the page
says. `make coverage-table PAGES=...` runs them all and writes this page.

| Page of the reference | Examples, answers compared | Tests | Our pages | Result |
|---|---|---|---|---|
"""

FEATURES_HEAD = """
## Features in every place and spelling

The pages do not say what happens to each feature everywhere. Programs that are made from tables ask: a
parameter is declared as query, header, cookie, path, form, file and body parameter, as a default value and in
`Annotated`, in dependencies and in WebSockets, and what the program does under the reference is recorded,
document and all. `tests/xapi/reference/test_matrix.py` compares ours with it. What we do otherwise on
purpose is listed with its reason in `tests/xapi/reference/departures.toml`, what is still to be done in
`pending.toml`.

| Feature | Table | Cases, answers compared | State |
|---|---|---|---|
"""


def rows() -> dict[str, dict[str, Any]]:
    """What is checked in about each row."""
    return {page: row for page, row in _coverage().items() if page != "features"}


def _coverage() -> dict[str, Any]:
    return tomllib.loads((ROOT / "tests/reference/coverage.toml").read_text(encoding="utf-8"))


def selectors(page: str) -> list[str]:
    """The beginnings of the ids of the tests of a row."""
    own = [f"tests/{test}" for test in rows()[page]["tests"]]
    return [*own, *(f"tests/{EXAMPLES}::{test}" for test in _example_tests(page))]


def _example_tests(page: str) -> list[str]:
    numbers = _record(page)
    if not numbers:
        return []
    run = [f"test_an_example_does_what_it_does_under_the_reference[{page} {number}]" for number in numbers]
    return [
        *run,
        *(f"{OLDER_SPELLINGS}[{page}-{spelling}]" for spelling in ("markers_as_defaults", "old_typing")),
    ]


def _record(page: str) -> dict[str, Any]:
    path = ROOT / "tests/reference/pages/records" / f"{page}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def belongs(test: str, selector: str) -> bool:
    """Whether a test is the one that is meant, or one of those."""
    return test == selector or test.startswith((f"{selector}::", f"{selector}["))


def result(page: str, outcomes: dict[str, str]) -> str:
    """`pass` if there are tests for each selector of the row, all passed, and nothing is pending."""
    for selector in selectors(page):
        found = [outcome for test, outcome in outcomes.items() if belongs(test, selector)]
        if not found or set(found) != {"passed"}:
            return "fail"
    return "incomplete" if "pending" in rows()[page] else "pass"


def table(results: dict[str, str]) -> str:
    """The whole page."""
    lines, total = [], Counter[str]()
    for page, row in rows().items():
        record = _record(page)
        answers = sum(len(item.get("answers", ())) for item in record.values())
        total.update(examples=len(record), answers=answers)
        missing = f"; missing: {row['pending']}" if "pending" in row else ""
        cells = [
            page,
            f"{len(record)}, {answers}" if record else "",
            _links(row["tests"], bool(record)),
            ", ".join(f"[{name}]({name}.md)" for name in row["docs"]),
            results[page] + missing,
        ]
        lines.append(f"| {' | '.join(cells)} |\n")
    counts = Counter(results.values())
    outcome = ", ".join(f"{counts[name]} {name}" for name in ("pass", "incomplete", "fail") if counts[name])
    tail = (
        f"\nOf {len(results)} rows: {outcome}. {total['examples']} examples were run, "
        f"and {total['answers']} answers compared.\n"
    )
    return HEAD + "".join(lines) + tail + features()


def features() -> str:
    """The part about what is compared in every place and spelling, from the records and the lists."""
    lines = [
        f"| {feature['title']} | [{name}](../tests/reference/matrix/features/{name}.py)"
        f"{_more_tests(feature)} | {_counts(name)} |\n"
        for name, feature in _coverage()["features"].items()
    ]
    return FEATURES_HEAD + "".join(lines)


def _more_tests(feature: dict[str, Any]) -> str:
    return f"; {_links(feature['tests'], False)}" if "tests" in feature else ""


def _counts(name: str) -> str:
    """Cases and answers that are compared, and the state of the feature, as cells."""
    cases = json.loads((MATRIX / "records" / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    answers = sum(
        len(group["is"]) * len(group.get("of", case["variants"]))
        for case in cases.values()
        for group in case.get("answers", ())
    )
    names = [f"{name}: {case}" for case in cases]
    pending, departures = (sum(_is_listed(case, path) for case in names) for path in (PENDING, DEPARTURES))
    state = f"{pending} cases are pending" if pending else "as the reference"
    departing = f", {departures} depart from it on purpose" if departures else ""
    return f"{len(cases)}, {answers} | {state}{departing}"


def _is_listed(case: str, path: Path) -> bool:
    patterns = [name for names in tomllib.loads(path.read_text(encoding="utf-8")).values() for name in names]
    return any(fnmatchcase(case, pattern) for pattern in patterns)


def _links(tests: list[str], has_examples: bool) -> str:
    files: dict[str, list[str]] = {}
    for test in [*tests, *([EXAMPLES] if has_examples else [])]:
        path, _, function = test.partition("::")
        files.setdefault(path, []).extend([f"`{function}`"] if function else [])
    return "; ".join(
        f"[{path}](../tests/{path})" + (f": {', '.join(functions)}" if functions else "")
        for path, functions in files.items()
    )


def results_of(text: str) -> dict[str, str]:
    """The results that a table says, by row."""
    found = re.findall(r"^\| ([\w-]+) \|.*\| (pass|incomplete|fail)[^|]*\|$", text, re.M)
    return dict(found)


class Outcomes:
    """Collects, as a plugin of pytest, what became of each test."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.of.get(report.nodeid, "passed") == "passed":
            self.of[report.nodeid] = report.outcome


def main(arguments: list[str]) -> int:
    """Run the tests and write the table; returns the exit code of the run."""
    files = sorted({selector.partition("::")[0] for page in rows() for selector in selectors(page)})
    outcomes = Outcomes()
    code = pytest.main(["-q", *arguments, *files], plugins=[outcomes])
    TABLE.write_text(table({page: result(page, outcomes.of) for page in rows()}), encoding="utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
