"""Noticing query parameters whose value changes nothing, from the answers to what an item sends anyway."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from xapi.openapi.reader import Document

ENOUGH_PAIRS = 5
"""How many pairs of requests have to differ in a parameter alone, before it is said to change nothing."""
_FEWEST_ITEMS = 2
"""A shorter list is the same whatever its order and its length were to be."""

Compared = dict[str, list[int]]
"""By parameter: how many pairs of answers were the same, and how many were not."""

Query = tuple[tuple[str, str], ...]


class Comparison:
    """Compares the answers to accepted `GET` requests of one operation.

    Only those are held to do nothing but answer. The answer to each request is compared with that to the
    first one that differs from it in one optional parameter alone.
    """

    def __init__(self, described: Document, label: str) -> None:
        self.compared: Compared = {}
        operation = described.operation(label)
        self._optional = {
            parameter.name
            for parameter in (operation.parameters if operation is not None else ())
            if parameter.location == "query" and not parameter.required
        }
        self._first: dict[Any, tuple[Query, Any]] = {}

    def take(self, request: WireRequest, answer: WireResponse) -> None:
        """Compare one answer with earlier ones."""
        if request.method != "GET" or not answer.is_success:
            return
        sent = tuple(parse_qsl(request.query, keep_blank_values=True))
        answered = (answer.status, answer.headers, answer.body)
        for name in self._optional:
            own = tuple(pair for pair in sent if pair[0] == name)
            others = tuple(pair for pair in sent if pair[0] != name)
            key = (name, request.path, others, request.headers, request.body)
            value, before = self._first.setdefault(key, (own, answered))
            if value == own:
                continue
            pairs = self.compared.setdefault(name, [0, 0])
            if answered != before:
                pairs[1] += 1
            elif _says_something(answer):
                pairs[0] += 1


def without_effect(all_compared: list[Compared]) -> Iterator[tuple[str, int]]:
    """The parameters that changed no answer in any item of an operation, and how many pairs say so."""
    for name in dict.fromkeys(name for compared in all_compared for name in compared):
        same, different = (
            sum(compared.get(name, (0, 0))[index] for compared in all_compared) for index in (0, 1)
        )
        if not different and same >= ENOUGH_PAIRS:
            yield name, same


def _says_something(answer: WireResponse) -> bool:
    """Whether there is anything in an answer that a parameter could have changed.

    An app without data answers every search in the same way.
    """
    try:
        return _is_full(json.loads(answer.body))
    except ValueError:
        return bool(answer.body)


def _is_full(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) >= _FEWEST_ITEMS and all(_is_full(item) for item in value)
    if isinstance(value, Mapping):
        return bool(value) and all(_is_full(item) for item in value.values() if isinstance(item, list | dict))
    return value is not None
