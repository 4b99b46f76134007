"""Properties that the document does not have for a body, and that the app takes all the same.

A body gets properties of other schemas, such as `is_admin`, and names from the source of the app. Taken is
what comes back with the value that was sent, and did not without it: in the answer, or where the document
has the object read. Bodies that may have any property, as the document says, are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.model.findings import Exchange, Finding
from pytest_xapi.fuzz.model.wire import Answer, WireRequest
from pytest_xapi.fuzz.schemathesis_adapter import Api
from xapi.openapi.reader import Document, Operation

CHECK = "mass_assignment"
_MOST_NAMES = 60
_DEEPEST = 5
_METHODS = ("POST", "PUT", "PATCH")
Extras = dict[str, tuple[Any, ...]]
"""By name: values to send, of which one differs from what the app would set."""


def found(api: Api, document: Document, label: str, accepted: Case | None) -> Iterator[Finding]:
    """The findings of an operation that takes properties which its document does not have.

    `accepted` is a case that was accepted before.
    """
    operation = document.operation(label)
    if operation is None or operation.method not in _METHODS:
        return
    extras = _extras(api, document, operation)
    if not extras:
        return
    if operation.method == "POST":
        api.restart()
    probe = _Probe(api, document, operation, accepted)
    names = probe.taken(extras)
    if names:
        first, listed = names[0], ", ".join(f"`{name}`" for name in names)
        yield Finding(
            operation=label,
            check=CHECK,
            title="Property taken that the document does not have",
            message=(
                f"The document has none of these for the body, and the app took them: {listed}. "
                f"{json.dumps(probe.sent[first])} came back as `{first}`. "
                "Whoever sends a request can set what is not theirs to set."
            ),
            exchanges=probe.exchanges[first],
            cause="takes properties that the document does not have",
        )


def _extras(api: Api, document: Document, operation: Operation) -> Extras:
    """The properties to try: those of all schemas, and names of the source, that the body does not have."""
    own = api.body_properties(operation.label)
    if own is None:
        return {}
    candidates: Extras = {}
    for _, node in document.components("schemas"):
        for name, schema in _properties(node.mapping):
            candidates.setdefault(name, _values(schema))
    for name in api.names_in_source():
        candidates.setdefault(name, _values({}))
    return dict([item for item in candidates.items() if item[0] not in own][:_MOST_NAMES])


def _properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, described in (schema.get("properties") or {}).items():
        yield name, described if isinstance(described, dict) else {}
    for part in schema.get("allOf") or ():
        if isinstance(part, dict):
            yield from _properties(part)


def _values(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """Two values of a schema that an app hardly sets by itself."""
    if isinstance(schema.get("enum"), list):
        return tuple(schema["enum"][-2:])
    match schema.get("type"):
        case "boolean":
            return (True, False)
        case "integer":
            return (7_340_033, 7_340_034)
        case "number":
            return (734.5, 735.5)
        case "array":
            return (["xapi-probe"],)
    return ("xapi-probe", True)


class _Probe:
    """Sends bodies with more properties than they should have, and sees which come back."""

    def __init__(self, api: Api, document: Document, operation: Operation, accepted: Case | None) -> None:
        self._accepted = accepted
        self._api = api
        self._document = document
        self._operation = operation
        self._number = 0
        self.exchanges: dict[str, tuple[Exchange, ...]] = {}
        self.sent: dict[str, Any] = {}

    def taken(self, extras: Extras) -> list[str]:
        """The names that the app takes, each of them confirmed alone."""
        usual = self._read({})
        if usual is None:
            return []
        before = {name: _all(name, [exchange.answer for exchange in usual]) for name in extras}
        chosen = {
            name: next((value for value in values if value not in before[name]), values[0])
            for name, values in extras.items()
        }
        together = self._read(chosen)
        if together is None:
            return [name for name, value in chosen.items() if self._is_taken(name, value, before[name])]
        answers = [exchange.answer for exchange in together]
        back = [name for name, value in chosen.items() if value in _all(name, answers)]
        return [name for name in back if self._is_taken(name, chosen[name], before[name])]

    def _is_taken(self, name: str, value: Any, before: list[Any]) -> bool:
        exchanges = self._read({name: value})
        if exchanges is None or value in before:
            return False
        self.exchanges[name], self.sent[name] = tuple(exchanges), value
        return value in _all(name, [exchange.answer for exchange in exchanges])

    def _read(self, extras: Mapping[str, Any]) -> list[Exchange] | None:
        """A request with more properties, and what reads the object; `None` if it is not accepted."""
        self._number += 1
        request = self._api.ordinary(self._operation.label, self._number, self._accepted, extras)
        if request is None:
            return None
        exchange = Exchange(request, self._api.through(request))
        if not exchange.answer.is_success:
            return None
        found = [exchange]
        for reading in self._readings(request, exchange.answer):
            answer = self._api.through(reading)
            if answer.is_success:
                found.append(Exchange(reading, answer))
        return found

    def _readings(self, request: WireRequest, answer: Answer) -> Iterator[WireRequest]:
        headers = tuple(
            item for item in request.headers if item[0].lower() not in ("content-type", "content-encoding")
        )
        for path in paths_of_object(self._document, request, answer):
            yield WireRequest("GET", path, headers)


def paths_of_object(document: Document, request: WireRequest, answer: Answer) -> Iterator[str]:
    """The documented paths at which what a request has made or changed may be read."""
    seen = set()
    if request.method != "POST" and document.at("GET", request.path) is not None:
        seen.add(request.path)
        yield request.path
    location = answer.header("location")
    candidates = [location.partition("?")[0]] if location and location.startswith("/") else []
    candidates += [f"{request.path.rstrip('/')}/{value}" for value in _identifiers(answer)]
    candidates += _related(document, request, answer)
    for path in candidates:
        if path not in seen and document.at("GET", path) is not None:
            seen.add(path)
            yield path


def _related(document: Document, request: WireRequest, answer: Answer) -> Iterator[str]:
    """Paths of one parameter that are named like what was made: `/note/{id}` after `POST /notes`."""
    made = request.path.rstrip("/").rpartition("/")[2]
    for operation in document.operations:
        before, _, rest = operation.path.partition("{")
        named = before.rstrip("/").rpartition("/")[2]
        if operation.method == "GET" and rest.endswith("}") and named.rstrip("s") == made.rstrip("s"):
            yield from (f"{before}{value}" for value in _identifiers(answer))


def _identifiers(answer: Answer) -> Iterator[str]:
    """The values of an answer by which its object may be asked for: of `id` and the like first."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return
    if isinstance(body, str | int) and not isinstance(body, bool):
        yield str(body)
    items = list(body.items()) if isinstance(body, dict) else []
    scalars = [
        (name, item) for name, item in items if isinstance(item, str | int) and not isinstance(item, bool)
    ]
    for _, value in sorted(scalars, key=lambda item: not item[0].lower().endswith("id"))[:4]:
        text = str(value)
        if text and text.replace("-", "").replace("_", "").isalnum() and text.isascii():
            yield text


def _all(name: str, answers: list[Answer]) -> list[Any]:
    """The values under a name, wherever it stands in answers."""
    found: list[Any] = []
    for answer in answers:
        try:
            _collect(json.loads(answer.body), name, found, 0)
        except ValueError:
            continue
    return found


def _collect(value: Any, name: str, found: list[Any], depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if name in value:
            found.append(value[name])
        for item in value.values():
            _collect(item, name, found, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            _collect(item, name, found, depth + 1)
