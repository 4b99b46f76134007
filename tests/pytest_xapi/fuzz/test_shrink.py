"""Making failing values and sequences small."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_xapi.fuzz.model.shrinking import minimal, reduced_path_value, without_needless


@pytest.mark.parametrize(
    ("value", "fails", "smallest"),
    [
        ({"a": [1, 2, {"b": "xyz"}], "c": 1}, lambda value: "c" in value, {"c": 0}),
        ({"a": {"b": 77}, "c": 1}, lambda value: value.get("a", {}).get("b", 0) > 10, {"a": {"b": 11}}),
        ([5, 7, 9], lambda value: 7 in value, [7]),
        (["aaaa", "bXb"], lambda value: any("X" in text for text in value), ["X"]),
        ("\u00e9\u00e8\u00ea", lambda value: len(value) >= 2, "00"),
        (1_000_000, lambda value: value > 500, 501),
        (-40, lambda value: value < 0, -1),
        (2.75, lambda value: value > 1, 2),
        (True, lambda value: isinstance(value, bool), False),
        (None, lambda value: True, None),
    ],
)
def test_a_value_gets_as_small_as_it_can(value: Any, fails: Any, smallest: Any) -> None:
    assert minimal(value, fails) == smallest


def test_every_value_comes_to_an_end() -> None:
    value = {"a": [-3.5, "text\x00", {"b": [True, None, -1, 10**30, float("inf"), float("nan")]}], "é": "é"}
    assert minimal(value, lambda smaller: True) == {}


@pytest.mark.parametrize(
    ("needed", "kept"),
    [({9}, [9]), ({0, 9}, [0, 9]), ({3, 4, 9}, [3, 4, 9]), ({1, 5, 8, 9}, [1, 5, 8, 9])],
)
def test_steps_that_are_not_needed_go(needed: set[int], kept: list[int]) -> None:
    assert without_needless(list(range(10)), lambda items: needed <= set(items)) == kept


def test_a_step_goes_once_what_needed_it_has_gone() -> None:
    def fails(items: list[int]) -> bool:
        return 0 in items or 1 not in items

    assert without_needless([0, 1, 2], fails) == [2]


def test_path_values_stay_in_the_path() -> None:
    assert minimal("a%2Fb%20c", lambda value: "%20" in value, reduced_path_value) == "%20"
    assert "" not in list(reduced_path_value("abc"))
    assert 0 in list(reduced_path_value(7))
