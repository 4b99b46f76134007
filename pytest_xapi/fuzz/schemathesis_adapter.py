"""All that we take from Schemathesis and Hypothesis; nothing else here imports them.

Public there: the loader, `get_all_operations`, `as_strategy`, `as_state_machine`, `Case`, `validate_response`,
`Response` and the hooks. Not documented there, and so listed in `UNDOCUMENTED`: the case generators of the
examples and coverage phases, the transport class with its serializers, the recorder, the metadata of cases and
what state machines record. A test fails when one of them moves.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, HypothesisWarning, Unsatisfiable
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.drivers import CoverageGenerator, ExamplesGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.overrides import Override
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from pytest_xapi.fuzz.wire import BASE_URL, Answer, Send, WireRequest, following_redirects

UNDOCUMENTED = (
    "schemathesis.core:NOT_SET",
    "schemathesis.core.failures:Failure",
    "schemathesis.core.failures:FailureGroup",
    "schemathesis.core.result:Ok",
    "schemathesis.engine.recorder:ScenarioRecorder.find_response",
    "schemathesis.generation.drivers:CoverageGenerator",
    "schemathesis.generation.drivers:ExamplesGenerator",
    "schemathesis.generation.feedback:FeedbackSources",
    "schemathesis.generation.overrides:Override",
    "schemathesis.python._constants.orchestrator:make_constants_value_source",
    "schemathesis.specs.openapi.schemas:OpenApiSchema.build_state_machine",
    "schemathesis.specs.openapi.schemas:OpenApiSchema.find_operation_by_label",
    "schemathesis.generation.stateful.state_machine:APIStateMachine.validate_response",
    "schemathesis.transport.requests:RequestsTransport.serialize_case",
    "hypothesis.configuration:set_hypothesis_home_dir",
)

Case: TypeAlias = schemathesis.Case

_STEPS = 10
"""The most steps of a sequence."""

ABSENT: Any = NOT_SET
"""The body of a case that sends none."""


def undocumented() -> dict[str, Any]:
    """What `UNDOCUMENTED` names, looked up.

    Raises:
        ImportError, AttributeError: it has moved.
    """
    found = {}
    for name in UNDOCUMENTED:
        module, _, path = name.partition(":")
        value: Any = importlib.import_module(module)
        for attribute in path.split("."):
            value = getattr(value, attribute)
        found[name] = value
    return found


@dataclass(frozen=True)
class Parts:
    """What a case sends, by place, as the values that it was made from."""

    path: dict[str, Any]
    query: dict[str, Any]
    headers: dict[str, Any]
    cookies: dict[str, Any]
    body: Any


@dataclass(frozen=True)
class Failed:
    """One check that an answer did not pass."""

    check: str
    title: str
    message: str
    cause: str
    """What tells it apart from other failures of this check."""
    request: WireRequest
    """The request to blame: that of the case, or one that the check derived from it and sent."""
    answer: Answer


@dataclass(frozen=True)
class Outcome:
    """A case that was sent, and what came of it."""

    case: Case
    request: WireRequest
    answer: Answer
    failed: tuple[Failed, ...]


@dataclass(frozen=True)
class Binding:
    """A value of a request that was taken from an earlier answer of its sequence."""

    location: str
    name: str
    step: int
    """The position of the earlier step in the sequence."""
    pointer: str
    """Where in that step's JSON body (RFC 6901)."""


@dataclass(frozen=True)
class Step:
    """One request of a sequence, with the values in it that earlier answers gave."""

    outcome: Outcome
    bindings: tuple[Binding, ...] = ()
    parent: int | None = None
    """The position of the step that this one follows up."""


Objection = Callable[[str, WireRequest, frozenset[str]], str | None]
"""Judges an accepted request that Schemathesis holds to break the document: label of the operation, request,
and the locations that break it. Returns why the finding stands, or `None` if it does not."""


class DriverTransport(RequestsTransport):
    """Sends cases through our driver: the requests that Schemathesis' checks derive go the same way."""

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
        if 300 <= answer.status < 400 and not _declares_redirects(case):
            last, answer = following_redirects(request, answer, self._send)
            prepared.url, prepared.method = BASE_URL + last.target, last.method
            self.exchanges[case.id] = (request, answer)
        return _response(prepared, answer)

    def prepared(self, case: Case, **kwargs: Any) -> tuple[requests.PreparedRequest, WireRequest]:
        """The request that a case is sent as, in the form that checks read and as it goes over the wire."""
        settings = {key: kwargs[key] for key in ("headers", "params", "cookies") if key in kwargs}
        settings["base_url"] = BASE_URL + urlsplit(case.operation.base_url or "").path
        prepared = requests.Request(**self.serialize_case(case, **settings)).prepare()
        return prepared, wire_request(prepared)


