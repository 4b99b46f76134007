"""The path of our own cases: from values to the wire, to the driver, and to the checks that may fail."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import schemathesis
from schemathesis.core.errors import SerializationNotPossible
from schemathesis.core.result import Ok

from pytest_xapi.fuzz.generation import (
    Foreign,
    GeneratedCase,
    Hints,
    Observations,
    OperationGenerator,
    Schemas,
    Unsendable,
)
from pytest_xapi.fuzz.generation.malformed import HALF_PAIR
from pytest_xapi.fuzz.generation.requests import Requests
from pytest_xapi.fuzz.model import wrong_credentials
from pytest_xapi.fuzz.model.cases import ABSENT, Failed, Outcome, Parts
from pytest_xapi.fuzz.model.sequences import may_be_repeated
from pytest_xapi.fuzz.model.traceback_origin import is_own
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter.app_source import AppSource
from pytest_xapi.fuzz.schemathesis_adapter.checks import Check, Relevance, judges_answers
from pytest_xapi.fuzz.schemathesis_adapter.declared import Declared
from pytest_xapi.fuzz.schemathesis_adapter.drawn import Credentials, case_of, credentials, prepared_of
from pytest_xapi.fuzz.schemathesis_adapter.registered import registered
from pytest_xapi.fuzz.schemathesis_adapter.transport import (
    UNSENDABLE,
    DriverTransport,
    redirected,
    response_of,
)
from xapi.openapi.reader import Document
from xapi.openapi.reader.media_types import essence

_MOST_GENERATORS = 24
"""How many are kept: each takes some megabytes where schemas are many, and less than a second to make."""
_FIRST = 2
"""Requests with smaller numbers are the ordinary one itself."""
_SAY_OTHERS = ("additionalProperties", "patternProperties", "unevaluatedProperties", "anyOf", "oneOf", "not")
"""Keywords that say which other properties a body may have."""
_PROPERTY = re.compile(r"[a-z][A-Za-z0-9_]{1,30}")
_MOST_TEXT = 200
"""A longer constant is a text for people."""


class UnusableDocument(Exception):
    """No cases can be made from what a document says."""


class Direct:
    """Makes, sends and judges the cases of our own generator."""

    def __init__(
        self, schema: Any, document: Any, transport: DriverTransport, app: Any, has_credentials: bool
    ) -> None:
        self._schema = schema
        self._transport = transport
        self._app = app
        self._has_credentials = has_credentials
        self._schemas = Schemas(document)
        self.declared = transport.declared = Declared(Document(document), app)
        self.operation = cache(self._find_operation)
        self._generator = lru_cache(_MOST_GENERATORS)(self._new_generator)
        self._credentials = cache(lambda label: credentials(self.operation(label)) if has_credentials else ())
        self._hints = cache(self._mined)
        self.renew()

    def renew(self) -> None:
        """Forget what answers have shown."""
        self._last: tuple[GeneratedCase, WireRequest | None] | None = None
        self._observed: dict[str, Observations] = {}
        self._relevance = cache(lambda label: Relevance(self.operation(label)))

    @cached_property
    def _described(self) -> tuple[dict[str, Any], list[Any]]:
        """The operations by label, and what is wrong with those that cannot be used."""
        results = list(self._schema.get_all_operations())
        found = {result.ok().label: result.ok() for result in results if isinstance(result, Ok)}
        return found, [result.err() for result in results if not isinstance(result, Ok)]

    def _find_operation(self, label: str) -> Any:
        method, _, path = label.partition(" ")
        found, errors = self._described
        if label in found:
            return found[label]
        for error in errors:
            if error.path == path and (error.method or method).upper() == method:
                raise UnusableDocument(f"the document's description of {label} cannot be used: {error}")
        try:
            return self._schema[path][method]  # of a method that Schemathesis does not go through
        except LookupError:
            raise LookupError(label) from None

    def generator(self, label: str) -> OperationGenerator | None:
        """What draws the cases of an operation; `None` where there is no value for something of them."""
        generator = self._generator(label)
        return generator if generator.is_able else None

    def _new_generator(self, label: str) -> OperationGenerator:
        self.operation(label)  # which tells what of the document cannot be used
        return OperationGenerator(self._schemas, label, self._hints())

    def _mined(self) -> Hints:
        """Constants from the source of the app, and what its tests say of formats and media types."""
        source = AppSource(self._app, self._schema.config.analysis.constants.enabled)
        formats, files = registered(self._schemas.document.content)
        texts = [value for value in source.constants("string") if isinstance(value, str)]
        integers = [value for value in source.constants("integer") if isinstance(value, int)]
        floats = [value for value in source.constants("float") if isinstance(value, float)]
        small = source.small_numbers()
        near = [value + step for value in integers for step in (0, 1, -1)]
        short = tuple(text for text in texts if len(text) <= _MOST_TEXT)
        numbers = dict.fromkeys([*small.compared, *near, *small.others])
        return Hints(short, tuple(numbers), tuple(floats), formats, files)

    def observed(self, label: str) -> Observations:
        """What the answers of an operation showed."""
        return self._observed.setdefault(label, Observations())

    def requests(self, drawn: GeneratedCase) -> Requests:
        """What the cases of an operation are as requests."""
        generator = self.generator(drawn.label)
        assert generator is not None, "who has drawn it is there"
        return generator.requests

    def request(self, drawn: GeneratedCase) -> WireRequest | None:
        """The request that a case is sent as; `None` if HTTP has no way to say it."""
        if self._last is None or self._last[0] is not drawn:
            self._last = (drawn, self._written(drawn))
        return self._last[1]

    def _written(self, drawn: GeneratedCase) -> WireRequest | None:
        try:
            return _authenticated(self.requests(drawn).wire(drawn), self._credentials(drawn.label))
        except Unsendable:
            return None
        except Foreign:
            return self._written_by_schemathesis(drawn)

    def bare(self, label: str) -> WireRequest | None:
        """An ordinary request of an operation, without credentials; `None` if there is none of our own."""
        generator = self.generator(label)
        if generator is None:
            return None
        drawn = generator.of_sequence(None)
        try:
            return self.requests(drawn).wire(drawn)
        except (Unsendable, Foreign):
            return None

    def without_body(self, label: str) -> WireRequest | None:
        """An ordinary request without credentials, of the media type of its body but with nothing in it."""
        generator = self._generator(label)
        drawn = generator.without_body()
        try:
            return None if drawn is None else generator.requests.wire(drawn)
        except (Unsendable, Foreign):
            return None

    def ordinary(
        self, label: str, number: int, base: GeneratedCase | None, properties: Mapping[str, Any]
    ) -> WireRequest | None:
        """An ordinary request with credentials, perhaps with more properties in its body (see `Api`)."""
        generator = self.generator(label)
        if generator is None:
            return None
        drawn = generator.of_sequence(None if number < _FIRST else Random(number))
        if base is not None:
            body = base.parts.body if number < _FIRST else drawn.parts.body
            drawn = replace(base, parts=replace(base.parts, body=body), media_type=drawn.media_type)
        if properties:
            if not isinstance(drawn.parts.body, dict) or "json" not in (drawn.media_type or ""):
                return None
            body = {**drawn.parts.body, **properties}
            drawn = drawn.with_parts(replace(drawn.parts, body=body))
        try:
            return self.authenticated(label, self.requests(drawn).wire(drawn))
        except (Unsendable, Foreign):
            return None

    def body_properties(self, label: str) -> frozenset[str] | None:
        """The properties of a body of JSON that says nothing of others; `None` for any other body."""
        generator = self.generator(label)
        for body in () if generator is None else generator.description.bodies:
            if essence(body.media_type) == "application/json":
                schema = self._schemas.merged(body.schema)
                is_open = not any(keyword in schema for keyword in _SAY_OTHERS)
                return frozenset(schema["properties"]) if is_open and schema.get("properties") else None
        return None

    def names_in_source(self) -> list[str]:
        """The constants in the app's source that may be names of properties."""
        return [text for text in self._hints().texts if _PROPERTY.fullmatch(text)]

    def authenticated(self, label: str, request: WireRequest) -> WireRequest:
        """A request with the credentials that an operation needs."""
        return _authenticated(request, self._credentials(label))

    def _written_by_schemathesis(self, drawn: GeneratedCase) -> WireRequest | None:
        """The request of a case whose body Schemathesis writes, and nothing else of it."""
        bare = replace(drawn, parts=replace(drawn.parts, body=ABSENT))
        try:
            written = self._transport.prepared(self.case(drawn, drawn))[1]
            request = self.requests(drawn).wire(bare)
        except (*UNSENDABLE, Unsendable, SerializationNotPossible):
            return None
        names = {name.lower() for name, _ in request.headers}
        kinds = [
            item
            for item in written.headers
            if item[0].lower() == "content-type" and "content-type" not in names
        ]
        request = replace(request, headers=(*request.headers, *kinds), body=written.body)
        return _authenticated(request, self._credentials(drawn.label))

    def case(self, drawn: GeneratedCase, sent: GeneratedCase) -> Any:
        """A case of Schemathesis that sends what ours does; it is as right as what was sent."""
        return case_of(drawn, self.operation(drawn.label), self.requests(drawn).verdicts(sent))

    def note(self, case: Any, outcome: Outcome) -> None:
        """Remember what became of a case of Schemathesis that was not sent by itself."""
        self._transport.exchanges[case.id] = (outcome.request, outcome.answer)

    def checks(self, label: str, names: Collection[str]) -> list[Check]:
        """The checks of these names, of those that are enabled for an operation."""
        return self._relevance(label).named(names) if names else []

    def repeatable(self) -> list[str]:
        """The operations that may be sent twice."""
        return [label for label in self._described[0] if may_be_repeated(label)]

    def with_wrong_credentials(self, drawn: GeneratedCase) -> Iterator[tuple[str, WireRequest]]:
        """A case with credentials that are almost right, and what is wrong with them.

        Nothing where credentials are not known, or need not be sent, or where Schemathesis has written the
        request, with the credentials in it.
        """
        credentials, sent = self._credentials(drawn.label), self.request(drawn)
        if not credentials or not self._asks_for_credentials(drawn.label):
            return
        try:
            bare = self.requests(drawn).wire(drawn)
        except Foreign:
            return
        for what, variant in wrong_credentials.VARIANTS.items():
            wrong = tuple((place, wrong_credentials.changed(value, variant)) for place, value in credentials)
            request = _authenticated(bare, wrong)
            if wrong != credentials and request != sent:
                yield what, request

    def _asks_for_credentials(self, label: str) -> bool:
        """Whether the document has the operation refuse who shows none."""
        operation = self.operation(label).definition.raw
        required = operation.get("security", self._schemas.document.root.get("security", []))
        return bool(required) and {} not in required

    def exchanged(
        self, request: WireRequest, label: str
    ) -> tuple[WireRequest, WireResponse, WireRequest | None]:
        """Send a request; redirects are followed where none are declared.

        Returns:
            The request, the answer, and the request that this answers; `None` for a redirect that leads to
            something else than the operation, which has nothing to do with what is answered there.
        """
        answer = self._transport.through(request)
        last: WireRequest | None = request
        if 300 <= answer.status < 400 and not self._declares_redirects(label):
            last, answer = redirected(self.declared, label, request, answer, self._transport.through)
        self.observed(label).note(answer)
        return request, answer, last

    def without_answers(self, outcome: Outcome) -> Outcome:
        """An outcome without what the document says is no fault."""
        failed = tuple(
            item for item in outcome.failed if not self.declared.is_answer(outcome.operation, item)
        )
        return outcome if len(failed) == len(outcome.failed) else replace(outcome, failed=failed)

    def unlike_declared(
        self, drawn: GeneratedCase, outcome: Outcome, last: WireRequest
    ) -> tuple[Failed, ...]:
        """How an answer differs from what the operation declares, as far as no check has noted it."""
        answer = outcome.answer
        if not self.declared.conformance.faults(drawn.label, answer):
            return ()
        if not judges_answers(drawn) or _is_of_the_framework(drawn, answer) or answer.is_missing:
            return ()
        if not self.declared.has_answered(drawn.label, last, answer):
            return ()
        is_lenient = answer.is_success and self._is_lenient(drawn)
        but = frozenset({"response_schema_conformance"} if is_lenient else ())
        return self.declared.conformance.failures(outcome, outcome.request, but)

    def _is_lenient(self, drawn: GeneratedCase) -> bool:
        """Whether it is open if a case keeps to the document: what is accepted may come back as it was."""
        verdicts = self.requests(drawn).verdicts(drawn)
        return False not in verdicts.values() and not all(verdict is True for verdict in verdicts.values())

    def _declares_redirects(self, label: str) -> bool:
        return any(str(code).startswith("3") for code in self.operation(label).responses.status_codes)

    def relevant(self, drawn: GeneratedCase, answer: WireResponse, last: WireRequest) -> list[Check]:
        """The checks that may find fault with an answer; `last` is the request that was answered."""
        unlike = self.declared.conformance.faults(drawn.label, answer)
        checks = self._relevance(drawn.label).of(drawn, last, answer, unlike)
        if not checks or _is_of_the_framework(drawn, answer):
            return []
        verdicts = self.requests(drawn).verdicts(drawn)
        is_wrong, is_right = False in verdicts.values(), all(verdict is True for verdict in verdicts.values())
        dropped = {
            name
            for name, holds in (("negative_data_rejection", is_wrong), ("positive_data_acceptance", is_right))
            if not holds
        }
        # What a guided case is changed to is what the code compares, which it may have reasons to refuse.
        if self.declared.refuses(drawn.label, answer.status) or drawn.phase == "guided":
            dropped.add("positive_data_acceptance")
        if answer.is_success and self._is_lenient(drawn):
            # Such as a time without a zone.
            dropped.add("response_schema_conformance")
        return [check for check in checks if check.__name__ not in dropped]

    def judged(
        self, drawn: GeneratedCase, request: WireRequest, answer: WireResponse, last: WireRequest
    ) -> tuple[Any, schemathesis.Response]:
        """A case and the answer to it, in the form that checks take."""
        case = self.case(drawn, drawn)
        self._transport.exchanges[case.id] = (request, answer)
        return case, response_of(prepared_of(last), answer)

    def passed(self, drawn: GeneratedCase, checks: Iterable[Check], failed: set[str]) -> None:
        """Note which checks have passed."""
        for check in checks:
            name = check.__name__
            if name not in failed and (name != "ignored_auth" or self._has_credentials):
                self._relevance(drawn.label).passed(name)


