"""Shards: what each of them runs, and what `xapi report merge` says of those that are missing or doubled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_xapi.reports import gaps, github, html, json_form, markdown, sarif
from pytest_xapi.reports.model import Report, Shard
from xapi.cli import main

APP = """
from xapi import XAPI

app = XAPI(title="Pages", version="1.0.0")

@app.get("/pages")
async def pages(size: int = 10) -> int:
    "Pages."
    return 100 // (size or 1)

@app.get("/words")
async def words() -> int:
    "Words."
    return 1
"""
TESTS = """
def test_pages(client):
    with open("tests-ran", "a") as file:
        file.write("x")
    assert client.get("/pages").json() == 10
"""
FUZZ = ("--xapi-fuzz", "--xapi-max-examples=3", "--xapi-fuzz-phase=boundary")
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, run_pytest: Run) -> Run:
    pytester.makepyfile(pages=APP)
    pytester.makepyfile(test_pages=TESTS)
    pytester.path.joinpath("pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\n[tool.xapi]\napp = "pages:app"\n'
    )
    monkeypatch.chdir(pytester.path)
    return run_pytest


def read(name: str) -> Report:
    return json_form.read(Path(name).read_text(encoding="utf-8"))


def write(name: str, shard: Shard | None, evidence: bool = True) -> None:
    found = {"apps": {}, "without_document": 0} if evidence else {}
    Path(name).write_text(json_form.written(Report(shard=shard, evidence=found)), encoding="utf-8")


@pytest.mark.usefixtures("fuzzing_imported")
def test_the_tests_of_the_project_run_in_the_first_shard_only(run: Run) -> None:
    for number in (1, 2):
        done = run(*FUZZ, f"--xapi-shard={number}/2", f"--xapi-report=json:{number}.json", "--xapi-gate")
        assert done.ret == pytest.ExitCode.OK
        where = "here" if number == 1 else "in shard 1"
        done.stdout.fnmatch_lines(
            [f"xapi-fuzz: *, shard {number} of 2 (the project's own tests run {where})"]
        )
    assert Path("tests-ran").read_text() == "x"
    items = [[record["item"] for record in read(f"{number}.json").fuzz] for number in (1, 2)]
    assert items == [["GET /pages boundary"], ["GET /words boundary"]]


@pytest.mark.usefixtures("fuzzing_imported")
@pytest.mark.parametrize("flag", ["--xapi-gate", "--xapi-gate=warn"])
def test_gates_judge_when_the_shards_are_put_together(
    flag: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        done = run(*FUZZ, f"--xapi-shard={number}/2", f"--xapi-report=json:{number}.json", flag)
        assert done.ret == pytest.ExitCode.OK, "a share cannot cover everything"
        done.stdout.fnmatch_lines([f"shard {number} of 2: gates are judged when the shards are merged: *"])
        assert read(f"{number}.json").verdicts == ()
    capsys.readouterr()
    assert main(["report", "merge", "1.json", "2.json"]) == 0
    assert "coverage    operations 100 %" in capsys.readouterr().out
    assert main(["report", "merge", "1.json", "--report", "json:merged.json"]) == 1
    told = capsys.readouterr()
    assert "shard 2 of 2 is missing" in told.err
    assert read("merged.json").gaps == ("shard 2 of 2 is missing",)


@pytest.mark.usefixtures("fuzzing_imported")
def test_a_shard_without_property_tests_passes(run: Run) -> None:
    done = run(*FUZZ, "--xapi-shard=3/3", "--xapi-report=json:3.json", "--xapi-gate")
    assert done.ret == pytest.ExitCode.OK
    done.stdout.fnmatch_lines(["there are more shards than property tests: none is left for this one"])
    for number in (1, 2):
        run(*FUZZ, f"--xapi-shard={number}/3", f"--xapi-report=json:{number}.json", "--xapi-gate")
    assert main(["report", "merge", "3.json", "2.json", "1.json"]) == 0


@pytest.mark.usefixtures("fuzzing_imported")
def test_a_shard_without_property_tests_passes_where_only_a_fixture_gives_the_app(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def xapi_app():
            from pages import app
            return app
        """
    )
    for number in (1, 2, 3):
        done = run(*FUZZ, f"--xapi-shard={number}/3", f"--xapi-report=json:{number}.json", "--xapi-gate")
        assert done.ret == pytest.ExitCode.OK, number
    assert [len(read(f"{number}.json").fuzz) for number in (1, 2, 3)] == [1, 1, 0]
    assert main(["report", "merge", "1.json", "2.json", "3.json"]) == 0


@pytest.mark.usefixtures("fuzzing_imported")
def test_the_only_shard_is_the_whole_run(run: Run) -> None:
    done = run(*FUZZ, "--xapi-shard=1/1", "--xapi-report=json:1.json", "--xapi-gate")
    assert done.ret == pytest.ExitCode.OK
    assert read("1.json").verdicts
    assert main(["report", "merge", "1.json"]) == 0


