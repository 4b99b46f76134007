"""The rules that findings break: a stable id for each check, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_xapi.reports.model import Severity


@dataclass(frozen=True)
class Rule:
    """What stands behind a check."""

    id: str
    """Stable: baselines and SARIF go by it."""
    severity: Severity
    says: str
    """What a finding means."""


RULES = {
    "not_a_server_error": Rule("XF101", "error", "an exception, or another 5xx response"),
    "ignored_auth": Rule("XF102", "error", "a request is accepted without the required credentials"),
    "object_level_authorization": Rule("XF103", "error", "a user reads what another user has created"),
    "use_after_free": Rule("XF104", "error", "a deleted resource is still available"),
    "event_loop_blocked": Rule("XF105", "error", "the event loop is blocked for longer than the limit"),
    "dependency_not_closed": Rule(
        "XF106", "error", "a dependency does not release its resources after a failure"
    ),
    "no_answer": Rule("XF108", "error", "no response within the time limit"),
    "process_ended": Rule("XF109", "error", "the process ends, or stops permanently"),
    "mass_assignment": Rule("XF110", "error", "an undeclared property is accepted"),
    "function_level_authorization": Rule("XF121", "error", "a user calls an operation without permission"),
    "leaked_task": Rule("XF107", "error", "a task of a request is left running"),
    "status_code_conformance": Rule("XF111", "warning", "an undeclared status"),
    "content_type_conformance": Rule("XF112", "warning", "an undeclared media type"),
    "response_schema_conformance": Rule("XF113", "warning", "a body that violates its schema"),
    "response_headers_conformance": Rule("XF114", "warning", "headers that violate their declaration"),
    "negative_data_rejection": Rule("XF115", "warning", "a request that violates the document is accepted"),
    "positive_data_acceptance": Rule(
        "XF116", "warning", "a request that conforms to the document is rejected"
    ),
    "missing_required_header": Rule("XF117", "warning", "a request without a required header is accepted"),
    "unsupported_method": Rule("XF118", "warning", "a wrong response to an undeclared method"),
    "allow_header_conformance": Rule("XF119", "warning", "a wrong `Allow` header"),
    "ensure_resource_availability": Rule("XF120", "warning", "a created resource is not available"),
}
"""By check."""

OTHER = Rule("XF199", "warning", "another Schemathesis check")


def of(check: str) -> Rule:
    """The rule of a check; a check that Schemathesis has got since has one that all such share."""
    return RULES.get(check, OTHER)
