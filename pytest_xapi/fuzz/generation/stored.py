"""Cases as plain data that can be written down, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from pytest_xapi.fuzz.generation.model import PLACES, GeneratedCase, Raw, Violation
from pytest_xapi.fuzz.model.cases import ABSENT, BYTES, RAW, Parts


def as_data(drawn: GeneratedCase) -> dict[str, Any]:
    """What a case sends, and what is wrong with it; only what is not empty."""
    parts = drawn.parts
    data: dict[str, Any] = {"operation": drawn.label, "method": drawn.method, "phase": drawn.phase}
    data |= {place: plain(getattr(parts, place)) for place in PLACES.values() if getattr(parts, place)}
    if parts.body is not ABSENT:
        data["body"] = plain(parts.body)
    if drawn.media_type is not None:
        data["media_type"] = drawn.media_type
    if drawn.flaws:
        data["flaws"] = [[flaw.location, flaw.name, flaw.kind, flaw.description] for flaw in drawn.flaws]
    if drawn.is_changed:
        data["changed"] = True
    return data


def from_data(data: Mapping[str, Any]) -> GeneratedCase:
    """The case that `as_data` has written down.

    Raises:
        LookupError: the data is not of this form.
    """
    return GeneratedCase(
        label=data["operation"],
        method=data["method"],
        parts=Parts(
            **{place: restored(data.get(place, {})) for place in PLACES.values()},
            body=restored(data["body"]) if "body" in data else ABSENT,
        ),
        media_type=data.get("media_type"),
        phase=data["phase"],
        flaws=tuple(Violation(*flaw) for flaw in data.get("flaws", ())),
        is_changed=data.get("changed", False),
    )


def plain(value: Any) -> Any:
    """A value as JSON has it, with the bytes in it in base64 (RFC 4648)."""
    if isinstance(value, Raw):
        return {RAW: b64encode(value.content).decode()}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    # Schemathesis has objects around bytes.
    data = value if isinstance(value, bytes) else getattr(value, "data", None)
    return {BYTES: b64encode(data).decode()} if isinstance(data, bytes) else value


def restored(value: Any) -> Any:
    """What `plain` was given."""
    if isinstance(value, dict):
        if list(value) == [BYTES]:
            return b64decode(value[BYTES])
        if list(value) == [RAW]:
            return Raw(b64decode(value[RAW]))
        return {name: restored(item) for name, item in value.items()}
    return [restored(item) for item in value] if isinstance(value, list) else value
