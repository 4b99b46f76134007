"""What gates judge by, as JSON: what was seen of each app, whoever saw it.

    {"apps": {NAME: {
        "document": {...},                    # the OpenAPI document
        "under_test": true,                   # whether it is the app of `xapi_app`, not just one of a test
        "places": {OPERATION: {"file": "shop/main.py", "line": 12}},            # of handlers
        "routes": [{"operation": OPERATION, "message": TEXT}],                   # that are not reached
        "operations": {OPERATION: {
            "requests": 7,
            "points": {DIMENSION: [POINT, ...]},   # what was covered (`points`)
            "ratios": [1.2, ...],              # times of 2xx answers, as multiples of the calibration
            "blocking": [0.21, ...],           # the longest times that the loop was held, in seconds
            "queries": [3, TEST],              # the most queries of one request, and its test
            "queries_by_hand": [2, TEST, REQUEST],  # the same of tests written by hand, with the request
        }},
        "undeclared": {ID: {"kind", "status", "operation", "message", "identity", "count",
                            "tests": [TEST, ...], "only_fuzz": false,
                            "request": {"method", "target", "body"}}},  # of a test written by hand
        "undocumented": 3,                    # requests that belong to no operation of the document
     }},
     "without_document": 0,                   # requests to apps that have none
     "fuzz": [...]}                           # the records of property tests; added where gates judge

`OPERATION` is a label, `GET /notes/{note_id}`, and `NAME` the title of the document. Lists are sorted, so
that the order in which processes and shards end makes no difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

from pytest_xapi.gates.sent_requests import smaller

Json = dict[str, Any]

MOST_RATIOS = 2_000
MOST_BLOCKING = 5
MOST_TESTS = 5


def empty() -> Json:
    """Evidence of nothing."""
    return {"apps": {}, "without_document": 0}


def merged(parts: Iterable[Mapping[str, Any]]) -> Json:
    """The evidence of several processes or shards as that of one run."""
    return reduce(lambda one, other: _merged(_WHOLE, one, other), parts, empty())


def apps_to_judge(evidence: Mapping[str, Any]) -> dict[str, Json]:
    """The apps under test; all apps, if none is known to be one."""
    apps: dict[str, Json] = evidence.get("apps", {})
    return {name: app for name, app in apps.items() if app["under_test"]} or apps


def new_app(document: Mapping[str, Any]) -> Json:
    """Nothing is known of an app but its document."""
    return {
        "document": document,
        "under_test": False,
        "places": {},
        "routes": [],
        "operations": {},
        "undeclared": {},
        "undocumented": 0,
    }


def new_operation() -> Json:
    """An operation that was not requested yet."""
    return {
        "requests": 0,
        "points": {},
        "ratios": [],
        "blocking": [],
        "queries": [0, ""],
        "queries_by_hand": [0, "", ""],
    }


_Merge = Callable[[Any, Any], Any]


def _merged(fields: Mapping[str, _Merge], one: Mapping[str, Any], other: Mapping[str, Any]) -> Json:
    both = {**one, **other}
    return {
        key: fields[key](one[key], other[key]) if key in fields and key in one and key in other else value
        for key, value in both.items()
    }


def _each(merge: _Merge) -> _Merge:
    """Merges mappings whose values merge so."""

    def merge_mappings(one: Mapping[str, Any], other: Mapping[str, Any]) -> Json:
        return {
            key: merge(one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
            for key in sorted({*one, *other})
        }

    return merge_mappings


def _sum(one: int, other: int) -> int:
    return one + other


def _union(one: list[str], other: list[str]) -> list[str]:
    return sorted({*one, *other})


def _fuller(one: Json, other: Json) -> Json:
    """Of two documents with one title, the one that says more; by its text if they say as much."""
    if one == other:
        return one
    return max(one, other, key=lambda document: (len(document.get("paths", ())), digest(document)))


def digest(document: Mapping[str, Any]) -> str:
    """What tells a document from others."""
    text = json.dumps(document, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


_UNDECLARED: Mapping[str, _Merge] = {
    "count": _sum,
    "tests": lambda one, other: _union(one, other)[:MOST_TESTS],
    "message": min,
    "only_fuzz": lambda one, other: one and other,
    "request": smaller,
}
_OPERATION: Mapping[str, _Merge] = {
    "requests": _sum,
    "points": _each(_union),
    "ratios": lambda one, other: [*one, *other][:MOST_RATIOS],
    "blocking": lambda one, other: sorted([*one, *other], reverse=True)[:MOST_BLOCKING],
    "queries": max,
    "queries_by_hand": max,
}
_APP: Mapping[str, _Merge] = {
    "document": _fuller,
    "under_test": lambda one, other: one or other,
    "places": _each(lambda one, other: one),
    "routes": lambda one, other: one,
    "operations": _each(lambda one, other: _merged(_OPERATION, one, other)),
    "undeclared": _each(lambda one, other: _merged(_UNDECLARED, one, other)),
    "undocumented": _sum,
}
_WHOLE: Mapping[str, _Merge] = {
    "apps": _each(lambda one, other: _merged(_APP, one, other)),
    "without_document": _sum,
}
