"""All that we take from Schemathesis and Hypothesis; nothing else imports them.

Public there: the loader, `get_all_operations`, `as_strategy`, `Case`, `validate_response`, `Response` and the
hooks. What is not documented there is listed in `UNDOCUMENTED`, and a test fails when one of it moves.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, HypothesisWarning, Unsatisfiable
from hypothesis.internal.conjecture import providers
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup, ServerError
from schemathesis.core.result import Ok
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.drivers import CoverageGenerator, ExamplesGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.overrides import Override
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from pytest_xapi.fuzz import auth, pointers
from pytest_xapi.fuzz.cases import ABSENT, Binding, Case, Failed, Objection, Outcome, Parts, Reason, Step
from pytest_xapi.fuzz.causes import origin
from pytest_xapi.fuzz.wire import BASE_URL, Answer, Send, WireRequest, following_redirects

UNDOCUMENTED = (
    "schemathesis.core:NOT_SET",
    "schemathesis.core.failures:Failure._unique_key",
    "schemathesis.core.failures:FailureGroup",
    "schemathesis.core.failures:ServerError",
    "schemathesis.core.result:Ok",
    "schemathesis.engine.recorder:ScenarioRecorder.record_case",
    "schemathesis.engine.recorder:ScenarioRecorder.record_response",
    "schemathesis.generation.drivers:CoverageGenerator",
    "schemathesis.generation.drivers:ExamplesGenerator",
    "schemathesis.generation.feedback:FeedbackSources",
    "schemathesis.generation.overrides:Override",
    "schemathesis.generation.stateful.state_machine:RecordingStateMachine.validate_response",
    "schemathesis.python._constants.orchestrator:make_constants_value_source",
    "schemathesis.schemas:BaseSchema.transport",
    "schemathesis.specs.openapi.schemas:OpenApiSchema.build_state_machine",
    "schemathesis.specs.openapi.schemas:OpenApiSchema.find_operation_by_label",
    "schemathesis.transport.requests:RequestsTransport.serialize_case",
    "hypothesis.configuration:set_hypothesis_home_dir",
    "hypothesis.internal.conjecture.providers:CONSTANTS_CACHE.cache",
    "hypothesis.internal.conjecture.providers:_get_local_constants",
)

_UNSENDABLE = (requests.RequestException, UnicodeError)
"""What is raised for a case that HTTP has no way to say, such as a line break in a header."""

_STEPS = 10
"""The most steps of a sequence."""


class DriverTransport(RequestsTransport):
    """Sends cases through our driver: the requests that checks derive from them go the same way."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self._send = send
        self.exchanges: dict[str, tuple[WireRequest, Answer]] = {}
        """By the id of the case. Emptied by whoever has read it."""

    def send(self, case: Case, *, session: Any = None, **kwargs: Any) -> schemathesis.Response:
        """Send one case and return its answer as Schemathesis reads it."""
        prepared, request = self.prepared(case, **kwargs)
        answer = self._send(request)
        self.exchanges[case.id] = (request, answer)
        declares_redirects = any(code.startswith("3") for code in case.operation.responses.status_codes)
        if 300 <= answer.status < 400 and not declares_redirects:
            last, answer = following_redirects(request, answer, self._send)
            prepared.url, prepared.method = BASE_URL + last.target, last.method
            self.exchanges[case.id] = (request, answer)
        return _response(prepared, answer)

    def prepared(self, case: Case, **kwargs: Any) -> tuple[requests.PreparedRequest, WireRequest]:
        """The request that a case is sent as, in the form that checks read and as it goes over the wire."""
        settings = {key: kwargs[key] for key in ("headers", "params", "cookies") if key in kwargs}
        base_url = BASE_URL + urlsplit(case.operation.base_url or "").path
        prepared = requests.Request(**self.serialize_case(case, base_url=base_url, **settings)).prepare()
        return prepared, _wire_request(prepared)


