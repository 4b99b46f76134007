"""The soak: that it works at all, and what it calls a fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import command
from benchmarks.soak.verdict import Round, faults

QUIET = Round(
    resident=100_000_000,
    objects=100_000,
    kinds=Counter(dict=50_000, Order=10),
    files=20,
    set_up=500,
    torn_down=500,
    done=Counter(order=10),
    errors=[],
)


def told(*rounds: Round, log: str = "", growing_after: int | None = 0) -> list[str]:
    return list(faults(rounds, log, growing_after))


def test_the_shop_is_served_and_all_that_was_set_up_is_torn_down(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(["soak", "--quick"])
    output = capsys.readouterr()
    assert code == 0, output.out + output.err
    *_, last, _, verdict = output.out.splitlines()
    _, visits, left, *_, set_up, torn_down = last.split()
    assert int(visits) > int(left) > 0
    assert int(set_up) == int(torn_down) > 0
    assert verdict == "Nothing is left behind."


def test_rounds_that_leave_nothing_behind_have_no_fault() -> None:
    assert told(*[QUIET] * 8) == []


def test_errors_of_visitors_are_told_once_each() -> None:
    failed = replace(QUIET, errors=["GET /me: 500", "GET /me: 500"])
    assert told(QUIET, failed) == ["a visitor was not served: GET /me: 500"]


def test_what_the_server_logs_is_a_fault() -> None:
    assert told(QUIET, log="ERROR: Exception in ASGI application\n") == [
        "the server complains, in 1 lines:\nERROR: Exception in ASGI application"
    ]


def test_a_dependency_that_stays_open_is_a_fault_in_a_quick_run_too() -> None:
    assert told(QUIET, replace(QUIET, torn_down=499), growing_after=None) == [
        "round 2: of 500 dependencies 499 were torn down"
    ]


def test_memory_may_grow_in_the_first_quarter_and_by_less_than_two_percent_after_it() -> None:
    begin = replace(QUIET, resident=50_000_000)
    assert told(begin, *[QUIET] * 6, replace(QUIET, resident=101_900_000)) == []
    assert told(begin, *[QUIET] * 6, replace(QUIET, resident=102_000_000)) == [
        "resident memory has grown by 2.0%; less than 2% is allowed"
    ]


def test_what_grows_while_it_warms_up_does_not_count() -> None:
    cold = replace(QUIET, resident=50_000_000, objects=50_000)
    assert told(cold, cold, *[QUIET] * 4, growing_after=2) == []


def test_objects_that_gather_are_named() -> None:
    last = replace(QUIET, objects=100_600, kinds=Counter(dict=50_000, Order=610))
    assert told(QUIET, QUIET, last) == ["live objects have grown by 0.60%, among them 600 Order"]


def test_a_quick_run_says_nothing_about_growth() -> None:
    assert told(QUIET, replace(QUIET, resident=200_000_000, objects=200_000), growing_after=None) == []


def test_a_server_that_does_not_start_fails_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOP_TOKEN_MINUTES", "none")
    assert command.main(["soak", "--quick"]) == command.FAILED
    assert "token_minutes" in capsys.readouterr().err
