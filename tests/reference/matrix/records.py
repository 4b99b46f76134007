"""The records: what the reference does, each outcome once, with the variants that have it.

A document is kept as what it has otherwise than the usual one: a merge patch (RFC 7396), which one with
a null can not have.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

RECORDS = Path(__file__).parent / "records"
FEATURES = Path(__file__).parent / "features"
DEPARTURES = Path(__file__).parent / "departures"
"""What we do where that is otherwise on purpose, kept in the same form."""

Outcome = dict[str, Any]


def features() -> list[str]:
    """The names of the tables."""
    return sorted(path.stem for path in FEATURES.glob("*.py") if path.stem != "__init__")


@cache
def read(feature: str, folder: Path = RECORDS) -> dict[str, dict[str, Outcome]]:
    """What is recorded of a feature: by case and by variant."""
    path = folder / f"{feature}.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"cases": {}}
    usual = record.get("usual document")
    found: dict[str, dict[str, Outcome]] = {}
    for name, case in record["cases"].items():
        variants = found[name] = {variant: {"warnings": []} for variant in case["variants"]}
        for part in case.keys() - {"variants"}:
            for group in case[part]:
                value = patched(usual, group["patch"]) if "patch" in group else group["is"]
                for variant in group.get("of", variants):
                    variants[variant][part] = value
    return found


def usual_document(feature: str) -> Any:
    return json.loads((RECORDS / f"{feature}.json").read_text(encoding="utf-8"))["usual document"]


def write(feature: str, usual: Any, outcomes: dict[str, dict[str, Outcome]], folder: Path = RECORDS) -> None:
    """Keep the outcomes of a feature, by case and variant."""
    text = ",\n".join(f" {_json(name)}: {{{_case(usual, variants)}}}" for name, variants in outcomes.items())
    (folder / f"{feature}.json").write_text(
        f'{{"usual document": {_json(usual)},\n"cases": {{\n{text}\n}}}}\n', encoding="utf-8"
    )


def _case(usual: Any, variants: dict[str, Outcome]) -> str:
    lines = [f'"variants": {_json(list(variants))}']
    for part in sorted({part for outcome in variants.values() for part in outcome}):
        groups = _grouped({name: outcome[part] for name, outcome in variants.items() if part in outcome})
        if part == "warnings":
            groups = [(names, kinds) for names, kinds in groups if kinds]
        said = [
            _group(part, names if len(names) < len(variants) else [], value, usual) for names, value in groups
        ]
        if said:
            lines.append(f"{_json(part)}: [{','.join(said)}]")
    return ",\n  ".join(lines)


def _grouped(values: dict[str, Any]) -> list[tuple[list[str], Any]]:
    """Each value once, with the names that have it."""
    groups: list[tuple[list[str], Any]] = []
    for name, value in values.items():
        known = next((names for names, other in groups if other == value), None)
        if known is None:
            groups.append(([name], value))
        else:
            known.append(name)
    return groups


def _group(part: str, names: list[str], value: Any, usual: Any) -> str:
    of = f'"of": {_json(names)}, ' if names else ""
    if part == "answers":
        answers = ",\n   ".join(map(_json, value))
        return f'{{{of}"is": [\n   {answers}]}}'
    if part == "document" and patched(usual, changes := patch(usual, value)) == value:
        return f'{{{of}"patch": {_json(changes)}}}'
    return f'{{{of}"is": {_json(value)}}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def patch(usual: Any, value: Any) -> Any:
    """What makes `value` of `usual` as a JSON merge patch (RFC 7396)."""
    if not (isinstance(usual, dict) and isinstance(value, dict)):
        return value
    changed = {key: patch(usual.get(key), value[key]) for key in value if usual.get(key) != value[key]}
    return changed | dict.fromkeys(sorted(usual.keys() - value.keys()))


def patched(usual: Any, changes: Any) -> Any:
    """`usual` with a merge patch applied (RFC 7396)."""
    if not isinstance(changes, dict):
        return changes
    found = dict(usual) if isinstance(usual, dict) else {}
    for key, value in changes.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = patched(found.get(key), value)
    return found
