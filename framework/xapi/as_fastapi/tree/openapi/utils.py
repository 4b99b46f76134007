"""The document of routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute

from xapi.as_fastapi.tree._compat import get_schema_from_model_field
from xapi.as_fastapi.tree.openapi.constants import METHODS_WITH_BODY, REF_PREFIX
from xapi.as_fastapi.tree.openapi.models import OpenAPI
from xapi.openapi.errors import HTTP_VALIDATION_ERROR, VALIDATION_ERROR
from xapi.openapi.operations import Operations, operation_id, summary_of
from xapi.openapi.responses import RANGES
from xapi.openapi.schemas import Schemas
from xapi.openapi.utils import get_openapi
from xapi.operation.model import Operation
from xapi.operation.views import ParameterView
from xapi.routing.route import APIRoute

validation_error_definition = VALIDATION_ERROR
validation_error_response_definition = HTTP_VALIDATION_ERROR
status_code_ranges = RANGES


def get_fields_from_routes(routes: Sequence[BaseRoute]) -> list[ParameterView]:
    """All that routes read and answer, as fields."""
    from xapi.as_fastapi.tree.dependencies.utils import get_flat_params

    found: list[ParameterView] = []
    for route in routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        known = [route.body_field, route.response_field, *route.response_fields.values()]
        found += [field for field in known if field is not None]
        found += get_flat_params(route.dependant)
        found += get_fields_from_routes(route.callbacks)
    return found


def get_openapi_path(
    *,
    route: APIRoute,
    operation_ids: set[str],
    model_name_map: Any = None,
    field_mapping: Any = None,
    separate_input_output_schemas: bool = True,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The Path Item Object of a route, the security schemes in it, and the schemas that it refers to."""
    operations = _announced(route.operation, separate_input_output_schemas)
    items: dict[str, dict[str, Any]] = {}
    operations.add_to(items, route.operation)
    item = items[route.operation.path]
    operation_ids.update(described["operationId"] for described in item.values())
    return item, operations.security_schemes, operations.schemas.components


def _announced(operation: Operation, separate: bool) -> Operations:
    """What writes an operation, with the schemas that it needs."""
    operations = Operations(Schemas(separate=separate), "reference")
    operations.announce(operation)
    operations.schemas.generate()
    return operations


def get_openapi_operation_request_body(
    *,
    body_field: ParameterView | None,
    model_name_map: Any = None,
    field_mapping: Any,
    separate_input_output_schemas: bool = True,
) -> dict[str, Any] | None:
    """The Request Body Object of a body, with the schema that `field_mapping` has for it."""
    if body_field is None:
        return None
    schema = get_schema_from_model_field(
        field=body_field,
        model_name_map=model_name_map,
        field_mapping=field_mapping,
        separate_input_output_schemas=separate_input_output_schemas,
    )
    media_type = getattr(body_field.field_info, "media_type", "application/json")
    described: dict[str, Any] = {"content": {media_type: {"schema": schema}}}
    return {"required": True, **described} if body_field.required else described


def generate_operation_id(*, route: APIRoute, method: str) -> str:
    """The id of a route's operation of one method."""
    return operation_id(route.operation, method)


def generate_operation_summary(*, route: APIRoute, method: str) -> str:
    """The summary of a route's operation."""
    return summary_of(route.operation)


def get_openapi_operation_metadata(
    *, route: APIRoute, method: str, operation_ids: set[str]
) -> dict[str, Any]:
    """What the document says of a route's operation beside its parameters, its body and its answers."""
    item, _, _ = get_openapi_path(route=route, operation_ids=operation_ids)
    described = item[method.lower()]
    names = ("tags", "summary", "description", "operationId", "deprecated")
    return {name: described[name] for name in names if name in described}


def _get_openapi_dependency_data(dependant: Any) -> Any:
    """What the document has to know of a callable and all below it: here, the dependant itself."""
    return dependant


def _get_openapi_operation_parameters(
    *,
    dependency_data: Any,
    model_name_map: Any,
    field_mapping: Any,
    separate_input_output_schemas: bool = True,
) -> list[dict[str, Any]]:
    """The Parameter Objects of what a callable and all below it ask for."""
    from xapi.as_fastapi.solving import solver_of

    operation = solver_of(dependency_data, websocket=False, embed=False).operation
    return _announced(operation, separate_input_output_schemas).parameters(operation)
