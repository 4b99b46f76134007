"""What is no fault of an operation: declared refusals, methods of other paths, what the router answers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import unquote

from pytest_xapi.fuzz.model import allow
from pytest_xapi.fuzz.model.cases import Failed
from pytest_xapi.fuzz.model.levels import OF_ANSWERS
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.conforming import Conformance
from xapi.openapi.reader import Document, Operation
from xapi.testing.attribution import Attribution
from xapi.testing.exchange.told import THE_ROUTER

_VALIDATION = ("/HTTPValidationError", "Validation Exception")
"""What tells the responses that frameworks add for requests which break the document."""
_OF_OPERATIONS = frozenset(OF_ANSWERS)
"""Checks that compare an answer with what its operation declares."""
_OF_ROUTERS = (301, 302, 303, 307, 308, 404, 405)
"""What routers answer by themselves, where nothing is told of the route."""


class Declared:
    """What a document says of the answers of its operations."""

    def __init__(self, document: Document, app: Any = None) -> None:
        self._document = document
        self._attribution = Attribution(document, app)
        self.conformance = Conformance(document)
        self._known = {operation.method for operation in document.operations}
        self.refuses = cache(self._refuses)

    def _refuses(self, label: str, status: int) -> bool:
        """Whether an operation declares that it refuses requests with a status (RFC 9110, section 15.5).

        What frameworks add to each operation tells how they refuse requests that break the document, and
        `default` tells nothing: neither says that a request which keeps to the document may be refused.
        """
        operation = self._document.operation(label)
        key = None if operation is None else operation.response_key(status)
        if operation is None or key in (None, "default") or not 400 <= status < 500:
            return False
        described = json.dumps(operation.responses[str(key)].mapping, default=str)
        return not any(text in described for text in _VALIDATION)

    def is_answer(self, label: str, failed: Failed) -> bool:
        """Whether what a check objects to is what the document says."""
        status = failed.answer.status
        match failed.check:
            case "positive_data_acceptance":
                return self.refuses(label, status)
            case "ignored_auth" | "negative_data_rejection":
                return 400 <= status < 500  # it was refused, for whatever reason
            case "allow_header_conformance":
                return self._is_allowed(label, failed)
            case "ensure_resource_availability":
                # What lies below a resource, such as its photo, need not be there from the beginning.
                return not label.rstrip("/").endswith("}")
        return failed.check in _OF_OPERATIONS and not self._is_wrong(label, failed)

    def _is_wrong(self, label: str, failed: Failed) -> bool:
        """Whether an answer of the operation is not as it declares."""
        is_own = self.has_answered(label, failed.request, failed.answer)
        return is_own and failed.check in self.conformance.faults(label, failed.answer)

    def has_answered(self, label: str, request: WireRequest, answer: WireResponse) -> bool:
        """Whether it was an operation that answered: not another one, and not the router by itself."""
        if answer.told is None:
            return True
        found = self._attribution.operation(request.method, answer.told)
        if found is not None:
            return found.label == label
        return answer.told.route != THE_ROUTER and answer.status not in _OF_ROUTERS

    def _is_allowed(self, label: str, failed: Failed) -> bool:
        """Whether `Allow` names what the documented paths that the request matches take together.

        It is about the target resource (RFC 9110, section 10.2.1), which several paths of a document may be.
        """
        operation = self._document.operation(label)
        if operation is None:
            return False
        named = allow.named(failed.answer)
        own = allow.explicit(self._methods(operation.path))
        possible = {method for method in self._known if self._at(operation, method, failed.request)}
        return own <= named <= own | possible

    def _methods(self, path: str) -> set[str]:
        return {operation.method for operation in self._document.operations if operation.path == path}

    def is_target(self, label: str, request: WireRequest, last: WireRequest, answer: WireResponse) -> bool:
        """Whether the request after redirects still belongs to the operation that the first one was for."""
        if request.path.rstrip("/") == last.path.rstrip("/"):
            return request.method == last.method
        if answer.told is not None:
            found = self._attribution.operation(last.method, answer.told)
        else:
            operation = self._document.operation(label)
            found = None if operation is None else self._at(operation, last.method, last)
        return found is not None and found.label == label

    def _at(self, operation: Operation, method: str, request: WireRequest) -> Operation | None:
        """The operation with a method at the path of a request that was made for `operation`."""
        path = unquote(request.path)
        below = path.removeprefix(operation.base)
        return self._document.at(method, below) or self._document.at(method, path)
