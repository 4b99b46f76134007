"""Where the document comes from that an app is compared with: a file, or a file in a revision of git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

DEFAULT_FILE = "openapi.lock.json"
HOW_TO_WRITE_IT = "write it with `xapi contract update`"


class NoContract(ValueError):
    """There is no document at a place; the message says why."""


def read(source: str, root: Path) -> dict[str, Any]:
    """The document at a place.

    Args:
        source: a path, or `REVISION:PATH` for a file as it is in a revision of git; `git:REVISION:PATH` where
            there is a file whose path looks the same.
        root: what paths are relative to.

    Raises:
        NoContract: there is nothing, or it is no OpenAPI document.
    """
    revision, path = split(source, root)
    text = _file(root / path) if revision is None else _in_git(revision, path, root)
    return _parsed(text, source, Path(path).suffix)


def split(source: str, root: Path) -> tuple[str | None, str]:
    """The revision of git, if there is one, and the path."""
    if source.startswith("git:"):
        revision, _, path = source.removeprefix("git:").partition(":")
        return revision, path
    before, colon, after = source.partition(":")
    # A single letter before the colon is a drive.
    if not colon or len(before) == 1 or (root / source).exists():
        return None, source
    return before, after


def _file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NoContract(f"there is no file {path}: {HOW_TO_WRITE_IT}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise NoContract(f"{path} cannot be read: {error}") from error


def _in_git(revision: str, path: str, root: Path) -> str:
    # With `./` the path is relative to the directory, not to the top of the repository.
    command = ["git", "show", "--end-of-options", f"{revision}:./{path.removeprefix('./')}"]
    try:
        finished = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    except OSError as error:
        raise NoContract(f"git cannot be run for {revision}:{path}: {error}") from error
    if finished.returncode != 0:
        reason = (finished.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NoContract(f"git has no {revision}:{path} in {root}: {reason}")
    return finished.stdout


def _parsed(text: str, source: str, suffix: str) -> dict[str, Any]:
    try:
        if suffix in (".yaml", ".yml"):
            import yaml

            document = yaml.safe_load(text)
        else:
            document = json.loads(text)
    except ImportError as error:
        raise NoContract(f"{source}: YAML needs the package PyYAML: pip install pyyaml") from error
    except Exception as error:  # of two libraries, with exceptions of their own
        raise NoContract(f"{source} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("openapi"), str):
        raise NoContract(f"{source} is no OpenAPI document: it has no `openapi`, the version")
    if not document["openapi"].startswith("3."):
        raise NoContract(f"{source} is of OpenAPI {document['openapi']}; only 3.0 and later can be compared")
    return document
