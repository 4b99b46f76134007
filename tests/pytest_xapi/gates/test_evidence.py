"""Evidence of several processes and shards is merged, and judged as that of one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pytest_xapi.gates import evidence, registry
from pytest_xapi.gates.settings import read_file

Gate = Callable[..., Any]

APP = """
    from starlette.responses import JSONResponse
    from xapi import XAPI

    app = XAPI(title="Shop")

    @app.get("/number")
    def number(word: str = "") -> int:
        return JSONResponse(word or 1)
"""
TESTS = """
    def test_without(client):
        client.get("/number")

    def test_with(client):
        client.get("/number", params={"word": "a"})

    def test_again(client):
        client.get("/number", params={"word": "b"})
"""
SETTINGS = "[tool.xapi.gate.coverage]\nfail-under = {operations = 100, parameters = 100}\n"


def test_shards_are_judged_as_the_whole(gate: Gate, pytester: pytest.Pytester) -> None:
    whole = gate(APP, TESTS, SETTINGS).report
    names = ("test_without", "test_with", "test_again")
    shards = [gate(APP, TESTS, SETTINGS, f"test_main.py::{name}").report for name in names]
    assert not shards[0].verdicts[0].passed
    written = [json.loads(json.dumps(shard.evidence)) for shard in shards]
    settings = read_file(pytester.path)
    for order in (written, written[::-1]):
        merged = evidence.merged(order)
        assert merged == whole.evidence
        assert registry.evaluate(settings.gates, merged) == whole.verdicts


def app(**fields: Any) -> dict[str, Any]:
    return {"apps": {"Shop": evidence.new_app({"paths": {}}) | fields}, "without_document": 1}


def test_merging_nothing_is_no_evidence() -> None:
    assert evidence.merged([]) == evidence.empty()


def test_counts_are_added_and_points_united() -> None:
    def seen(requests: int, points: list[str]) -> dict[str, Any]:
        operation = evidence.new_operation() | {"requests": requests, "points": {"statuses": points}}
        return app(operations={"GET /": operation}, undocumented=requests)

    merged = evidence.merged([seen(1, ["200"]), seen(2, ["200", "404"])])
    operation = merged["apps"]["Shop"]["operations"]["GET /"]
    assert (operation["requests"], operation["points"]) == (3, {"statuses": ["200", "404"]})
    assert (merged["apps"]["Shop"]["undocumented"], merged["without_document"]) == (3, 2)


def test_the_most_queries_and_the_longest_times_are_kept() -> None:
    def measured(queries: list[Any], blocking: list[float]) -> dict[str, Any]:
        return app(
            operations={"GET /": evidence.new_operation() | {"queries": queries, "blocking": blocking}}
        )

    merged = evidence.merged([measured([2, "a"], [0.3, 0.1]), measured([3, "b"], [0.4, 0.2, 0.1, 0.1])])
    operation = merged["apps"]["Shop"]["operations"]["GET /"]
    assert operation["queries"] == [3, "b"]
    assert operation["blocking"] == [0.4, 0.3, 0.2, 0.1, 0.1]


def test_of_two_documents_with_one_title_the_fuller_one_is_kept() -> None:
    small, large = {"paths": {"/a": {}}}, {"paths": {"/a": {}, "/b": {}}}
    for order in ((small, large), (large, small)):
        merged = evidence.merged([app(document=document) for document in order])
        assert merged["apps"]["Shop"]["document"] == large
