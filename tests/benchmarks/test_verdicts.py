"""From figures to verdicts."""

from pathlib import Path

import pytest

from benchmarks.measure import Measured
from benchmarks.rows import ROWS, Contender, Kind, Row, Target, Unit
from benchmarks.verdicts import FileWrong, Verdict, median_and_noise, read_held, read_reasons, verdicts


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


def test_a_target_is_missed_by_more_than_the_noise_only() -> None:
    ours, theirs = [1.0, 1.0, 1.0], [3.0, 4.0, 5.0]
    assert not verdict_of(Kind.FASTER, 5.0, ours, theirs).missed
    assert verdict_of(Kind.FASTER, 5.1, ours, theirs).missed


def test_what_is_beyond_the_target_is_told_and_never_missed() -> None:
    contenders = (Contender("peer", "bare", "a"), Contender("xapi", "xapi", "a"))
    row = Row("a", "a row", "asgi", contenders, (Target("peer", 2, beyond=True),))
    (verdict,) = verdicts(Measured(row, {"peer": [1.0], "xapi": [1.0]}), {})
    assert (verdict.word, verdict.missed) == ("not reached", False)


def test_the_most_that_is_allowed_is_compared_with_nobody() -> None:
    (verdict,) = verdicts(Measured(ROWS["resident"], {"xapi": [4096.0]}), {})
    assert (verdict.value, verdict.word) == (4.096, "missed")


def test_sizes_are_compared_by_the_cost_of_a_unit() -> None:
    samples = {one.label: [100.0 * one.units] for one in ROWS["depth"].contenders}
    samples["xapi 10"] = [500.0]
    smallest, next_to_it = verdicts(Measured(ROWS["depth"], samples), {})
    assert (smallest.value, smallest.word) == (1.0, "reached")
    assert (next_to_it.value, next_to_it.word) == (2.0, "missed")


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
        ('[held]\na = "3"', "held.toml: 'a' is held to '3', which is not a number"),
        ('[held]\na = 3\n[on."3.12"]\nb = 3', "held.toml: 'b' is held on one version alone"),
    ],
)
def test_a_wrong_file_of_held_rows_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "held.toml"
    path.write_text(text)
    with pytest.raises(FileWrong, match=message):
        read_held(path, (3, 12))


def test_a_row_may_be_held_to_something_else_on_a_version(tmp_path: Path) -> None:
    path = tmp_path / "held.toml"
    path.write_text('[held]\na = 3\nb = 4\n[on."3.12"]\na = 2')
    assert read_held(path, (3, 11)) == {"a": 3, "b": 4}
    assert read_held(path, (3, 12)) == {"a": 2, "b": 4}


def test_reasons_are_given_for_targets() -> None:
    assert all(against in {target.against for target in ROWS[row].targets} for row, against in read_reasons())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[missed]]\nrow = "zz"\nagainst = "fastapi"\nwhy = "x"',
            "row 'zz' has no target against 'fastapi'",
        ),
        ('[[missed]]\nrow = "a"\nagainst = "bare"\nwhy = "x"', "row 'a' has no target against 'bare'"),
        ('[[missed]]\nrow = "e"\nagainst = "fastapi"', "row 'e' against 'fastapi' has no `why`"),
    ],
)
def test_a_wrong_file_of_reasons_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text(text)
    with pytest.raises(FileWrong, match=f"reasons.toml: {message}"):
        read_reasons(path)


def test_a_reason_may_have_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text('[[missed]]\nrow = "e"\nagainst = "fastapi"\nwhy = """\nOne,\ntwo."""')
    assert read_reasons(path) == {("e", "fastapi"): "One, two."}
