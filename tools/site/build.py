"""Build the site of the documentation, or serve it: `make docs`, `make docs-serve`.

The generator is Zensical. It reads `mkdocs.yml`, and copies of the pages that `staging.py` makes, because the
documents have links to files that are not pages.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from staging import DeadLink, stage

ROOT = Path(__file__).parents[2]
ZENSICAL = Path(sys.executable).with_name("zensical")


class _Loader(yaml.SafeLoader):
    """Reads `mkdocs.yml`, whose tags are the generator's business."""


_Loader.add_multi_constructor("!", lambda *_: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def main() -> int:
    """Build or serve, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    parser.add_argument(
        "--serve", action="store_true", help="serve the site, and build it again after each change"
    )
    arguments = parser.parse_args()
    root: Path = arguments.root.resolve()
    if not is_prepared(root):
        return 1
    if arguments.serve:
        return serve(root)
    return subprocess.run([ZENSICAL, "build", "--strict", "--clean"], cwd=root, check=False).returncode


def is_prepared(root: Path) -> bool:
    """Stage the pages, or say what is wrong with them."""
    try:
        prepare(root)
    except (DeadLink, ValueError) as problem:
        print(f"make docs: {problem}", file=sys.stderr)  # noqa: T201
        return False
    return True


def prepare(root: Path) -> None:
    """Stage the pages.

    Raises:
        DeadLink: A link leads to no file.
        ValueError: The navigation lacks a page, or has one that is not there.
    """
    settings = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    pages = root / settings["docs_dir"]
    stage(root, pages, settings["extra"]["repository"])
    there = {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")}
    named = list(pages_of(settings["nav"]))
    for problem, names in (
        ("pages that the navigation lacks", there - {*named}),
        ("the navigation has pages that are not there", {*named} - there),
        ("the navigation has pages twice", {name for name in named if named.count(name) > 1}),
    ):
        if names:
            raise ValueError(f"mkdocs.yml: {problem}: {', '.join(sorted(names))}")


def pages_of(nav: Any) -> Iterator[str]:
    """The pages of a navigation, in its order."""
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from pages_of(part)


def serve(root: Path) -> int:
    """Serve the site until it is interrupted, and stage the pages again when one of them changes."""
    with subprocess.Popen([ZENSICAL, "serve"], cwd=root) as server:
        seen = changes(root)
        try:
            while server.poll() is None:
                time.sleep(1)
                if seen != (seen := changes(root)):
                    is_prepared(root)
        except KeyboardInterrupt:
            server.terminate()
    return 0


def changes(root: Path) -> float:
    """When a page has last changed."""
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    return max(path.stat().st_mtime for path in documents)


if __name__ == "__main__":
    sys.exit(main())
