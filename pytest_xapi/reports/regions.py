"""Where a problem is, as SARIF names files and parts of them."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from pytest_xapi.reports.model import SourceLocation

_CONFIGURATIONS = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg")
"""The files of which one stands for a problem whose handler is not known: code hosts want a file."""


def of(place: SourceLocation | None, root: Path | None) -> tuple[str, bool, dict[str, Any]]:
    """The URI of a file, whether it is relative to the root, and the region of a line in it."""
    if place is None:
        return _configuration(root), True, {"startLine": 1, "startColumn": 1, "endLine": 1}
    uri, is_relative = _uri(place.file)
    return uri, is_relative, _region(place, root)


def _configuration(root: Path | None) -> str:
    there = (name for name in _CONFIGURATIONS if root is not None and (root / name).is_file())
    return next(there, _CONFIGURATIONS[0])


def _uri(file: str) -> tuple[str, bool]:
    path = PurePath(file)
    return (path.as_uri(), False) if path.is_absolute() else (quote(file), True)


def _region(place: SourceLocation, root: Path | None) -> dict[str, Any]:
    """The text of the line, without what indents it, as far as the file can be read."""
    text = _line(place, root)
    if text is None or not text.strip():
        return {"startLine": place.line, "startColumn": 1, "endLine": place.line}
    return {
        "startLine": place.line,
        "startColumn": len(text) - len(text.lstrip()) + 1,
        "endLine": place.line,
        "endColumn": len(text.rstrip()) + 1,
        "snippet": {"text": text.strip()},
    }


def _line(place: SourceLocation, root: Path | None) -> str | None:
    file = Path(place.file)
    if root is None and not file.is_absolute():
        return None
    try:
        lines = (file if root is None else root / file).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return lines[place.line - 1] if 0 < place.line <= len(lines) else None