@pytest.mark.usefixtures("fuzzing_imported")
@pytest.mark.parametrize("other", ["--xapi-seed=2", "--xapi-max-examples=4", "--xapi-op=GET /words"])
def test_shards_of_two_runs_are_not_put_together(
    other: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run(*FUZZ, "--xapi-shard=1/2", "--xapi-report=json:1.json")
    run(*FUZZ, "--xapi-shard=2/2", "--xapi-report=json:2.json", other)
    capsys.readouterr()
    assert main(["report", "merge", "1.json", "2.json", "--warn"]) == 1
    assert "they belong to different runs" in capsys.readouterr().err


@pytest.mark.usefixtures("fuzzing_imported")
def test_stored_failures_do_not_move_the_shares(
    run: Run, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    pytester.path.joinpath("pages.py").write_text(APP.replace("(size or 1)", "size"))
    run("--xapi-fuzz", "--xapi-fuzz-only", "--xapi-fuzz-phase=boundary")
    assert list(pytester.path.glob(".xapi/failures/*")), "what the first machine knows"
    arguments = ("--xapi-fuzz", "--xapi-fuzz-phase=replay", *FUZZ[1:])
    run(*arguments, "--xapi-shard=1/2", "--xapi-report=json:1.json")
    shutil.rmtree(pytester.path / ".xapi")
    run(*arguments, "--xapi-shard=2/2", "--xapi-report=json:2.json")
    items = sorted(record["item"] for name in ("1.json", "2.json") for record in read(name).fuzz)
    assert items == ["GET /pages boundary", "GET /pages replay", "GET /words boundary"]
    capsys.readouterr()
    main(["report", "merge", "1.json", "2.json"])
    assert "different runs" not in capsys.readouterr().err


def test_a_shard_without_property_tests_to_share_is_refused(run: Run) -> None:
    done = run("--xapi-shard=1/2")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        ["*--xapi-shard splits the property tests across several runs: add --xapi-fuzz*"]
    )


def test_a_gated_shard_that_nobody_could_judge_is_refused(run: Run) -> None:
    done = run(*FUZZ, "--xapi-shard=1/2", "--xapi-gate", "--xapi-report=html:a.html")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--xapi-gate with --xapi-shard: *add --xapi-report json:FILE to each shard*"])


ONE, TWO, THREE = (Shard(number, 3, "a") for number in (1, 2, 3))
MERGES = {
    "all": ([ONE, TWO, THREE], []),
    "all, in another order": ([THREE, ONE, TWO], []),
    "one missing": ([ONE, THREE], ["shard 2 of 3 is missing"]),
    "two missing": ([TWO], ["shard 1 of 3 is missing", "shard 3 of 3 is missing"]),
    "one twice": ([ONE, TWO, THREE, TWO], ["shard 2 of 3 was given 2 times: 1.json, 3.json"]),
    "one twice, one missing": (
        [ONE, ONE, THREE],
        ["shard 1 of 3 was given 2 times: 0.json, 1.json", "shard 2 of 3 is missing"],
    ),
    "of another number": (
        [Shard(1, 2, "b"), THREE],
        ["1.json is shard 3 of 3, but 0.json is shard 1 of 2: they belong to different runs"],
    ),
    "of other cases": (
        [ONE, TWO, Shard(3, 3, "b")],
        [
            "2.json is shard 3 of 3 with other cases to run, but 0.json is shard 1 of 3: "
            "they belong to different runs"
        ],
    ),
    "of an app that only a fixture gives": ([Shard(1, 2), Shard(2, 2)], []),
    "with a whole run": ([None, Shard(1, 1)], ["0.json is not a shard, but other files are"]),
    "whole runs": ([None, None], []),
}


@pytest.mark.parametrize(("shards", "told"), list(MERGES.values()), ids=list(MERGES))
def test_a_merge_knows_what_is_missing_or_there_twice(shards: list[Shard | None], told: list[str]) -> None:
    reports = {f"{number}.json": Report(shard=shard) for number, shard in enumerate(shards)}
    assert list(gaps.of(reports)) == told


def test_a_merge_knows_what_was_not_gated() -> None:
    gated = Report(shard=Shard(1, 2), evidence={"apps": {}})
    (told,) = gaps.of({"1.json": gated, "2.json": Report(shard=Shard(2, 2))})
    assert told == "2.json has no evidence for the gates: it was run without --xapi-gate, or interrupted"


@pytest.mark.parametrize("names", [("a.json", "a.json"), ("a.json", "./a.json"), ("a.json", "link.json")])
def test_a_file_that_is_given_twice_is_refused(
    names: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json_form.written(Report(seed=1)))
    Path("link.json").symlink_to("a.json")
    assert main(["report", "merge", *names]) == 1
    assert "is given twice" in capsys.readouterr().err


def test_runs_that_saw_no_app_cannot_be_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write("1.json", Shard(1, 2))
    write("2.json", Shard(2, 2))
    assert main(["report", "merge", "1.json", "2.json"]) == 1
    assert "nothing to judge" in capsys.readouterr().err


def test_a_report_with_gaps_has_not_passed_in_any_form() -> None:
    report = Report(seed=1, gaps=("shard 2 of 3 is missing",))
    assert json.loads(json_form.written(report))["passed"] is False
    assert json_form.read(json_form.written(report)) == report
    (run,) = json.loads(sarif.written(report))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0] == {
        "level": "error",
        "message": {"text": "shard 2 of 3 is missing"},
    }
    assert github.written(report) == "::error title=xapi report::shard 2 of 3 is missing\n"
    assert "shard 2 of 3 is missing" in markdown.written(report)
    assert "shard 2 of 3 is missing" in html.written(report)
