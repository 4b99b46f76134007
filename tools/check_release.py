"""Check that a tag may be released: `make dist TAG=vX.Y.Z` runs it before it builds."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def problems(tag: str, version: str, changelog: str) -> list[str]:
    """What stands in the way of releasing a version under a tag."""
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, but framework/xapi/version.py says {version}")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    if not re.search(heading, changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no section '## [{version}] - YYYY-MM-DD'")
    return found


def main(tag: str) -> int:
    """Say what is wrong on standard error; returns the exit code."""
    version = runpy.run_path(str(ROOT / "framework/xapi/version.py"))["__version__"]
    found = problems(tag, version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    for problem in found:
        sys.stderr.write(f"{tag} cannot be released: {problem}\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
