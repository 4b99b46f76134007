"""Bundling documents of several files: references to other files become references within one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from xapi.openapi.reader import pointers

BUNDLED = "x-bundled"
"""The field of the document that holds the other files."""

Load = Callable[[Path], Any]


def bundle(content: Mapping[str, Any], file: Path, load: Load) -> Mapping[str, Any]:
    """A document with the files that it refers to in it, below `x-bundled`.

    References to other hosts stay as they are, and cannot be followed.

    Args:
        content: the document.
        file: the file that it stands in; references are relative to it.
        load: reads another file.

    Raises:
        DocumentError: a file cannot be read (as `load` says).
    """
    bundler = _Bundler(load)
    bundled = deepcopy(dict(content))
    bundler.rewrite(bundled, file.resolve(), "")
    return {**bundled, BUNDLED: bundler.files} if bundler.files else bundled


class _Bundler:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._names: dict[Path, str] = {}
        self.files: dict[str, Any] = {}

    def rewrite(self, value: Any, file: Path, place: str) -> None:
        """Rewrite, in place, the references in a part of a file, which stands at `place` in the bundle."""
        waiting = [value]
        while waiting:
            current = waiting.pop()
            if isinstance(current, dict):
                reference = current.get("$ref")
                if isinstance(reference, str):
                    current["$ref"] = self._rewritten(reference, file, place)
                waiting += current.values()
            elif isinstance(current, list):
                waiting += current

    def _rewritten(self, reference: str, file: Path, place: str) -> str:
        resource, _, _ = reference.partition("#")
        if "://" in resource or resource.startswith("urn:"):
            return reference
        pointer = pointers.from_fragment(reference)
        if resource:
            place = self._place(file.parent / unquote(resource))
        elif not pointer.startswith("/") and pointer:
            return reference  # the anchor of a schema
        return pointers.to_fragment(place + pointer)

    def _place(self, file: Path) -> str:
        file = file.resolve()
        if file not in self._names:
            name = self._names[file] = f"{file.stem}-{len(self._names) + 1}"
            self.files[name] = self._load(file)
            self.rewrite(self.files[name], file, pointers.join((BUNDLED, name)))
        return pointers.join((BUNDLED, self._names[file]))
