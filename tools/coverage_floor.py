"""Hold the measured coverage of branches against the floor: `make coverage` runs it after the tests.

The floor is in `[tool.coverage-floor]` of pyproject.toml: per cent of the branches, by package.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def branches(report: Mapping[str, Any], package: str) -> float:
    """Per cent of the branches of a package that were taken, by a JSON report of coverage.

    Raises:
        ValueError: If nothing of the package was measured.
    """
    files = [
        file["summary"]
        for path, file in report["files"].items()
        if Path(path).as_posix().startswith(f"{package}/")
    ]
    if not (total := sum(file["num_branches"] for file in files)):
        raise ValueError(f"no branch of {package} was measured")
    return 100 * sum(file["covered_branches"] for file in files) / total


def verdicts(report: Mapping[str, Any], floors: Mapping[str, float]) -> dict[str, tuple[float, bool]]:
    """For each package what was measured, and whether that reaches its floor."""
    measured = {package: branches(report, package) for package in floors}
    return {package: (figure, figure >= floors[package]) for package, figure in measured.items()}


def main() -> int:
    """Report each package; returns the exit code."""
    from coverage import Coverage

    floors = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage-floor"]
    measured = Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        measured.json_report(outfile=file.name)
        report = json.loads(Path(file.name).read_text(encoding="utf-8"))
    found = verdicts(report, floors)
    for package, (figure, reached) in found.items():
        sys.stdout.write(
            f"{package}: {figure:.1f} % of the branches, "
            f"{'which reaches' if reached else 'BELOW'} the floor of {floors[package]} %\n"
        )
    return not all(reached for _, reached in found.values())


if __name__ == "__main__":
    sys.exit(main())