class Api:
    """The operations of one document, their cases, and the checks of their answers."""

    def __init__(
        self,
        document: Mapping[str, Any],
        send: Send,
        *,
        restart: Callable[[], None] = lambda: None,
        app: Any = None,
        credentials: auth.Credentials | None = None,
        objection: Objection | None = None,
    ) -> None:
        """Load a document.

        Parameters:
            document: the OpenAPI document; it is copied.
            send: how requests reach the app.
            restart: brings the app back to the state of a new start.
            app: the app, whose source is searched for constants that are worth trying.
            credentials: what authenticates, by security scheme.
            objection: the judge of accepted requests that break the document; without one, all stand.

        Raises:
            UnknownScheme: there are credentials for a scheme that the document does not have.
        """
        self._transport = transport = DriverTransport(send)
        self.restart = restart
        self._objection = objection
        self._app = app
        self._failures: list[tuple[str, Failure]] = []
        copy = auth.with_bearer_tokens(document)
        settings = auth.settings(credentials or {}, copy)
        config = schemathesis.Config.from_dict({"auth": {"openapi": settings}} if settings else {})
        self._schema = schemathesis.openapi.from_dict(copy, config=config)
        # A property that follows from the kind of app, without a setter.
        kind = type(self._schema)
        self._schema.__class__ = type(kind.__name__, (kind,), {"transport": property(lambda _: transport)})
        self._register_hooks()

    def problem(self, label: str) -> str | None:
        """Why no cases can be made for an operation: its description in the document is unusable."""
        for result in self._schema.get_all_operations():
            if isinstance(result, Ok):
                continue
            error = result.err()
            method, _, path = label.partition(" ")
            if error.path == path and (error.method or method).upper() == method:
                return str(error)
        return None

    def examples(self, label: str) -> list[Case]:
        """The cases that the document gives as examples."""
        with _unheard_warnings():
            return list(
                ExamplesGenerator(
                    operation=self._operation(label),
                    override=Override(),
                    feedback=FeedbackSources(),
                    fill_missing=False,
                )
            )

    def boundary(self, label: str) -> list[Case]:
        """Cases at and beyond each boundary that the document names. The same ones at each call."""
        operation = self._operation(label)
        generation = self._schema.config.generation_for(operation=operation, phase="coverage")
        with _unheard_warnings():
            return list(
                CoverageGenerator(
                    operation=operation,
                    generation_modes=generation.modes,
                    generation_config=generation,
                    auth_storage=None,
                    override=Override(),
                    feedback=FeedbackSources(),
                )
            )

    def random(self, label: str, seed: int, count: int) -> list[Case]:
        """At most `count` random cases, valid and invalid ones. They follow from the seed."""
        operation = self._operation(label)
        modes = self._schema.config.generation_for(operation=operation, phase="fuzzing").modes
        feedback = self._feedback
        strategies = [operation.as_strategy(generation_mode=mode, feedback=feedback) for mode in modes]
        cases: list[Case] = []

        @hypothesis.seed(seed)
        @_settings(count)
        @hypothesis.given(st.one_of(strategies))
        def collect(case: Case) -> None:
            cases.append(case)

        with _unheard_warnings():
            try:
                collect()
            except Unsatisfiable:
                pass  # no such request exists; what was found before it became clear is good
        return cases

    def preview(self, case: Case) -> WireRequest | None:
        """The request that a case will be sent as; `None` if HTTP has no way to say it."""
        try:
            return self._transport.prepared(case)[1]
        except _UNSENDABLE:
            return None

    def send(self, case: Case) -> Outcome:
        """Send a case and run all checks on the answer."""
        recorder = ScenarioRecorder(label="one")
        recorder.record_case(case=case)
        return self._sent(case, recorder)

    def send_again(self, steps: list[Step], cases: list[Case]) -> list[Outcome]:
        """Start the app anew and send cases in the place of steps, with what earlier answers give now.

        Raises:
            LookupError: an earlier answer no longer gives what a later step took from it.
        """
        self.restart()
        recorder = ScenarioRecorder(label="again")
        outcomes: list[Outcome] = []
        for step, case in zip(steps, cases, strict=True):
            for binding in step.bindings:
                _bind(case, binding, outcomes[binding.step].answer)
            parent = None if step.parent is None else cases[step.parent].id
            recorder.record_case(case=case, parent_id=parent)
            outcomes.append(self._sent(case, recorder))
        return outcomes

    def sequences(self, seed: int, count: int) -> Iterator[list[Step]]:
        """Sequences of requests that follow the links of the document, declared and inferred.

        They are sent as they are made, because each step takes values from the answers before it; each
        sequence meets the app newly started. Nothing comes where the document links no operations.
        """
        machine = self._schema.build_state_machine(feedback=self._feedback, link_calibration=None)
        if not machine.bundles:
            return
        finished: list[list[Step]] = []
        recording = _recording(machine, self, finished)
        for attempt in range(count):
            before = len(finished)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", HypothesisWarning)
                try:
                    hypothesis.seed(seed + attempt)(recording).run(settings=_settings(count - before))
                except (Flaky, Unsatisfiable):
                    pass  # an app that answers the same beginning in another way; the next seed goes on
            yield from finished[before:]
            # Hypothesis runs some more than it was asked to.
            if len(finished) == before or len(finished) >= count:
                return

    def copy(self, case: Case, parts: Parts) -> Case:
        """The same case with other parts; whether they keep to the document is judged anew."""
        return case.operation.Case(
            method=case.method,
            path_parameters=deepcopy(parts.path_parameters),
            headers=dict(parts.headers),
            cookies=deepcopy(parts.cookies),
            query=deepcopy(parts.query),
            body=NOT_SET if parts.body is ABSENT else deepcopy(parts.body),
            media_type=case.media_type,
            multipart_content_types=case.multipart_content_types,
            _meta=deepcopy(case.meta),
        )

    @cached_property
    def _feedback(self) -> FeedbackSources:
        """Constants from the source of the app, as values worth trying."""
        # Only for the search: cases of an operation that has an app would not go through our transport.
        self._schema.app = self._app
        try:
            return FeedbackSources(constants_value_source=make_constants_value_source(self._schema))
        finally:
            self._schema.app = None

    def _operation(self, label: str) -> Any:
        return self._schema.find_operation_by_label(label)

    def _sent(self, case: Case, recorder: ScenarioRecorder) -> Outcome:
        response = case.call()
        recorder.record_response(case_id=case.id, response=response)
        return self.checked(case, response, recorder)

    def checked(self, case: Case, response: schemathesis.Response, recorder: ScenarioRecorder) -> Outcome:
        """Run all checks on the answer to a case that was sent."""
        self._failures = []
        try:
            case.validate_response(response, recorder=recorder)
        except FailureGroup:
            pass  # each of them, with the name of its check, has come through the hook
        request, answer = self._transport.exchanges[case.id]
        failed = tuple(self._failed(check, failure, case) for check, failure in self._failures)
        self._transport.exchanges.clear()
        return Outcome(case, case.operation.label, request, answer, failed)

    def _failed(self, check: str, failure: Failure, case: Case) -> Failed:
        request, answer = self._transport.exchanges[failure.case_id or case.id]
        cause = f"{type(failure).__name__} {failure._unique_key}"
        message = failure.message
        if isinstance(failure, ServerError) and answer.exception is not None:
            cause = origin(answer.exception)
        elif check == "negative_data_rejection":
            reason = self._objects(case)
            cause = reason.cause if reason else ", ".join(sorted(_negative_locations(case)))
            message = f"{reason.text}\n{message}" if reason else message
        return Failed(check, failure.title, message, cause, request, answer)

    def _objects(self, case: Case) -> Reason | None:
        if self._objection is None:
            return None
        request, _ = self._transport.exchanges[case.id]
        return self._objection(case.operation.label, request, _negative_locations(case))

    def _register_hooks(self) -> None:
        @self._schema.hook
        def filter_failure(context: Any, failure: Failure, case: Case, response: Any) -> bool:
            if "negative_data_rejection" not in failure.checks or self._objection is None:
                return True
            return self._objects(case) is not None

        @self._schema.hook
        def after_validate(context: Any, case: Case, response: Any, results: list[Any]) -> None:
            self._failures = [
                (result.name, result.failure) for result in results if result.failure is not None
            ]


