"""What guided property tests have reached of the app's code, as a data file of coverage.py.

`coverage combine` adds it to that of the ordinary tests, where these measure statements.
"""

from __future__ import annotations

from pathlib import Path

from pytest_xapi.reports.model import Report


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
    for record in report.fuzz:
        for file, of in (record.get("reach") or {"files": {}})["files"].items():
            found.setdefault(str(root / file), set()).update(of["reached"], of["at_import"])
    path.parent.mkdir(parents=True, exist_ok=True)
    data = CoverageData(basename=str(path))
    data.erase()
    data.add_lines(found)
    data.write()
    data.close()
