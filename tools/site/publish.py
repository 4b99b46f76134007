"""Put a built site beside those of other versions, in the folder that a host of pages serves.

`versions.json` lists them in the form that the theme's selector of versions reads. `latest` is the newest
release, and what the folder itself leads to; `dev` is the main branch.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

REDIRECT = """<!doctype html>
<meta charset="utf-8">
<title>Redirecting</title>
<meta http-equiv="refresh" content="0; url={to}/">
<a href="{to}/">The documentation</a>
"""


def publish(site: Path, folder: Path, version: str) -> None:
    """Add a version, or replace it.

    Args:
        site: The built site.
        folder: What is served; it has the other versions.
        version: `dev`, or the number of a release.
    """
    _replace(site, folder / version)
    names = [path.parent.name for path in folder.glob("*/index.html") if path.parent.name != "latest"]
    releases = sorted((name for name in names if name != "dev"), key=_number, reverse=True)
    newest = releases[0] if releases else "dev"
    if version == newest:
        _replace(site, folder / "latest")
    listed = [
        {"version": name, "title": name, "aliases": ["latest"] if name == newest else []}
        for name in [*releases, *(["dev"] if "dev" in names else [])]
    ]
    (folder / "versions.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(REDIRECT.format(to="latest"), encoding="utf-8")
    (folder / ".nojekyll").touch()


def _replace(site: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(site, folder)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("version")
    arguments = parser.parse_args()
    publish(arguments.site, arguments.folder, arguments.version.removeprefix("v"))
