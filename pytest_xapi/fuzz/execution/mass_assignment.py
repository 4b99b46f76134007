"""Properties that the document does not have for a body, and that the app takes all the same.

A body gets properties of other schemas, such as `is_admin`, and names from the source of the app. Taken is
what comes back with the value that was sent, and did not without it: in the answer, or where the document
has the object read. Bodies that may have any property, as the document says, are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz.execution.made_objects import readings
from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.model.findings import Exchange, Finding
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
                "The document does not declare these properties of the body, but the app accepted them: "
                f"{listed}. "
                f"{json.dumps(probe.sent[first])} came back as `{first}`. "
                "Clients can set properties that they should not control."
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
        before = _by_name(usual)
        chosen = {
            name: next((value for value in values if value not in before.get(name, ())), values[0])
            for name, values in extras.items()
        }
        together = self._read(chosen)
        names = list(chosen)
        if together is not None:
            back = _by_name(together)
            names = [name for name in names if chosen[name] in back.get(name, ())]
        return [name for name in names if self._is_taken(name, chosen[name], before.get(name, ()))]

    def _is_taken(self, name: str, value: Any, before: Sequence[Any]) -> bool:
        exchanges = None if value in before else self._read({name: value})
        if exchanges is None:
            return False
        self.exchanges[name], self.sent[name] = tuple(exchanges), value
        return value in _by_name(exchanges).get(name, ())

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
        for reading in readings(self._document, request, exchange.answer):
            answer = self._api.through(reading)
            if answer.is_success:
                found.append(Exchange(reading, answer))
        return found


def _by_name(exchanges: Iterable[Exchange]) -> Mapping[str, list[Any]]:
    """The values in answers by the names under which they stand, wherever that is."""
    found: dict[str, list[Any]] = {}
    for exchange in exchanges:
        try:
            _collect(json.loads(exchange.answer.body), found, 0)
        except ValueError:
            continue
    return found


def _collect(value: Any, found: dict[str, list[Any]], depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            found.setdefault(name, []).append(item)
            _collect(item, found, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            _collect(item, found, depth + 1)
