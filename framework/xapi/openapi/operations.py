"""One operation as an Operation Object (OpenAPI 3.1, section 4.8.10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from xapi.encoders import jsonable_encoder
from xapi.openapi.bodies import examples_of, fields_of, request_body
from xapi.openapi.responses import responses_of
from xapi.openapi.schemas import Schemas, title_of
from xapi.operation.fields import Field
from xapi.operation.foreign import is_security_scheme
from xapi.operation.model import Operation, Parameter, Signature
from xapi.operation.options import DocumentedErrors
from xapi.security.base import SecurityBase

PathItem = dict[str, Any]

_PATH_NAME = re.compile(r"{([^{}$]+)}")
"""A name in a path template, and not a runtime expression, which begins with `$` (section 4.8.20.3)."""


class Operations:
    """Writes the operations of one document, and collects the security schemes that they use."""

    def __init__(self, schemas: Schemas, errors: DocumentedErrors) -> None:
        self.schemas = schemas
        self.errors = errors
        self.security_schemes: dict[str, Any] = {}

    def announce(self, operation: Operation) -> None:
        """Announce the fields of an operation and of its callbacks to the schemas."""
        owner = f"{' '.join(sorted(operation.methods))} {operation.path}"
        for parameter, _ in documented_parameters(operation):
            self.schemas.add(parameter.field, "validation", owner)
        for field in fields_of(operation.body) if operation.body else ():
            self.schemas.add(field, "validation", owner)
        for response in (operation.response.field, *operation.response_models.values()):
            if response is not None:
                self.schemas.add(response, "serialization", owner)
        for callback in documented(operation.options.callbacks):
            self.announce(callback)

    def add_to(self, items: dict[str, PathItem], operation: Operation) -> None:
        """Write an operation into the Path Item Object of its path, once for each of its methods.

        What is there already stays: the first of several operations on a path is the one that is served.
        """
        item = items.setdefault(operation.path, {})
        for method in sorted(operation.methods):
            if method.lower() not in item:
                item[method.lower()] = self.describe(operation, method)

    def describe(self, operation: Operation, method: str) -> dict[str, Any]:
        """The Operation Object of an operation and one of its methods."""
        options = operation.options
        described: dict[str, Any] = {
            "summary": summary_of(operation),
            "operationId": operation_id(operation, method),
        }
        if options.tags:
            described["tags"] = [tag.value if isinstance(tag, Enum) else tag for tag in options.tags]
        if operation.description:
            described["description"] = operation.description
        if options.deprecated:
            described["deprecated"] = True
        if parameters := self.parameters(operation):
            described["parameters"] = parameters
        if operation.body is not None:
            described["requestBody"] = request_body(operation.body, operation.unique_id, self.schemas)
        described["responses"] = responses_of(operation, self.schemas, self.errors)
        if callbacks := self._callbacks(operation):
            described["callbacks"] = callbacks
        if security := self._security(operation):
            described["security"] = security
        if options.openapi_extra:
            merge(described, jsonable_encoder(options.openapi_extra))
        return described

    def parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """The Parameter Objects of an operation: one also for each part of its path that nothing declares."""
        declared = documented_parameters(operation)
        names = {parameter.wire_name for parameter, _ in declared if parameter.location == "path"}
        undeclared: list[dict[str, Any]] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"title": title_of(name), "type": "string"},
            }
            for name in _PATH_NAME.findall(operation.path)
            if name not in names
        ]
        return undeclared + [self._parameter(parameter, title) for parameter, title in declared]

    def _parameter(self, parameter: Parameter, title: str) -> dict[str, Any]:
        """A Parameter Object (section 4.8.12)."""
        schema = self.schemas.of(parameter.field, "validation", title)
        described = {
            "name": parameter.wire_name,
            "in": parameter.location,
            "required": parameter.required,
            "schema": schema,
        }
        if description := schema.get("description"):
            described["description"] = description
        if schema.get("deprecated"):
            described["deprecated"] = True
        return described | examples_of(parameter.field)

    def _callbacks(self, operation: Operation) -> dict[str, dict[str, PathItem]]:
        """Callback Objects by name (section 4.8.18)."""
        callbacks: dict[str, dict[str, PathItem]] = {}
        for callback in documented(operation.options.callbacks):
            self.add_to(callbacks.setdefault(callback.name, {}), callback)
        return callbacks

    def _security(self, operation: Operation) -> list[dict[str, list[str]]]:
        """Security Requirement Objects (section 4.8.30): one for each scheme, with all scopes asked for."""
        required: dict[str, list[str]] = {}
        for scheme, scopes in _schemes(operation.endpoint, ()):
            name, described = _described(scheme)
            self.security_schemes[name] = described
            known = required.setdefault(name, [])
            known.extend(scope for scope in scopes if scope not in known)
        return [{name: scopes} for name, scopes in required.items()]


def _described(scheme: Any) -> tuple[str, dict[str, Any]]:
    """The name of a security scheme in the document, and its Security Scheme Object."""
    name = getattr(scheme, "scheme_name", None) or type(scheme).__name__
    if isinstance(scheme, SecurityBase):
        return name, scheme.documented()
    return name, jsonable_encoder(scheme.model, exclude_none=True)


def documented(routes: Iterable[Any]) -> Iterator[Operation]:
    """The operations of routes, as far as they belong in the document."""
    for route in routes:
        operation = getattr(route, "operation", None)
        if isinstance(operation, Operation) and operation.methods and operation.options.include_in_schema:
            yield operation


def documented_parameters(operation: Operation) -> list[tuple[Parameter, str]]:
    """The parameters of an operation with their titles, without those that their markers hide."""
    return [
        (parameter, title_of(parameter.name if parameter.is_member else parameter.wire_name))
        for parameter in operation.parameters
        if _is_shown(parameter.field)
    ]


def summary_of(operation: Operation) -> str:
    """What is said of an operation in one line: without a summary of its own, its name."""
    return operation.options.summary or operation.name.replace("_", " ").title()


def operation_id(operation: Operation, method: str) -> str:
    """The id of an operation: unique in the document, so operations of several methods are told apart."""
    if len(operation.methods) == 1:
        return operation.operation_id
    stem = operation.operation_id.removesuffix(f"_{min(operation.methods).lower()}")
    return f"{stem}_{method.lower()}"


def merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Merge JSON data deeply: objects member by member, arrays one after the other. None removes a member."""
    for key, value in more.items():
        present = into.get(key)
        if value is None:
            into.pop(key, None)
        elif isinstance(present, dict) and isinstance(value, Mapping):
            merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            into[key] = present + value
        else:
            into[key] = value


def _is_shown(field: Field) -> bool:
    return bool(getattr(field.info, "include_in_schema", True))


def _schemes(signature: Signature, scopes: tuple[str, ...]) -> Iterator[tuple[SecurityBase, tuple[str, ...]]]:
    """The security schemes below a callable, with the scopes that it and everything above it ask for."""
    seen: set[tuple[int, tuple[str, ...]]] = set()
    pending = [(use, scopes) for use in reversed(signature.dependencies)]
    while pending:
        dependency, above = pending.pop()
        below = tuple(dict.fromkeys((*above, *dependency.security_scopes)))
        if (id(dependency.signature), below) in seen:
            continue
        seen.add((id(dependency.signature), below))
        call: Any = dependency.signature.call
        if (isinstance(call, SecurityBase) or is_security_scheme(call)) and getattr(call, "model", None):
            yield call, below
        pending.extend((use, below) for use in reversed(dependency.signature.dependencies))
