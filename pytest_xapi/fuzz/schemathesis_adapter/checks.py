"""Which checks can matter for an answer: those are run by Schemathesis, the others are known to pass.

Running all checks costs more than most apps take for a request. What they ask first is cheap: a status, a
content type, whether a body keeps to its schema. It is asked here, once for each operation as far as it is
the same for all answers; only a check that would go on is called.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from schemathesis.checks import CHECKS, is_check_class
from schemathesis.core.transport import expand_status_codes
from schemathesis.specs.openapi._auth_retry import get_security_parameters

from pytest_xapi.fuzz.generation.model import GeneratedCase
from pytest_xapi.fuzz.generation.requests import OTHER_TYPE, SLASHES, UNKNOWN
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from xapi.openapi.reader.media_types import essence

Check = Callable[..., Any]

OF_SEQUENCES = frozenset({"use_after_free", "ensure_resource_availability", "object_level_authorization"})
"""Checks that look at what was sent before: of a case alone they say nothing."""
_OF_RESPONSES = ("content_type_conformance", "response_headers_conformance", "response_schema_conformance")
_PROBES = frozenset({"method", "malformed content type", OTHER_TYPE, UNKNOWN})
_JUDGED_HERE = frozenset(
    {
        "not_a_server_error",
        "status_code_conformance",
        "negative_data_rejection",
        "positive_data_acceptance",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
        "ignored_auth",
        *_OF_RESPONSES,
        *OF_SEQUENCES,
    }
)


def judges_answers(drawn: GeneratedCase) -> bool:
    """Whether the answer to a case is that of its operation, and so has to be as that declares."""
    kinds = {flaw.kind for flaw in drawn.flaws}
    return SLASHES not in kinds and not kinds & _PROBES


class Relevance:
    """The checks of one operation, and what they ask first."""

    def __init__(self, operation: Any) -> None:
        """Read what the document and the configuration say.

        Args:
            operation: Of Schemathesis.
        """
        self._operation = operation
        self._config = config = operation.schema.config.checks_config_for(operation=operation)
        functions = [check for check in CHECKS.get_all() if not is_check_class(check)]
        self._enabled = {
            check.__name__: check for check in functions if config.get_by_name(name=check.__name__).enabled
        }
        self._others = [check for name, check in self._enabled.items() if name not in _JUDGED_HERE]
        self._good_statuses = self._statuses("not_a_server_error")
        self._accepting = self._statuses("positive_data_acceptance")
        self._rejecting = self._statuses("negative_data_rejection")
        declared = operation.responses.status_codes
        self._declared = (
            None if "default" in declared else expand_status_codes([str(code) for code in declared])
        )
        self._is_secured = bool(get_security_parameters(operation))
        self._schemas: dict[tuple[int, str | None], Any] = {}
        self._known: set[tuple[str, int, str | None]] = set()

    def _statuses(self, name: str) -> frozenset[int]:
        return expand_status_codes(self._config.get_by_name(name=name).expected_statuses or [])

    def named(self, names: Collection[str]) -> list[Check]:
        """The checks of these names that are enabled."""
        return [check for name, check in self._enabled.items() if name in names]

    def of(self, drawn: GeneratedCase, request: WireRequest, answer: WireResponse) -> list[Check]:
        """The checks that may fail."""
        kinds = {flaw.kind for flaw in drawn.flaws}
        status = answer.status
        names = []
        if status not in self._good_statuses:
            names.append("not_a_server_error")
        if request.method == "OPTIONS":
            names.append("allow_header_conformance")
        if "method" in kinds and (status != 405 or not answer.header("allow")):
            names.append("unsupported_method")
        if SLASHES in kinds:
            return [self._enabled[name] for name in names if name in self._enabled]
        if judges_answers(drawn):
            names += self._of_answer(answer)
            if (drawn.is_changed or not drawn.flaws) and status not in self._accepting:
                names.append("positive_data_acceptance")
            if (drawn.is_changed or drawn.flaws) and status not in self._rejecting:
                names.append("negative_data_rejection")
            if "missing" in kinds:
                names.append("missing_required_header")
            if self._is_secured and answer.is_success and ("ignored_auth", 0, None) not in self._known:
                names.append("ignored_auth")
        return [self._enabled[name] for name in names if name in self._enabled] + self._others

    def _of_answer(self, answer: WireResponse) -> list[str]:
        status, kind = answer.status, answer.header("content-type")
        names = []
        if self._declared is not None and status not in self._declared:
            names.append("status_code_conformance")
        if ("content_type_conformance", status, kind) not in self._known:
            names.append("content_type_conformance")
        definition = self._operation.responses.find_by_status_code(status)
        if definition is not None:
            if definition.headers:
                names.append("response_headers_conformance")
            if definition.definition.get("content") and not self._keeps_to_schema(definition, answer):
                names.append("response_schema_conformance")
        return names

    def _keeps_to_schema(self, definition: Any, answer: WireResponse) -> bool:
        """Whether a body is known to keep to its schema."""
        key = (answer.status, answer.header("content-type"))
        if key not in self._schemas:
            self._schemas[key] = self._validator(definition, key[1])
        validator = self._schemas[key]
        if validator is None:
            return False
        try:
            return bool(validator.is_valid(json.loads(answer.body)))
        except (ValueError, RecursionError):
            return False

    def _validator(self, definition: Any, content_type: str | None) -> Any:
        """What validates bodies of JSON; `None` where only the check itself knows."""
        kind = essence(content_type or "")
        if kind != "application/json" or self._operation.method.upper() == "HEAD":
            return None
        resolved = definition.get_schema(content_type)
        if resolved.schema is None or definition.get_stream_schema(resolved.media_type).schema is not None:
            return None
        formats = self._config.response_schema_conformance.validate_formats
        return definition.get_validator(resolved.media_type, resolved.schema, validate_formats=formats)

    def passed(self, name: str, answer: WireResponse) -> None:
        """Note that a check has passed whose result is the same for all answers of that kind."""
        if name == "content_type_conformance":
            self._known.add((name, answer.status, answer.header("content-type")))
        elif name == "ignored_auth":
            # That credentials are asked for is a property of the operation.
            self._known.add((name, 0, None))
