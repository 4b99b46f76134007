"""From figures to verdicts."""

from pathlib import Path

import pytest

from benchmarks.measure import Measured
from benchmarks.rows import ROWS, Contender, Kind, Row, Target, Unit
from benchmarks.verdicts import HeldFileWrong, Verdict, median_and_noise, read_held, verdicts


def verdict_of(kind: Kind, bound: float, ours: list[float], theirs: list[float], **held: float) -> Verdict:
    contenders = (Contender("peer", "bare", "a"), Contender("xapi", "xapi", "a"))
    row = Row("a", "a row", "asgi", contenders, (Target("peer", bound, kind),), Unit.MILLISECONDS)
    (verdict,) = verdicts(Measured(row, {"peer": theirs, "xapi": ours}), held)
    return verdict


def test_faster_is_the_median_of_the_ratios_of_the_rounds() -> None:
    verdict = verdict_of(Kind.FASTER, 3, ours=[1.0, 2.0, 1.0], theirs=[4.0, 6.0, 100.0])
    assert verdict.value == 4.0
    assert verdict.word == "reached"


def test_within_is_our_share_of_the_other() -> None:
    verdict = verdict_of(Kind.WITHIN, 1.5, ours=[2.0], theirs=[1.0])
    assert (verdict.value, verdict.word) == (2.0, "missed")


def test_what_is_added_is_in_the_unit_of_the_row() -> None:
    verdict = verdict_of(Kind.ADDS, 15, ours=[21e6], theirs=[7e6])
    assert (verdict.value, verdict.word) == (14.0, "reached")


def test_a_miss_that_noise_can_explain_is_called_so() -> None:
    verdict = verdict_of(Kind.FASTER, 4.5, ours=[1.0, 1.0, 1.0], theirs=[3.0, 4.0, 5.0])
    assert (verdict.value, verdict.noise, verdict.word) == (4.0, 1.0, "within noise")


def test_a_held_row_is_lost_by_more_than_the_noise_only() -> None:
    ours, theirs = [1.0, 1.0, 1.0], [3.0, 4.0, 5.0]
    assert not verdict_of(Kind.FASTER, 9, ours, theirs, a=5.0).lost
    lost = verdict_of(Kind.FASTER, 9, ours, theirs, a=5.1)
    assert lost.lost
    assert lost.word == "LOST"


def test_a_held_row_that_nobody_could_measure_is_lost() -> None:
    (verdict, *_) = verdicts(Measured(ROWS["b"], {"fastapi": [1.0]}), {"b": 4.0})
    assert verdict.lost


def test_only_the_main_target_is_held() -> None:
    held = [verdict.held for verdict in verdicts(Measured(ROWS["client.get"]), {"client.get": 8.0})]
    assert held == [8.0, None]


def test_noise_leaves_out_the_extremes_of_many_rounds() -> None:
    rounds = [0.0, *[10.0] * 4, *[12.0] * 11, *[14.0] * 4, 1000.0]
    assert len(rounds) == 21
    assert median_and_noise(rounds) == (12.0, 0.0)
    assert median_and_noise([1.0, 2.0, 9.0]) == (2.0, 4.0)


def test_the_rows_that_are_held_are_rows_with_targets() -> None:
    assert all(ROWS[name].targets for name in read_held())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[held]\nzz = 3", "held.toml: 'zz' is no row with a target"),
        ('[held]\n"websocket.session" = 3', "held.toml: 'websocket.session' is no row with a target"),
        ('[held]\na = "3"', "held.toml: 'a' is held to '3', which is no number"),
    ],
)
def test_a_wrong_file_of_held_rows_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "held.toml"
    path.write_text(text)
    with pytest.raises(HeldFileWrong, match=message):
        read_held(path)
