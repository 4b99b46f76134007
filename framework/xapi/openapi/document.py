"""Operations as an OpenAPI 3.1 document, of plain dicts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from xapi.encoders import jsonable_encoder
from xapi.openapi.operations import Operations, PathItem
from xapi.openapi.schemas import Schemas
from xapi.operation.model import Operation
from xapi.operation.options import DocumentedErrors

Object = Mapping[str, Any]


def get_document(
    operations: Sequence[Operation],
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    terms_of_service: str | None = None,
    contact: Object | None = None,
    license_info: Object | None = None,
    webhooks: Sequence[Operation] = (),
    tags: Sequence[Object] | None = None,
    servers: Sequence[Object] | None = None,
    external_docs: Object | None = None,
    separate_input_output_schemas: bool = True,
    document_errors: DocumentedErrors = "reference",
) -> dict[str, Any]:
    """The document of `operations` (OpenAPI 3.1, section 4.8.1).

    With `separate_input_output_schemas` a model that reads otherwise than it is written has two schemas.
    `document_errors` says which answers of the framework itself are in it (see `openapi.errors`).
    Raises DeclarationError for a type that has no JSON Schema.
    """
    info = {
        "summary": summary,
        "description": description,
        "termsOfService": terms_of_service,
        "contact": contact,
        "license": license_info,
    }
    schemas = Schemas(separate=separate_input_output_schemas)
    writer = Operations(schemas, document_errors)
    for operation in (*operations, *webhooks):
        writer.announce(operation)
    schemas.generate()
    document = {
        "openapi": openapi_version,
        "info": {"title": title, "version": version} | _given(info),
        **_given({"servers": servers}),
        "paths": _path_items(writer, operations),
        **_given({"webhooks": _path_items(writer, webhooks)}),
    }
    _check_ids(document["paths"], document.get("webhooks", {}))
    components = {"schemas": schemas.components, "securitySchemes": writer.security_schemes}
    if any(components.values()):
        document["components"] = {
            name: dict(sorted(part.items())) for name, part in components.items() if part
        }
    return document | _given({"tags": tags, "externalDocs": external_docs})


def _path_items(writer: Operations, operations: Sequence[Operation]) -> dict[str, PathItem]:
    items: dict[str, PathItem] = {}
    for operation in operations:
        writer.add_to(items, operation)
    return items


def _check_ids(*sections: dict[str, PathItem]) -> None:
    """Warn of ids that are not unique, as section 4.8.10 wants them."""
    items = [item for section in sections for item in section.items()]
    seen: dict[str, str] = {}
    for place, operation in [
        (f"{method.upper()} {path}", operation) for path, item in items for method, operation in item.items()
    ]:
        known = operation.get("operationId")
        if known in seen:
            warnings.warn(
                f"{seen[known]} and {place} have the same operation id {known!r}, by which clients tell "
                "operations apart: set operation_id=..., or generate_unique_id_function=...",
                stacklevel=2,
            )
        elif known is not None:
            seen[known] = place


def _given(members: Object) -> dict[str, Any]:
    """The members that say something, as plain JSON data."""
    return {name: jsonable_encoder(value) for name, value in members.items() if value}
