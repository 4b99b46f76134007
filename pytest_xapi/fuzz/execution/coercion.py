"""Lax coercion: when an accepted request that breaks the document is not a finding.

Pydantic takes `"1.5"` for a number, or `1` for a date and time, where the document says `number` or
`date-time`. That is documented behaviour and no fault of the app. So, for an app of xapi, a request that was
accepted although Schemathesis holds it to break the document is judged by the operation's own validators:

Each of its values is validated and dumped back to JSON. If the dumped values keep to the document, the
request was a coercion into what the document allows, and there is no finding. If one still breaks it (a
documented constraint that nothing enforces), or if there is no validator for it (the endpoint reads it by
hand), the finding stands.

The fields of forms are text, whatever the document says, and are not judged. For other apps JSON Schema alone
judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.routing import Match
from starlette.types import Scope

from pytest_xapi.fuzz.model.cases import Reason
from pytest_xapi.fuzz.model.wire import WireRequest
from xapi import XAPI
from xapi.exceptions import RequestValidationError
from xapi.openapi.reader import Document, Node
from xapi.openapi.reader import Operation as DocumentedOperation
from xapi.openapi.reader import Parameter as DocumentedParameter
from xapi.operation.model import BodyField, Operation, Parameter
from xapi.pipeline.dry_run import WireVerdict, wire_check
from xapi.routing.route import APIRoute


class Coercion:
    """Judges the accepted requests of one app of xapi."""

    def __init__(self, app: XAPI, document: Document) -> None:
        self._app = app
        self._document = document

    def objection(self, label: str, request: WireRequest, locations: frozenset[str]) -> Reason | None:
        """Why an accepted request should not have been.

        Args:
            label: The operation, as in `GET /notes`.
            request: What was sent.
            locations: Where it breaks the document: `path`, `query`, `header`, `cookie`, `body`.

        Returns:
            The reason, or `None` if all of it was coerced into what the document allows.
        """
        scope = request.scope()
        route = self._route(scope)
        if route is None or f"{request.method} {route.path_format}" != label:
            return None  # another operation has answered, which is not the one the document is about
        is_form = route.operation.body is not None and route.operation.body.form
        try:
            # Forms are made of text, and of files: they are read as streams, which cannot be done here.
            verdict = wire_check(route.operation, scope, b"" if is_form else request.body)
        except RequestValidationError as error:
            return _rejection(error.errors())
        errors = [error for error in verdict.errors if not (is_form and error["loc"][0] == "body")]
        if errors:
            return _rejection(errors)
        judged = locations - {"body"} if is_form else locations
        return next(self._objections(label, route.operation, verdict, judged), None)

    def _route(self, scope: Scope) -> APIRoute | None:
        """The operation that answers; `scope` gets the path parameters."""
        for route in self._app.routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                return route if isinstance(route, APIRoute) else None
        return None

    def _objections(
        self, label: str, operation: Operation, verdict: WireVerdict, locations: frozenset[str]
    ) -> Iterator[Reason]:
        described = self._document.operation(label)
        if described is None:
            return
        for parameter in described.parameters:
            if parameter.location in locations and "schema" in parameter.node.mapping:
                yield from self._about_parameter(parameter, operation, verdict)
        if "body" in locations:
            yield from self._about_body(described, operation, verdict)

    def _about_parameter(
        self, described: DocumentedParameter, operation: Operation, verdict: WireVerdict
    ) -> Iterator[Reason]:
        name, location = described.name, described.location
        declared = any(
            (parameter.location, parameter.wire_name) == (location, name)
            for parameter in operation.parameters
        )
        if not declared:
            yield Reason(f"{location} {name}", f"{location} parameter `{name}`: nothing validates it")
        for item, dumped in _dumped_parameters(verdict):
            if (item.location, item.wire_name) == (location, name):
                yield from self._faults(f"{location} parameter `{name}`", described.schema, dumped)

    def _about_body(
        self, described: DocumentedOperation, operation: Operation, verdict: WireVerdict
    ) -> Iterator[Reason]:
        if operation.body is None:
            yield Reason("body", "body: nothing validates it")
            return
        values = {
            item.wire_name: item.field.dump(value)
            for item, value in verdict.values
            if isinstance(item, BodyField) and item.kind != "file"
        }
        content = described.content(described.request_body)
        if operation.body.media_type not in content or not values:
            return
        dumped = values if operation.body.embedded else next(iter(values.values()))
        schema = content[operation.body.media_type].child("schema")
        yield from self._faults("body", schema, dumped)

    def _faults(self, what: str, schema: Node, value: Any) -> Iterator[Reason]:
        for error in self._document.schemas.validator(schema).iter_errors(value):
            place = ".".join(str(part) for part in error.instance_path)
            rule = "/".join(str(part) for part in error.schema_path)
            text = f"`{place}`: {error.message}" if place else error.message
            yield Reason(f"{what} {rule}", f"{what}: {text}")


def _dumped_parameters(verdict: WireVerdict) -> Iterator[tuple[Parameter, Any]]:
    """The parameters that clients know, those of a model one by one, with their values as JSON.

    Defaults are left out: nobody sent them, and they need not keep to the schema.
    """
    for item, value in verdict.values:
        if not isinstance(item, Parameter):
            continue
        if item.members:
            # By the names that the fields have in Python: a model may have other aliases for what it writes.
            fields = item.field.adapter.dump_python(value, mode="json", by_alias=False) or {}
            for member in item.members:
                name = member.field.name
                if name in fields and not _is_default(member, fields[name]):
                    yield member, fields[name]
        elif not _is_default(item, dumped := item.field.dump(value)):
            yield item, dumped


def _is_default(item: Parameter, dumped: Any) -> bool:
    has_default = not item.required and not item.field.required
    return has_default and bool(dumped == item.field.dump(item.field.default()))


def _rejection(errors: Any) -> Reason:
    place = ".".join(str(part) for part in errors[0]["loc"])
    return Reason(
        f"{place} {errors[0]['type']}",
        f"the operation's own validators reject it: {place}: {errors[0]['msg']}",
    )
