"""The pages as the generator of the site reads them: their links lead to pages, or to the repository."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path, PurePosixPath

import reference

FROM_THE_ROOT = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Documents in the project's folder that are pages of the site."""

FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)")


class DeadLink(Exception):
    """A link of a document that leads to no file of the project."""


def stage(root: Path, pages: Path, repository: str) -> None:
    """Write the pages anew.

    Args:
        root: The project's folder.
        pages: Where they are written.
        repository: The address of the repository, for links to files that are no pages.

    Raises:
        DeadLink: A link leads to no file.
    """
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(root / "docs", pages)
    for name, page in FROM_THE_ROOT.items():
        shutil.copyfile(root / name, pages / page)
    for path in pages.rglob("*.md"):
        source = _source_of(path.relative_to(pages).as_posix())
        text = _with_links(path.read_text(encoding="utf-8"), source, root, repository)
        path.write_text(f"---\nsource: {source}\n---\n{text}", encoding="utf-8")
    reference.write(root, pages)


def _source_of(page: str) -> str:
    """The file of a page, seen from the project's folder."""
    return {page: name for name, page in FROM_THE_ROOT.items()}.get(page, f"docs/{page}")


def _with_links(text: str, source: str, root: Path, repository: str) -> str:
    """The text with each link outside of its programs as the site needs it."""

    def changed(found: re.Match[str]) -> str:
        return _link(found[1], source, root, repository)

    parts, end = [], 0
    for block in FENCED.finditer(text):
        parts += [LINK.sub(changed, text[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, LINK.sub(changed, text[end:])])


def _link(link: str, source: str, root: Path, repository: str) -> str:
    """Where a link of the document `source` leads on the site."""
    target = PurePosixPath(os.path.normpath(PurePosixPath(source).parent / link))
    here = PurePosixPath(FROM_THE_ROOT.get(source, source.removeprefix("docs/"))).parent
    if not (root / target).exists():
        raise DeadLink(f"{source} has a link to {link}, but there is no {target}")
    if str(target) in FROM_THE_ROOT:
        return os.path.relpath(FROM_THE_ROOT[str(target)], here)
    if target.parts[0] == "docs" and (root / target).is_file():
        return os.path.relpath(target.relative_to("docs"), here)
    return f"{repository}/{'tree' if (root / target).is_dir() else 'blob'}/main/{target}"
