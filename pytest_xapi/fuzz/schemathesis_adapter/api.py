"""The operations of a document: their cases, and the checks of answers."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.core.errors import SchemathesisError
from schemathesis.core.failures import Failure, FailureGroup, ServerError
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.overrides import Override

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model import auth
from pytest_xapi.fuzz.model.cases import ABSENT, Case, Failed, Objection, Outcome, Parts, Reason, Step
from pytest_xapi.fuzz.model.omissions import Omission
from pytest_xapi.fuzz.model.sequences import Link
from pytest_xapi.fuzz.model.traceback_origin import origin
from pytest_xapi.fuzz.model.wire import Send, WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.chain import Chain
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check, identity, record
from pytest_xapi.fuzz.schemathesis_adapter.direct import Direct, UnusableDocument, parts_of_drawn, with_parts
from pytest_xapi.fuzz.schemathesis_adapter.drawing import generated
from pytest_xapi.fuzz.schemathesis_adapter.foreign_cases import (
    is_lost_on_the_way,
    negative_locations,
    say_null_by_absence,
)
from pytest_xapi.fuzz.schemathesis_adapter.history import History
from pytest_xapi.fuzz.schemathesis_adapter.links import Unfollowed, links_of
from pytest_xapi.fuzz.schemathesis_adapter.own_cases import OwnCases
from pytest_xapi.fuzz.schemathesis_adapter.path_templates import formattable
from pytest_xapi.fuzz.schemathesis_adapter.patterns import readable
from pytest_xapi.fuzz.schemathesis_adapter.sequences import Sequences
from pytest_xapi.fuzz.schemathesis_adapter.transport import UNSENDABLE, DriverTransport
from xapi.openapi.reader.dialect import each_schema, know_types

# The first versions of 4.32 take what overrides values in another form.
_NOTHING_OVERRIDDEN: dict[str, Any] = (
    {"override": Override(query={}, headers={}, cookies={}, path_parameters={}, body={})}
    if "override" in inspect.signature(CoverageGenerator).parameters
    else {"as_strategy_kwargs": {}}
)


_OF_ACCESS = (401, 403, 404)
"""Refusals that say nothing of what a request should have in it."""
_MOST_REPEATED = 4
"""How often as many random cases are drawn as are asked for, where most of them repeat others."""
_MOST_REPEATED_IN_A_ROW = 50
"""After so many there is hardly another one."""


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

        Args:
            document: The OpenAPI document; it is copied.
            send: How requests reach the app.
            restart: Brings the app back to the state of a new start.
            app: The app, whose source is searched for constants that are worth trying.
            credentials: What authenticates, by security scheme.
            objection: The judge of accepted requests that break the document; without one, all stand.

        Raises:
            UnknownScheme: there are credentials for a scheme that the document does not have.

        Its methods raise UnusableDocument where no cases can be made from what the document says.
        """
        self.history = History()
        self._transport = transport = DriverTransport(send)
        self._objection = objection
        copy = auth.with_bearer_tokens(document)
        each_schema(copy, know_types)
        settings = auth.settings(credentials or {}, copy)
        config = schemathesis.Config.from_dict({"auth": {"openapi": settings}} if settings else {})
        # All characters but surrogates, as for UTF-8, for which Hypothesis would ask each (0.8 s, 215 MB).
        config.projects.default.generation.codec = None
        self._schema = schemathesis.openapi.from_dict(formattable(readable(copy)), config=config)
        # A property that follows from the kind of app, without a setter.
        kind = type(self._schema)
        self._schema.__class__ = type(kind.__name__, (kind,), {"transport": property(lambda _: transport)})
        self._register_hooks()
        self.direct = Direct(self._schema, copy, transport, app, bool(settings))
        self.renew(send, restart)

    def renew(self, send: Send, restart: Callable[[], None]) -> None:
        """Forget all that was sent and answered: the next cases are those of a new one.

        Args:
            send: How requests reach the app from now on.
            restart: Brings the app back to the state of a new start.
        """
        self._transport.renew(send)
        self.direct.renew()
        self._own = OwnCases(self.direct, self._transport, self._checked, self._objection)
        self._failures: list[tuple[str, Failure]] = []
        self.restart = restart
        self.change: Callable[[Case], Case | None] = lambda case: case
        """What a user makes of the cases of sequences; `None` for one that is not to be sent."""

    def examples(self, label: str) -> Iterable[Case]:
        """The cases that the document gives as examples."""
        with _blaming_the_document():
            generator = self.direct.generator(label)
        if generator is not None:
            return generator.examples()
        with _making_cases():
            strategies = self._operation(label).get_strategies_from_examples()
            return [case for strategy in strategies for case in generated(strategy, 0, 1)]

    def boundary(self, label: str) -> Iterable[Case]:
        """Cases at and beyond each boundary that the document names. The same ones at each call."""
        with _blaming_the_document():
            generator = self.direct.generator(label)
        if generator is not None:
            return generator.boundary()  # made as they are sent: there may be time for few of them
        operation = self._operation(label)
        generation = self._schema.config.generation_for(operation=operation, phase="coverage")
        with _making_cases():
            return list(
                CoverageGenerator(
                    operation=operation,
                    generation_modes=generation.modes,
                    generation_config=generation,
                    auth_storage=None,
                    **_NOTHING_OVERRIDDEN,
                    feedback=FeedbackSources(),
                )
            )

    def random(self, label: str, seed: int, count: int) -> Iterator[Case]:
        """At most `count` random cases that differ, valid and invalid ones.

        They follow from the seed, and a few of them from the answers to those that were sent before.
        """
        with _blaming_the_document():
            generator = self.direct.generator(label)
        if generator is None:
            yield from self._random_of_schemathesis(label, seed, count)
            return
        sent: set[WireRequest] = set()
        repeated = 0
        for drawn in generator.random(seed, count * _MOST_REPEATED, self.direct.observed(label)):
            request = self.preview(drawn)
            if request is None or request in sent:
                repeated += 1
            else:
                repeated = 0
                sent.add(request)
                yield drawn
            if len(sent) >= count or repeated >= _MOST_REPEATED_IN_A_ROW:
                return

    def _random_of_schemathesis(self, label: str, seed: int, count: int) -> list[Case]:
        """Random cases of an operation whose schemas our generator cannot follow."""
        operation = self._operation(label)
        modes = self._schema.config.generation_for(operation=operation, phase="fuzzing").modes
        with _making_cases():
            strategies = [operation.as_strategy(generation_mode=mode) for mode in modes]
            return generated(st.one_of(strategies), seed, count)

    def prepare(self, label: str) -> None:
        """Make what makes the cases of an operation, so that the first one takes no longer to draw."""
        with _blaming_the_document():
            self.direct.generator(label)

    def omissions(self, label: str) -> list[Omission]:
        """What of an operation is never sent, as far as that is known by now."""
        generator = self.direct.generator(label)
        return [] if generator is None else list(generator.omissions)

    def preview(self, case: Case) -> WireRequest | None:
        """The request that a case will be sent as; `None` if HTTP has no way to say it."""
        if isinstance(case, GeneratedCase):
            return self.direct.request(case)
        if is_lost_on_the_way(case):
            return None
        try:
            return self._transport.prepared(case)[1]
        except UNSENDABLE:
            return None

    def is_right(self, case: Case) -> bool:
        """Whether a case was made to keep to the document, and was left as it is."""
        return isinstance(case, GeneratedCase) and not case.flaws and not case.is_changed

    def refuses(self, label: str, status: int) -> bool:
        """Whether an operation declares that it refuses requests with a status for reasons of its own."""
        return status not in _OF_ACCESS and self.direct.declared.refuses(label, status)

    def without_credentials(self, label: str) -> tuple[WireRequest, WireResponse] | None:
        """An ordinary request of an operation without credentials, and its answer."""
        request = self.direct.bare(label)
        return None if request is None else (request, self._transport.through(request))

    def with_method(self, label: str, method: str) -> tuple[WireRequest, WireResponse] | None:
        """An ordinary request of an operation with another method and no body, and its answer."""
        bare = self.direct.without_body(label)
        if bare is None:
            return None
        request = self.direct.authenticated(label, WireRequest(method, bare.target, bare.headers))
        return request, self._transport.through(request)

    def with_body(
        self, label: str, content: Callable[[str], bytes | None]
    ) -> tuple[WireRequest, WireResponse] | None:
        """An ordinary request of an operation with another body, made from its media type, and its answer."""
        bare = self.direct.without_body(label)
        body = None if bare is None else content(bare.header("content-type") or "")
        if bare is None or body is None:
            return None
        request = self.direct.authenticated(label, replace(bare, body=body))
        return request, self._transport.through(request)

    def through(self, request: WireRequest) -> WireResponse:
        """Send a request as it is, and check nothing."""
        return self._transport.through(request)

    def authenticated(self, label: str, request: WireRequest) -> WireRequest:
        """A request with the credentials that an operation needs."""
        return self.direct.authenticated(label, request)

    def ordinary(
        self, label: str, number: int, base: Case | None = None, properties: Mapping[str, Any] | None = None
    ) -> WireRequest | None:
        """An ordinary request of an operation, with credentials.

        Args:
            label: The operation.
            number: Another one for each number.
            base: What is sent in all places but the body, and for the first numbers in that, too.
            properties: Those that a body of JSON gets in addition.

        Returns:
            Nothing where there is no such request, or its body has no properties.
        """
        return self.direct.ordinary(
            label, number, base if isinstance(base, GeneratedCase) else None, properties or {}
        )

    def body_properties(self, label: str) -> frozenset[str] | None:
        """The properties of a body of JSON that says nothing of others; `None` for any other body."""
        return self.direct.body_properties(label)

    def names_in_source(self) -> list[str]:
        """The constants in the app's source that may be names of properties."""
        return self.direct.names_in_source()

    def send(self, case: Case) -> Outcome:
        """Send a case and run the checks that its answer may not pass."""
        if isinstance(case, GeneratedCase):
            outcome = self._own.send(case)
            self.history.note(outcome)
            return outcome
        return self._sent_by_schemathesis(case)

    def _sent_by_schemathesis(self, case: Case) -> Outcome:
        recorder = ScenarioRecorder(label="one")
        record(recorder, case)
        response = case.call()
        recorder.record_response(case_id=case.id, response=response)
        return self.checked(case, response, recorder)

    def send_again(self, steps: list[Step], cases: list[Case]) -> list[Outcome]:
        """Start the app anew and send cases in the place of steps, with what earlier answers give now.

        Raises:
            LookupError: an earlier answer no longer gives what a later step took from it.
        """
        with self.history.paused():
            return self._sent_again(steps, cases)

    def _sent_again(self, steps: list[Step], cases: list[Case]) -> list[Outcome]:
        self.restart()
        outcomes: list[Outcome] = []
        chain = Chain(self)
        for step, case in zip(steps, cases, strict=True):
            if isinstance(case, GeneratedCase):
                outcome = chain.send(case, step.bindings, step.parent)
                if outcome is None:
                    raise LookupError("what an earlier answer gives cannot be sent")
                outcomes.append(outcome)
            else:
                outcomes.append(self.send(case))
        return outcomes

    def walks(self, seed: int, count: int, until: float) -> Iterator[list[Step]]:
        """Short sequences, at most `count`: each two operations that take what one made.

        They follow the links of the document, declared and inferred, and are sent as they are made, because
        each step takes values from the answers before it. Each meets the app newly started. Nothing is begun
        after `until`, on the clock of `perf_counter`.
        """
        yield from Sequences(self, self._links, until).in_order(seed, count)

    def sequences(self, seed: int, count: int, until: float) -> Iterator[list[Step]]:
        """Longer ones, `count` of them, in which links follow each other by chance."""
        yield from Sequences(self, self._links, until).by_chance(seed, count)

    def linked(self) -> set[tuple[str, str]]:
        """The path parameters that sequences have values for: the label of the operation, and the name."""
        return {
            (link.target, taken.name)
            for link in self._links
            for taken in link.taken
            if taken.place == "path_parameters"
        }

    def not_followed(self) -> Iterator[Omission]:
        """What of the links no sequence follows."""
        for link in self._described_links:
            if isinstance(link, Unfollowed):
                yield Omission(link.source, f"link `{link.name}`", link.reason)
        for label in dict.fromkeys(label for link in self._links for label in (link.source, link.target)):
            if self.direct.generator(label) is None:
                yield Omission(label, "sequences", "cases of the operation are made by Schemathesis alone")

    @cached_property
    def _links(self) -> list[Link]:
        return [link for link in self._described_links if isinstance(link, Link)]

    @cached_property
    def _described_links(self) -> list[Link | Unfollowed]:
        with _blaming_the_document():
            return list(links_of(self._schema))

    def copy(self, case: Case, parts: Parts) -> Case:
        """The same case with other parts; whether they keep to the document is judged anew."""
        if isinstance(case, GeneratedCase):
            return with_parts(case, parts)
        copied = case.operation.Case(
            method=case.method,
            path_parameters=dict(case.path_parameters),
            headers=dict(case.headers),
            cookies=dict(case.cookies),
            query=dict(case.query),
            body=case.body,
            media_type=case.media_type,
            multipart_content_types=case.multipart_content_types,
            _meta=deepcopy(case.meta),
        )
        # Only what is set on a case is judged, and only when the judgement is read before it is sent.
        copied.path_parameters = deepcopy(parts.path_parameters)
        copied.query = deepcopy(parts.query)
        copied.headers = type(copied.headers)(parts.headers)
        copied.cookies = deepcopy(parts.cookies)
        copied.body = NOT_SET if parts.body is ABSENT else deepcopy(parts.body)
        _ = copied.meta
        return copied

    def require(self, label: str) -> None:
        """Make sure that cases of an operation can be sent.

        Raises:
            LookupError: the document has no such operation, or our generator cannot follow its schemas.
            UnusableDocument: the document's description of it cannot be used.
        """
        if self.direct.generator(label) is None:
            raise LookupError(label)

    def _operation(self, label: str) -> Any:
        return self.direct.operation(label)

    def checked(
        self,
        case: Case,
        response: schemathesis.Response,
        recorder: ScenarioRecorder,
        checks: list[Check] | None = None,
    ) -> Outcome:
        """Run checks on the answer to a case that was sent: all, or those that may fail."""
        return self.direct.without_answers(self._checked(case, response, recorder, checks))

    def _checked(
        self,
        case: Case,
        response: schemathesis.Response,
        recorder: ScenarioRecorder,
        checks: list[Check] | None = None,
    ) -> Outcome:
        """Run them, and leave in what the document says is no fault."""
        if case.id in self._transport.elsewhere:
            request, answer = self._transport.exchanges[case.id]
            self._transport.forget()
            return Outcome(case, case.operation.label, request, answer, ())
        self._failures = []
        try:
            case.validate_response(response, recorder=recorder, checks=checks)
        except FailureGroup:
            pass  # each of them, with the name of its check, has come through the hook
        request, answer = self._transport.exchanges[case.id]
        failed = tuple(self._failed(check, failure, case) for check, failure in self._failures)
        self._transport.forget()
        return Outcome(case, case.operation.label, request, answer, failed)

    def _failed(self, check: str, failure: Failure, case: Case) -> Failed:
        request, answer = self._transport.exchanges[failure.case_id or case.id]
        cause = f"{type(failure).__name__} {identity(failure)}"
        message = failure.message
        if isinstance(failure, ServerError) and answer.exception is not None:
            cause = origin(answer.exception)
        elif check == "negative_data_rejection":
            reason = self._objects(case)
            cause = reason.cause if reason else ", ".join(sorted(negative_locations(case)))
            message = f"{reason.text}\n{message}" if reason else message
        return Failed(check, failure.title, message, cause, request, answer)

    def _objects(self, case: Case) -> Reason | None:
        if self._objection is None:
            return None
        request, _ = self._transport.exchanges[case.id]
        return self._objection(case.operation.label, request, negative_locations(case))

    def _register_hooks(self) -> None:
        @self._schema.hook
        def filter_case(context: Any, case: Case) -> bool:
            return not is_lost_on_the_way(case)

        @self._schema.hook
        def map_case(context: Any, case: Case) -> Case:
            say_null_by_absence(case)
            return case

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


def label_of(case: Case) -> str:
    """The operation that a case is for, as in `GET /notes`."""
    label: str = case.label if isinstance(case, GeneratedCase) else case.operation.label
    return label


def parts_of(case: Case) -> Parts:
    """What a case sends."""
    if isinstance(case, GeneratedCase):
        return parts_of_drawn(case)
    body = ABSENT if case.body is NOT_SET else case.body
    return Parts(dict(case.path_parameters), dict(case.query), dict(case.headers), dict(case.cookies), body)


@contextmanager
def _making_cases() -> Iterator[None]:
    """Nothing of the app runs here, so warnings are nobody's."""
    with warnings.catch_warnings(), _blaming_the_document():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _blaming_the_document() -> Iterator[None]:
    try:
        yield
    except SchemathesisError as error:
        raise UnusableDocument(f"no requests can be made from the document: {error}") from error
