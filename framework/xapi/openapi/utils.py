"""Building the document of a list of routes, for code that creates or extends it itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.routing import BaseRoute

from xapi.openapi.document import Object, get_document
from xapi.openapi.operations import documented
from xapi.operation.options import DocumentedErrors

__all__ = ["get_openapi"]


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Iterable[BaseRoute],
    webhooks: Iterable[BaseRoute] | None = None,
    tags: Sequence[Object] | None = None,
    servers: Sequence[Object] | None = None,
    terms_of_service: str | None = None,
    contact: Object | None = None,
    license_info: Object | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: Object | None = None,
    document_errors: DocumentedErrors = "reference",
) -> dict[str, Any]:
    """The OpenAPI document of the operations among `routes` and `webhooks`, as a dict of your own.

    Routes that are not operations, such as mounts and WebSockets, are left out.
    Raises DeclarationError for a type that has no JSON Schema.
    """
    return get_document(
        list(documented(routes)),
        title=title,
        version=version,
        openapi_version=openapi_version,
        summary=summary,
        description=description,
        webhooks=list(documented(webhooks or ())),
        tags=tags,
        servers=servers,
        terms_of_service=terms_of_service,
        contact=contact,
        license_info=license_info,
        separate_input_output_schemas=separate_input_output_schemas,
        external_docs=external_docs,
        document_errors=document_errors,
    )
