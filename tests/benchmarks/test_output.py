"""Tables and the file of results."""

from pathlib import Path

from benchmarks.measure import Effort, Measured
from benchmarks.results import write_results
from benchmarks.rows import ROWS
from benchmarks.tables import Table, comparison, figures_table, growth_table, number, reasons_table
from benchmarks.verdicts import verdicts


def test_a_table_for_the_terminal_aligns_words_left_and_figures_right() -> None:
    table = Table("Title", ["row", "xapi"], [["a", "1.00"], ["client", "100"]], words=1)
    assert table.text() == "Title\n=====\nrow     xapi\na       1.00\nclient   100"


def test_a_table_for_a_document() -> None:
    table = Table("Title", ["row", "xapi"], [["a", "1.00"]], words=1)
    assert table.markdown() == "## Title\n\n| row | xapi |\n| --- | ---: |\n| a | 1.00 |"


def test_figures_are_medians_in_the_unit_of_the_row() -> None:
    measured = Measured(ROWS["b"], {"fastapi": [1e5, 3e5, 2e5]}, {"xapi": "no such item"})
    table = figures_table("asgi", [measured])
    assert table.headings == ["row", "what", "unit", "FastAPI", "xapi"]
    assert table.lines == [["b", "the same in a worker thread", "µs", "200", "no"]]


def test_a_row_of_growth_has_a_line_for_each_peer_and_one_for_the_cost_of_a_unit() -> None:
    row = ROWS["depth"]
    samples = {one.label: [10_000.0 * one.units + 5_000] for one in row.contenders if one.peer == "xapi"}
    table = growth_table(Measured(row, samples))
    assert table.headings == ["", "unit", "1", "10", "25", "50"]
    assert table.lines[2:] == [
        ["xapi", "µs", "15.0", "105", "255", "505"],
        ["xapi, per dependency", "µs", "15.0", "10.5", "10.2", "10.1"],
    ]


def test_targets_of_growth_say_which_sizes_are_compared() -> None:
    assert [comparison(target, ROWS["depth"]) for target in ROWS["depth"].targets] == [
        "times the cost per dependency at 1, at 50",
        "times the cost per dependency at 10, at 50",
    ]
    (models,) = ROWS["models"].targets
    assert comparison(models, ROWS["models"]) == "times the cost of bare ASGI per kB at 10,000,000"


def test_what_is_missed_is_listed_with_the_reason_where_it_is_known() -> None:
    found = [verdict for name in ("e", "b") for verdict in verdicts(Measured(ROWS[name]), {})]
    missed = [verdict for verdict in found if verdict.missed]
    assert reasons_table(missed, {("e", "fastapi"): "The validator alone."}).lines == [
        ["e", "times faster than FastAPI", "-", ">= 2", "The validator alone."],
        ["b", "times faster than FastAPI", "-", ">= 4.5", "no reason is known"],
    ]


def test_three_digits_count() -> None:
    assert [number(value) for value in (1234.5, 123.4, 12.34, 1.234)] == ["1234", "123", "12.3", "1.23"]


def test_the_file_of_results_says_where_and_with_what(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    effort = Effort(repeats=21, starts=7, nanoseconds=50_000_000, served=9, requests=10_000, fuzzed=3)
    write_results([Table("Title", ["row"], [["a"]], words=1)], {"fastapi": "1.2"}, effort, path)
    text = path.read_text()
    for part in (
        "- Date: ",
        "- Machine: ",
        "- Python: ",
        "- Versions: fastapi 1.2",
        "21 rounds of 50 ms",
        "| a |",
    ):
        assert part in text