class Api:
    """The operations of one document, their cases, and the checks of their answers."""

    def __init__(
        self,
        document: Mapping[str, Any],
        send: Send,
        *,
        app: Any = None,
        credentials: Mapping[str, Any] | None = None,
        objection: Objection | None = None,
    ) -> None:
        """Load a document.

        Parameters:
            document: the OpenAPI document; it is copied.
            send: how requests reach the app.
            app: the app, whose source is searched for constants that are worth trying.
            credentials: what authenticates, by the name of the security scheme: a token or an API key, or
                user name and password as a pair.
            objection: the judge of accepted requests that break the document; without one, all stand.
        """
        self.transport = DriverTransport(send)
        self._objection = objection
        self._failures: list[tuple[str, Failure]] = []
        document = _with_bearer_tokens(document)
        auth = _auth_settings(credentials or {}, _security_schemes(document))
        config = schemathesis.Config.from_dict({"auth": {"openapi": auth}} if auth else {})
        schema = schemathesis.openapi.from_dict(document, config=config)
        transport = self.transport
        # The class has no setter: which transport there is follows from the kind of `app`.
        kind = type(schema)
        schema.__class__ = type(kind.__name__, (kind,), {"transport": property(lambda _: transport)})
        self._schema = schema
        self._app = app
        self._register_hooks()

    def problem(self, label: str) -> str | None:
        """Why no cases can be made for an operation: its description in the document is unusable."""
        for result in self._schema.get_all_operations():
            if not isinstance(result, Ok):
                error = result.err()
                if label == f"{(error.method or '').upper()} {error.path}" or (
                    error.method is None and label.endswith(f" {error.path}")
                ):
                    return str(error)
        return None

    def examples(self, label: str) -> Iterator[Case]:
        """The cases that the document gives as examples."""
        yield from ExamplesGenerator(
            operation=self._operation(label),
            override=Override(),
            feedback=FeedbackSources(),
            fill_missing=False,
        )

    def boundary(self, label: str) -> Iterator[Case]:
        """Cases at and beyond each boundary that the document names. The same ones at each call."""
        operation = self._operation(label)
        generation = self._schema.config.generation_for(operation=operation, phase="coverage")
        yield from CoverageGenerator(
            operation=operation,
            generation_modes=generation.modes,
            generation_config=generation,
            auth_storage=None,
            override=Override(),
            feedback=FeedbackSources(),
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

        try:
            collect()
        except Unsatisfiable:
            pass  # no such request exists; what was found before it became clear is good
        return cases

    def send(self, case: Case) -> Outcome:
        """Send a case and run all checks on the answer."""
        recorder = ScenarioRecorder(label=case.operation.label)
        recorder.record_case(case=case)
        response = case.call()
        recorder.record_response(case_id=case.id, response=response)
        return self._checked(case, response, recorder)

    def send_again(self, steps: list[Step], cases: list[Case]) -> list[Outcome]:
        """Send the cases of a sequence once more, with what earlier answers give now."""
        recorder = ScenarioRecorder(label="again")
        outcomes: list[Outcome] = []
        for step, case in zip(steps, cases, strict=True):
            for binding in step.bindings:
                _bind(case, binding, outcomes[binding.step].answer)
            parent = None if step.parent is None else cases[step.parent].id
            recorder.record_case(case=case, parent_id=parent)
            response = case.call()
            recorder.record_response(case_id=case.id, response=response)
            outcomes.append(self._checked(case, response, recorder))
        return outcomes

    def sequences(self, seed: int, count: int) -> Iterator[list[Step]]:
        """Sequences of requests that follow the links of the document, declared and inferred.

        They are sent as they are made, because each step takes values from the answers before it. Nothing comes
        where the document links no operations.
        """
        machine = self._schema.build_state_machine(feedback=self._feedback, link_calibration=None)
        if not machine.bundles:
            return
        finished: list[list[Step]] = []
        recording = _recording(machine, self, finished)
        attempt = 0
        while len(finished) < count and attempt < count:
            before = len(finished)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", HypothesisWarning)
                try:
                    hypothesis.seed(seed + attempt)(recording).run(settings=_settings(count - before))
                except (Flaky, Unsatisfiable):
                    pass  # an app that answers the same prefix differently; the next seed goes on
            yield from finished[before:]
            attempt += 1
            if len(finished) == before:
                return

    def preview(self, case: Case) -> WireRequest:
        """The request that a case will be sent as."""
        return self.transport.prepared(case)[1]

    def copy(self, case: Case, parts: Parts | None = None) -> Case:
        """The same case, or one with other parts; whether they keep to the document is judged anew."""
        parts = parts or parts_of(case)
        return case.operation.Case(
            method=case.method,
            path_parameters=deepcopy(parts.path),
            headers=dict(parts.headers),
            cookies=deepcopy(parts.cookies),
            query=deepcopy(parts.query),
            # What stands for no body is one object: a copy of it would be a body.
            body=parts.body if parts.body is ABSENT else deepcopy(parts.body),
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

    def _checked(self, case: Case, response: schemathesis.Response, recorder: ScenarioRecorder) -> Outcome:
        self._failures = []
        try:
            case.validate_response(response, recorder=recorder)
        except FailureGroup:
            pass  # each of them, with the name of its check, has come through the hook
        request, answer = self.transport.exchanges[case.id]
        failed = tuple(self._failed(check, failure, case) for check, failure in self._failures)
        self.transport.exchanges.clear()
        return Outcome(case, request, answer, failed)

    def _failed(self, check: str, failure: Failure, case: Case) -> Failed:
        request, answer = self.transport.exchanges[failure.case_id or case.id]
        cause = f"{type(failure).__name__} {failure._unique_key}"
        message = failure.message
        if type(failure).__name__ == "ServerError" and answer.exception is not None:
            cause = f"{type(failure).__name__} {origin(answer.exception)}"
        elif check == "negative_data_rejection":
            reason = self._objects(case)
            cause = f"{type(failure).__name__} {reason or sorted(_negative_locations(case))}"
            message = f"{message}\n{reason}" if reason else message
        return Failed(check, failure.title, message, cause, request, answer)

    def _objects(self, case: Case) -> str | None:
        if self._objection is None:
            return None
        request, _ = self.transport.exchanges[case.id]
        return self._objection(case.operation.label, request, _negative_locations(case))

    def _register_hooks(self) -> None:
        @self._schema.hook
        def filter_failure(context: Any, failure: Failure, case: Case, response: Any) -> bool:
            if "negative_data_rejection" not in failure.checks or self._objection is None:
                return True
            return self._objects(case) is not None

        @self._schema.hook
        def after_validate(context: Any, case: Case, response: Any, results: list[Any]) -> None:
            self._failures = [(result.name, result.failure) for result in results if result.failure is not None]


@contextmanager
def storage(directory: Path) -> Iterator[None]:
    """Let Hypothesis keep its tables in `directory`, and not in a `.hypothesis` beside the tests."""
    set_hypothesis_home_dir(directory)
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)


def parts_of(case: Case) -> Parts:
    """What a case sends."""
    return Parts(
        dict(case.path_parameters), dict(case.query), dict(case.headers), dict(case.cookies), case.body
    )


def bound_value(case: Case, binding: Binding) -> Any:
    """The value in a case that an earlier answer gave."""
    return getattr(case, binding.location).get(binding.name)


def wire_request(prepared: requests.PreparedRequest) -> WireRequest:
    """The request as it is sent: without the headers that belong to a network client or to Schemathesis."""
    headers = dict(prepared.headers)
    for name in ("Connection", "Accept-Encoding", "Content-Length", "X-Schemathesis-TestCaseId"):
        headers.pop(name, None)
    if headers.get("User-Agent", "").startswith("schemathesis/"):
        headers["User-Agent"] = "xapi-fuzz"
    if headers.get("Accept") == "*/*":
        del headers["Accept"]
    body = prepared.body or b""
    return WireRequest(
        method=str(prepared.method),
        target=str(prepared.url).removeprefix(BASE_URL),
        headers=tuple((_text(name), _text(value)) for name, value in headers.items()),
        body=body.encode() if isinstance(body, str) else body,
    )


def origin(exception: BaseException) -> str:
    """Where an exception was raised: its kind and the innermost line outside installed packages."""
    place = ""
    trace = exception.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not place or "site-packages" not in filename:
            place = f"{filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(exception).__name__} at {place}"


def _response(prepared: requests.PreparedRequest, answer: Answer) -> schemathesis.Response:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    content_type = answer.header("content-type") or ""
    _, _, charset = content_type.partition("charset=")
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = ""
    return schemathesis.Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
        message=reason,
        encoding=charset.partition(";")[0].strip(' "') or None,
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _declares_redirects(case: Case) -> bool:
    return any(code.startswith("3") for code in case.operation.responses.status_codes)


def _security_schemes(document: Mapping[str, Any]) -> dict[str, Any]:
    schemes: dict[str, Any] = document.get("components", {}).get("securitySchemes", {})
    return schemes


def _with_bearer_tokens(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which the schemes whose credential is a bearer token in the end (RFC 6750) say so.

    Schemathesis checks that credentials are asked for only where it knows how they are sent.
    """
    copy = deepcopy(dict(document))
    for name, scheme in _security_schemes(copy).items():
        if scheme.get("type") in ("oauth2", "openIdConnect"):
            _security_schemes(copy)[name] = {"type": "http", "scheme": "bearer"}
    return copy


def _auth_settings(credentials: Mapping[str, Any], schemes: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials by the name of their scheme, as the configuration of Schemathesis has them."""
    settings: dict[str, Any] = {}
    for name, credential in credentials.items():
        scheme = schemes.get(name, {})
        if isinstance(credential, tuple):
            settings[name] = {"username": credential[0], "password": credential[1]}
        elif scheme.get("type") == "http" and scheme.get("scheme", "").lower() == "bearer":
            settings[name] = {"bearer": credential}
        else:
            settings[name] = {"api_key": credential}
    return settings


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


def _negative_locations(case: Case) -> frozenset[str]:
    """The places where a case breaks the document on purpose."""
    meta = case.meta
    if meta is None:
        return frozenset()
    return frozenset(
        location.value for location, component in meta.components.items() if component.mode.is_negative
    )


def _bind(case: Case, binding: Binding, answer: Answer) -> None:
    """Put what an earlier answer gives now into a case; nothing if it no longer gives it."""
    try:
        value = json.loads(answer.body)
        for token in binding.pointer.split("/")[1:]:
            value = value[int(token) if isinstance(value, list) else unescaped(token)]
    except (ValueError, LookupError, TypeError):
        return
    if isinstance(value, str) and binding.location == "path_parameters":
        value = quote(value, safe="")
    getattr(case, binding.location)[binding.name] = value


def unescaped(token: str) -> str:
    """A reference token as the key that it stands for (RFC 6901, section 4)."""
    return token.replace("~1", "/").replace("~0", "~")


def _recording(machine: Any, api: Api, finished: list[list[Step]]) -> Any:
    """A state machine that sends through us, collects its steps, and goes on after a failure."""

    class Recording(machine):  # type: ignore[misc]
        def __init__(self) -> None:
            self.steps: list[Step] = []
            self.positions: dict[str, int] = {}
            super().__init__()

        def validate_response(
            self, response: schemathesis.Response, case: Case, *arguments: Any, **kwargs: Any
        ) -> None:
            outcome = api._checked(case, response, self.recorder)
            node = self.recorder.cases[case.id]
            parent = self.positions.get(node.parent_id)
            self.positions[case.id] = len(self.steps)
            self.steps.append(Step(outcome, _bindings(node, parent, case), parent))

        def teardown(self) -> None:
            if self.steps:
                finished.append(self.steps)

    return Recording


def _bindings(node: Any, parent: int | None, case: Case) -> tuple[Binding, ...]:
    """What of a case came from the step that it follows up."""
    if node.transition is None or parent is None:
        return ()
    found = []
    for container, values in node.transition.parameters.items():
        for name, extracted in values.items():
            expression = str(extracted.definition)
            if not isinstance(extracted.value, Ok) or not expression.startswith("$response.body#/"):
                continue
            if str(getattr(case, container).get(name)) == str(extracted.value.ok()):
                pointer = expression.removeprefix("$response.body#")
                found.append(Binding(container, name, parent, pointer))
    return tuple(found)
