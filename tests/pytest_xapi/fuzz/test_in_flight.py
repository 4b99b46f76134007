"""What is kept of the request that a process sends when it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_xapi.fuzz.model.wire import WireRequest
from pytest_xapi.fuzz.monitors.in_flight import InFlight, Sent, read

REQUEST = WireRequest("POST", "/notes?a=%00", (("X-Name", "\xff"),), b"\x00\xff{}\n{}\n")


def test_what_is_in_flight_is_there_for_others_to_read(tmp_path: Path) -> None:
    flight = InFlight(tmp_path / "new" / "gw0.request")
    flight.item = "xapi::POST /notes random"
    flight.note(REQUEST)
    assert read(tmp_path / "new" / "gw0.request") == Sent("xapi::POST /notes random", REQUEST)
    assert flight.since is not None


def test_the_last_request_counts(tmp_path: Path) -> None:
    flight = InFlight(tmp_path / "main.request")
    flight.note(WireRequest("GET", "/a-path-that-is-longer-than-the-next"))
    flight.note(WireRequest("GET", "/b"))
    sent = read(tmp_path / "main.request")
    assert sent is not None
    assert sent.request == WireRequest("GET", "/b")


def test_nothing_is_in_flight_after_an_answer(tmp_path: Path) -> None:
    flight = InFlight(tmp_path / "main.request")
    flight.note(REQUEST)
    flight.answered()
    assert read(tmp_path / "main.request") is None
    assert flight.since is None


def test_nothing_is_in_flight_where_nothing_was_sent(tmp_path: Path) -> None:
    InFlight(tmp_path / "main.request")
    assert read(tmp_path / "main.request") is None
    assert read(tmp_path / "other.request") is None


def test_a_body_that_is_too_large_is_left_out(tmp_path: Path) -> None:
    flight = InFlight(tmp_path / "main.request")
    flight.note(WireRequest("POST", "/files", (("A", "b"),), b"x" * 2_000_000))
    sent = read(tmp_path / "main.request")
    assert sent == Sent("", WireRequest("POST", "/files", (("A", "b"),)), is_whole=False)


@pytest.mark.parametrize("processes", [(), ("--numprocesses=1",)])
def test_nothing_stays_in_the_temporary_folder(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        shop="from xapi import XAPI\napp = XAPI()\n\n@app.get('/')\ndef root() -> int:\n    return 1"
    )
    (pytester.path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(pytester.path / "temporary"))
    phase = "--xapi-fuzz-phase=boundary"
    result = pytester.runpytest_subprocess(
        "--xapi-fuzz", "--xapi-app=shop:app", phase, "-p", "no:cacheprovider", *processes
    )
    assert result.ret == pytest.ExitCode.OK
    assert [path.name for path in (pytester.path / "temporary").glob("xapi-*")] == []
