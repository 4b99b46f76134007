"""Which checks can matter for an answer: those are run by Schemathesis, the others are known to pass.

Running all checks costs more than most apps take for a request. What they ask first is cheap, and is asked
here; whether an answer is as declared is known already. Only a check that would go on is called.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from schemathesis.checks import CHECKS, is_check_class
from schemathesis.core.failures import Failure
from schemathesis.core.jsonschema.bundler import unbundle_path
from schemathesis.core.transport import expand_status_codes
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.specs.openapi._auth_retry import get_security_parameters

from pytest_xapi.fuzz.generation.model import GeneratedCase
from pytest_xapi.fuzz.generation.requests import OTHER_TYPE, SLASHES, UNKNOWN
from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.model.levels import OF_ANSWERS
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

Check = Callable[..., Any]

OF_SEQUENCES = frozenset({"use_after_free", "ensure_resource_availability", "object_level_authorization"})
"""Checks that look at what was sent before: of a case alone they say nothing."""
_PROBES = frozenset({"method", "malformed content type", OTHER_TYPE, UNKNOWN})
_JUDGED_HERE = frozenset(
    {
        "not_a_server_error",
        "negative_data_rejection",
        "positive_data_acceptance",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
        "ignored_auth",
        *OF_ANSWERS,
        *OF_SEQUENCES,
    }
)


def record(recorder: ScenarioRecorder, case: Case, parent_id: str | None = None) -> None:
    """Let checks of later answers find a case."""
    recorder.record_case(case=case, parent_id=parent_id, transition=None, is_transition_applied=False)


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
        self._config = config = operation.schema.config.checks_config_for(operation=operation)
        functions = [check for check in CHECKS.get_all() if not is_check_class(check)]
        self._enabled = {
            check.__name__: check for check in functions if config.get_by_name(name=check.__name__).enabled
        }
        self._others = [check for name, check in self._enabled.items() if name not in _JUDGED_HERE]
        self._good_statuses = self._statuses("not_a_server_error")
        self._accepting = self._statuses("positive_data_acceptance")
        self._rejecting = self._statuses("negative_data_rejection")
        self._is_secured = bool(get_security_parameters(operation))
        self._refuses_wrong_credentials = False

    def _statuses(self, name: str) -> frozenset[int]:
        return expand_status_codes(self._config.get_by_name(name=name).expected_statuses or [])

    def named(self, names: Collection[str]) -> list[Check]:
        """The checks of these names that are enabled."""
        return [check for name, check in self._enabled.items() if name in names]

    def of(
        self, drawn: GeneratedCase, request: WireRequest, answer: WireResponse, unlike: Collection[str]
    ) -> list[Check]:
        """The checks that may fail.

        Args:
            drawn: The case.
            request: What was sent of it.
            answer: What came back.
            unlike: The checks of what the operation declares that the answer does not pass.
        """
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
            names += [name for name in OF_ANSWERS if name in unlike]
            if (drawn.is_changed or not drawn.flaws) and status not in self._accepting:
                names.append("positive_data_acceptance")
            if (drawn.is_changed or drawn.flaws) and status not in self._rejecting:
                names.append("negative_data_rejection")
            if "missing" in kinds:
                names.append("missing_required_header")
            if self._is_secured and answer.is_success and not self._refuses_wrong_credentials:
                names.append("ignored_auth")
        return [self._enabled[name] for name in names if name in self._enabled] + self._others

    def passed(self, name: str) -> None:
        """Note that a check has passed whose result is the same for all answers."""
        if name == "ignored_auth":
            # That credentials are asked for is a property of the operation.
            self._refuses_wrong_credentials = True


def identity(failure: Failure) -> str:
    """What tells a failure from others of its kind: of schemas their places as the document has them."""
    if isinstance(failure, JsonSchemaError) and failure._name_to_uri:
        return "/".join(map(str, unbundle_path(failure.schema_path, failure._name_to_uri)))
    return str(failure._unique_key)
