"""The faults of `cases.yaml`, and their twins, as documents."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
_WRITTEN = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
SOUND: Document = _WRITTEN["document"]
"""It breaks no rule."""
STYLES = {
    "operation-id": "snake_case",
    "parameter": "snake_case",
    "schema": "PascalCase",
    "property": "snake_case",
}


@dataclass(frozen=True)
class Case:
    """A fault in a document, and perhaps its twin: the same change done well."""

    name: str
    rule: str
    faulty: Document
    twin: Document | None
    broken: list[str]
    """The names of all rules that the fault breaks."""
    styles: Mapping[str, str] = field(default_factory=lambda: STYLES)


def cases() -> list[Case]:
    """All of them, in their order."""
    return [
        Case(
            name=f"{fault['rule']} {next(iter(fault['set']))}",
            rule=fault["rule"],
            faulty=_changed(fault["set"]),
            twin=_changed(fault["twin"]) if "twin" in fault else None,
            broken=sorted([fault["rule"], *fault.get("also", ())]),
            styles=STYLES | fault.get("styles", {}),
        )
        for fault in _WRITTEN["faults"]
    ]


def _changed(values: Mapping[str, Any]) -> Document:
    """The document with values put at pointers."""
    document = copy.deepcopy(SOUND)
    for pointer, value in values.items():
        *parents, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        place: Any = document
        for token in parents:
            place = place[int(token)] if isinstance(place, list) else place[token]
        if isinstance(place, list):
            place[int(last) : int(last) + 1] = [value]
        elif value is None:
            del place[last]
        else:
            place[last] = value
    return document