@contextmanager
def undisturbed(directory: Path) -> Iterator[None]:
    """Let what Hypothesis draws follow from seeds alone, and keep its tables in `directory`.

    It draws constants from all local modules that happen to be imported, which depends on what ran before.
    Those of the app come from Schemathesis, which reads its source. The tables would be put beside the tests,
    in `.hypothesis`.
    """
    local_constants = providers._get_local_constants
    providers._get_local_constants = type(local_constants())
    providers.CONSTANTS_CACHE.cache.clear()
    set_hypothesis_home_dir(directory)
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)
        providers.CONSTANTS_CACHE.cache.clear()
        providers._get_local_constants = local_constants


def parts_of(case: Case) -> Parts:
    """What a case sends."""
    body = ABSENT if case.body is NOT_SET else case.body
    return Parts(dict(case.path_parameters), dict(case.query), dict(case.headers), dict(case.cookies), body)


@contextmanager
def _unheard_warnings() -> Iterator[None]:
    """For the making of cases, in which nothing of the app runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _settings(count: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=count,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        stateful_step_count=_STEPS,
    )


def _wire_request(prepared: requests.PreparedRequest) -> WireRequest:
    """The request as it is sent: without the headers of a network client and of Schemathesis."""
    headers = {_text(name): _text(value) for name, value in prepared.headers.items()}
    for name in ("Connection", "Accept-Encoding", "Content-Length", "X-Schemathesis-TestCaseId"):
        headers.pop(name, None)
    if headers.get("User-Agent", "").startswith("schemathesis/"):
        headers["User-Agent"] = "xapi-fuzz"
    if headers.get("Accept") == "*/*":
        del headers["Accept"]
    body: Any = prepared.body or b""
    return WireRequest(
        method=str(prepared.method),
        target=str(prepared.url).removeprefix(BASE_URL),
        headers=tuple(headers.items()),
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(prepared: requests.PreparedRequest, answer: Answer) -> schemathesis.Response:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    _, _, charset = (answer.header("content-type") or "").partition("charset=")
    known = answer.status in HTTPStatus._value2member_map_
    return schemathesis.Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
        message=HTTPStatus(answer.status).phrase if known else "",
        encoding=charset.partition(";")[0].strip(' "') or None,
    )


def _negative_locations(case: Case) -> frozenset[str]:
    """The places where a case breaks the document on purpose."""
    meta = case.meta
    components = {} if meta is None else meta.components
    return frozenset(place.value for place, component in components.items() if component.mode.is_negative)


def _recording(machine: Any, api: Api, finished: list[list[Step]]) -> Any:
    """A state machine that collects its steps, and goes on after a failure."""

    class Recording(machine):  # type: ignore[misc]
        def __init__(self) -> None:
            self.steps: list[Step] = []
            self.positions: dict[str, int] = {}
            api.restart()
            super().__init__()

        def call(self, case: Case, **kwargs: Any) -> schemathesis.Response:
            if api.preview(case) is None:
                hypothesis.reject()
            response: schemathesis.Response = super().call(case, **kwargs)
            return response

        def validate_response(self, response: Any, case: Case, *arguments: Any, **kwargs: Any) -> None:
            outcome = api.checked(case, response, self.recorder)
            node = self.recorder.cases[case.id]
            parent = self.positions.get(node.parent_id)
            self.positions[case.id] = len(self.steps)
            self.steps.append(Step(outcome, _bindings(node, parent, self.steps, case), parent))

        def teardown(self) -> None:
            if self.steps:
                finished.append(self.steps)

    return Recording


def _bindings(node: Any, parent: int | None, steps: list[Step], case: Case) -> tuple[Binding, ...]:
    """What of a case came from the step that it follows up."""
    if node.transition is None or parent is None:
        return ()
    found = []
    for place, values in node.transition.parameters.items():
        for name, extracted in values.items():
            template = str(extracted.definition).removeprefix("$response.body#")
            value = unquote(str(getattr(case, place).get(name)))
            pointer = pointers.find(steps[parent].outcome.answer.body, template, value)
            if template.startswith("/") and pointer is not None:
                found.append(Binding(place, name, parent, pointer))
    return tuple(found)


def _bind(case: Case, binding: Binding, answer: Answer) -> None:
    """Put what an earlier answer gives now into a case."""
    value = pointers.get(answer.body, binding.pointer)
    if isinstance(value, str) and binding.place == "path_parameters":
        value = quote(value, safe="")
    getattr(case, binding.place)[binding.name] = value
