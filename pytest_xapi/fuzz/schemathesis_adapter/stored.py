"""Cases as plain data that can be written down, and back: for failures that are sent again in another run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemathesis.core import NOT_SET
from schemathesis.generation.meta import CaseMetadata

from pytest_xapi.fuzz.generation import GeneratedCase, stored
from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.schemathesis_adapter.interface import CaseSender

_PARTS = ("path_parameters", "query", "headers", "cookies")


def as_data(case: Case) -> dict[str, Any]:
    """What a case sends, and where it breaks the document on purpose; only what is not empty."""
    if isinstance(case, GeneratedCase):
        return stored.as_data(case)
    data = {"operation": case.operation.label, "method": case.method}
    data |= {name: stored.plain(dict(getattr(case, name))) for name in _PARTS if getattr(case, name)}
    if case.body is not NOT_SET:
        data["body"] = stored.plain(case.body)
    if case.media_type is not None:
        data["media_type"] = case.media_type
    if case.multipart_content_types:
        data["content_types"] = dict(case.multipart_content_types)
    if case.meta is not None:
        data["made"] = _of_metadata(case.meta.to_dict())
    return data


def from_data(api: CaseSender, data: Mapping[str, Any]) -> Case:
    """The case that `as_data` has written down.

    Raises:
        LookupError: the document has no such operation, or the data is not of this form.
        UnusableDocument: the document's description of the operation cannot be used.
    """
    if "phase" in data:  # only cases of our own have one
        drawn = stored.from_data(data)
        api.require(drawn.label)
        return drawn
    operation = api.direct.operation(data["operation"])
    body = stored.restored(data["body"]) if "body" in data else NOT_SET
    return operation.Case(
        method=data["method"],
        **{name: stored.restored(data.get(name, {})) for name in _PARTS},
        body=body,
        media_type=data.get("media_type"),
        multipart_content_types=data.get("content_types"),
        _meta=_metadata(data["made"]) if "made" in data else None,
    )


def _of_metadata(full: Mapping[str, Any]) -> dict[str, Any]:
    about = full["phase"]["data"]
    return {
        "mode": full["generation"]["mode"],
        "places": full["components"],
        "phase": full["phase"]["name"],
        "data": {
            key: value for key, value in about.items() if key != "description" and value not in (None, [])
        },
    }


def _metadata(made: Mapping[str, Any]) -> CaseMetadata:
    nothing = {"description": "", "location": None, "parameter": None, "parameter_location": None}
    return CaseMetadata.from_dict(
        {
            "generation": {"time": 0.0, "mode": made["mode"]},
            "components": made["places"],
            "phase": {"name": made["phase"], "data": {**nothing, **made["data"]}},
        }
    )
