"""What guided property tests have reached of the app's code, as a data file of coverage.py.

`coverage combine` adds it to that of the ordinary tests: it has branches where coverage.py's settings in the
root directory ask for them, and statements elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from pytest_xapi.reports import branches
from pytest_xapi.reports.model import Report

_SETTINGS = (".coveragerc", "setup.cfg", "tox.ini", "pyproject.toml")
"""Where coverage.py's settings may be."""


def write(report: Report, path: Path) -> None:
    """Write the file, in the place of one that is there.

    Raises:
        ModuleNotFoundError: coverage.py is not installed.
        OSError: It cannot be written.
    """
    try:
        from coverage import CoverageData
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "it needs coverage.py, which is not installed: pip install coverage"
        ) from error
    root = report.root or Path.cwd()
    found: dict[str, set[int]] = {}
    reaches = [record["reach"] for record in report.fuzz if record.get("reach")]
    for reach in reaches:
        for file, of in reach["files"].items():
            found.setdefault(file, set()).update(of["reached"], of["at_import"])
    path.parent.mkdir(parents=True, exist_ok=True)
    data = CoverageData(basename=str(path))
    data.erase()
    if _measures_branches(root):
        outcomes = branches.outcomes_of(item for reach in reaches for item in reach["conditions"])
        data.add_arcs(
            {
                str(root / file): _arcs(root / file, lines, outcomes.get(file, {}))
                for file, lines in found.items()
            }
        )
    else:
        data.add_lines({str(root / file): lines for file, lines in found.items()})
    data.write()
    data.close()


def _measures_branches(root: Path) -> bool:
    """Whether the project measures branches."""
    from coverage import Coverage

    files = [root / name for name in _SETTINGS if (root / name).is_file()]
    return any(
        Coverage(data_file=None, config_file=str(file)).get_option("run:branch") is True for file in files
    )


def _arcs(path: Path, lines: set[int], outcomes: branches.Outcomes) -> set[branches.Arc]:
    """The branches of a file that were taken."""
    from coverage.parser import PythonParser

    source = path.read_text(encoding="utf-8")
    parser = PythonParser(text=source)
    parser.parse_source()
    return branches.taken(source, parser.arcs(), {parser.first_line(line) for line in lines}, outcomes)