def _authenticated(request: WireRequest, credentials: Credentials) -> WireRequest:
    """A request with credentials in the places that they are for."""
    if not credentials:
        return request
    target, headers = request.target, list(request.headers)
    for place, value in credentials:
        location, _, name = place.partition(" ")
        if location == "header":
            headers = [header for header in headers if header[0].lower() != name.lower()]
            headers.append((name, value))
        elif location == "query":
            target += f"{'&' if '?' in target else '?'}{quote_plus(name)}={quote_plus(value)}"
        else:
            given = [text for key, text in headers if key == "Cookie"]
            headers = [header for header in headers if header[0] != "Cookie"]
            headers.append(("Cookie", "; ".join([*given, f"{name}={value}"])))
    return WireRequest(request.method, target, tuple(headers), request.body)


def _is_of_the_framework(drawn: GeneratedCase, answer: WireResponse) -> bool:
    """Whether a text that has no bytes was too much for a framework: no app that uses it can mend that."""
    has_half_pair = any(flaw.kind == HALF_PAIR for flaw in drawn.flaws)
    return has_half_pair and answer.exception is not None and not is_own(answer.exception)


def parts_of_drawn(drawn: GeneratedCase) -> Parts:
    """What a case of ours sends; text in the path is percent-encoded, as in the cases of Schemathesis."""
    parts = drawn.parts
    path = {
        name: quote(value, safe="") if isinstance(value, str) else value
        for name, value in parts.path_parameters.items()
    }
    return Parts(path, dict(parts.query), dict(parts.headers), dict(parts.cookies), parts.body)


def with_parts(drawn: GeneratedCase, parts: Parts) -> GeneratedCase:
    """The same case sending other parts, in which text in the path is percent-encoded."""
    path = {
        name: unquote(value) if isinstance(value, str) else value
        for name, value in parts.path_parameters.items()
    }
    return drawn.with_parts(Parts(path, parts.query, parts.headers, parts.cookies, parts.body))
