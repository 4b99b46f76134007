"""The changes of `cases.yaml` as pairs of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"read": "", "write": ""}}},
    },
}


@dataclass(frozen=True)
class Case:
    """A change of a document, with what it is expected to be."""

    name: str
    old: Document
    new: Document
    expected: Mapping[str, str]
    """The kinds with their classes."""


def cases() -> list[Case]:
    """All of them, in their order."""
    written = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
    return [
        Case(case["change"], _document(case, "old"), _document(case, "new"), case["expected"])
        for case in written
    ]


def _document(case: Mapping[str, Any], age: str) -> Document:
    operation: dict[str, Any] = {
        "parameters": case.get("parameters", {}).get(age, []),
        "responses": {"200": _body(case.get("response", {}).get(age, {"type": "string"}))},
        "requestBody": _body(case.get("request", {}).get(age, {"type": "string"})),
    }
    operation |= case.get("operation", {}).get(age, {})
    operation = {key: value for key, value in operation.items() if value is not None}
    components = case.get("components", {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Items", "version": "1"},
        "paths": {"/items": {"post": operation}},
        "components": {
            "schemas": components.get(age, {} if "old" in components else components),
            "securitySchemes": case.get("schemes", {}).get(age, SCHEMES),
        },
        **case.get("document", {}).get(age, {}),
    }


def _body(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}
