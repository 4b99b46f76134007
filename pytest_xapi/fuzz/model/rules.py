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
    "not_a_server_error": Rule("XF101", "error", "an exception, or another answer 5xx"),
    "ignored_auth": Rule("XF102", "error", "an answer without the credentials that the document asks for"),
    "object_level_authorization": Rule("XF103", "error", "one user reads what another one has created"),
    "use_after_free": Rule("XF104", "error", "what was deleted is still there"),
    "event_loop_blocked": Rule("XF105", "error", "the event loop is blocked longer than the limit"),
    "dependency_not_closed": Rule(
        "XF106", "error", "what a dependency took is not given back after a failure"
    ),
    "no_answer": Rule("XF108", "error", "no answer within the limit of time"),
    "process_ended": Rule("XF109", "error", "the process ends, or stops for good"),
    "mass_assignment": Rule("XF110", "error", "a property that the document does not have is taken"),
    "function_level_authorization": Rule("XF121", "error", "a user calls what the user may not call"),
    "leaked_task": Rule("XF107", "error", "a task that a request has started is left running"),
    "status_code_conformance": Rule("XF111", "warning", "a status that is not declared"),
    "content_type_conformance": Rule("XF112", "warning", "a media type that is not declared"),
    "response_schema_conformance": Rule("XF113", "warning", "a body that breaks its schema"),
    "response_headers_conformance": Rule("XF114", "warning", "headers that break their declaration"),
    "negative_data_rejection": Rule("XF115", "warning", "a request that breaks the document is accepted"),
    "positive_data_acceptance": Rule("XF116", "warning", "a request that keeps to the document is rejected"),
    "missing_required_header": Rule("XF117", "warning", "a required header that is not required"),
    "unsupported_method": Rule("XF118", "warning", "a wrong answer to another method"),
    "allow_header_conformance": Rule("XF119", "warning", "a wrong `Allow` header"),
    "ensure_resource_availability": Rule("XF120", "warning", "what was created is not there"),
}
"""By check."""

OTHER = Rule("XF199", "warning", "another check of Schemathesis")


def of(check: str) -> Rule:
    """The rule of a check; a check that Schemathesis has got since has one that all such share."""
    return RULES.get(check, OTHER)
