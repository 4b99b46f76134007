"""Tables and the file of results."""

from pathlib import Path

from benchmarks.measure import Effort, Measured
from benchmarks.results import write_results
from benchmarks.rows import ROWS
from benchmarks.tables import Table, figures_table, number


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


def test_three_digits_count() -> None:
    assert [number(value) for value in (1234.5, 123.4, 12.34, 1.234)] == ["1234", "123", "12.3", "1.23"]


def test_the_file_of_results_says_where_and_with_what(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    effort = Effort(repeats=21, starts=7, nanoseconds=50_000_000)
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
