"""What guided property tests write for coverage.py where the project measures branches."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from coverage import Coverage, CoverageData

APP = """
    from xapi import XAPI

    app = XAPI()
    NEVER = False


    @app.get("/sizes")
    def sizes(size: int, word: str = "") -> str:
        found = ""
        if size > 100 and not word:
            found = "large"
        elif not (size < -5 or word == "small"):
            found = "usual"
        if NEVER:
            return "never"
        if size == 77_777:
            found += "!"
        while len(found) < 5:
            found += "."
        for letter in found:
            if letter == "!":
                break
        match word:
            case "one":
                return "1"
            case "two":
                return "2"
        return found


    @app.get("/others")
    def others() -> None:
        if NEVER or sizes:
            return
        raise ValueError
"""
GUIDED = (
    "--xapi-fuzz",
    "--xapi-fuzz-phase=guided",
    "--xapi-report=coverage:reached",
    "-p",
    "no:cacheprovider",
)


@pytest.fixture
def shop(pytester: pytest.Pytester) -> Callable[[str], None]:
    def write(settings: str) -> None:
        pytester.makepyfile(shop=APP)
        pytester.makepyprojecttoml(f'[tool.xapi]\napp = "shop:app"\n\n{settings}')

    return write


def test_branches_are_those_that_were_taken(shop, pytester: pytest.Pytester) -> None:
    shop("[tool.coverage.run]\nbranch = true\n")
    command = ("-m", "coverage", "run", "--include=shop.py", "-m", "pytest", *GUIDED)
    pytester.run(sys.executable, *command).assert_outcomes(passed=3)
    reached, traced = arcs(pytester, "reached"), arcs(pytester, ".coverage")
    possible = Coverage(
        data_file=str(pytester.path / "reached"), config_file=str(pytester.path / "pyproject.toml")
    )
    possible.load()
    told = possible.branch_stats(str(pytester.path / "shop.py"))
    real = Coverage(
        config_file=str(pytester.path / "pyproject.toml"), data_file=str(pytester.path / ".coverage")
    )
    real.load()
    measured = real.branch_stats(str(pytester.path / "shop.py"))
    assert {arc for arc in reached if arc[0] != arc[1]} <= traced
    assert measured.keys() == told.keys()
    certain = {line for line, (_, taken) in measured.items() if told[line][1] == taken}
    loops = {
        number for number, text in enumerate(lines(pytester), 1) if text.lstrip().startswith(("for", "case"))
    }
    assert measured.keys() - certain <= loops
    assert certain


def test_statements_are_written_where_no_branches_are_measured(shop, pytester: pytest.Pytester) -> None:
    shop("")
    pytester.runpytest_subprocess(*GUIDED).assert_outcomes(passed=3)
    data = CoverageData(str(pytester.path / "reached"))
    data.read()
    assert not data.has_arcs()
    (file,) = data.measured_files()
    never = lines(pytester).index('        return "never"') + 1
    assert never not in (data.lines(file) or ())
    assert never + 1 in (data.lines(file) or ())


@pytest.mark.parametrize("file", [".coveragerc", "setup.cfg", "tox.ini"])
def test_branches_add_up_with_those_of_ordinary_tests(shop, pytester: pytest.Pytester, file: str) -> None:
    shop("")
    section = "run" if file == ".coveragerc" else "coverage:run"
    (pytester.path / file).write_text(f"[{section}]\nbranch = true\n", encoding="utf-8")
    pytester.makepyfile("def test_it(client):\n    assert client.get('/sizes?size=1').json() == 'usual'\n")
    pytester.run(sys.executable, "-m", "coverage", "run", "-m", "pytest").assert_outcomes(passed=1)
    pytester.runpytest_subprocess(*GUIDED, "--xapi-fuzz-only").assert_outcomes(passed=3)
    pytester.run(
        sys.executable, "-m", "coverage", "combine", "--keep", "--append", "reached"
    ).stderr.no_fnmatch_line("*branch*")
    assert arcs(pytester, "reached") <= arcs(pytester, ".coverage")


def arcs(pytester: pytest.Pytester, name: str) -> set[tuple[int, int]]:
    data = CoverageData(str(pytester.path / name))
    data.read()
    assert data.has_arcs()
    return set(data.arcs(str(pytester.path / "shop.py")) or ())


def lines(pytester: pytest.Pytester) -> list[str]:
    return (pytester.path / "shop.py").read_text(encoding="utf-8").splitlines()
