"""The reports of runs, and those of shards put together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_xapi.reports import json_form
from pytest_xapi.reports.model import Report
from xapi.cli import main

APP = """
from xapi import XAPI

app = XAPI(title="Pages", version="1.0.0")

@app.get("/pages")
async def pages(size: int = 10) -> int:
    return 100 // size

@app.get("/secret")
async def secret() -> int:
    raise LookupError("a secret place")
"""
FUZZ = ("--xapi-fuzz", "--xapi-fuzz-only", "--xapi-max-examples=5", "--xapi-fuzz-phase=boundary")


@pytest.fixture
def app(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytester.makepyfile(pages=APP)
    pytester.path.joinpath("pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\n[tool.xapi]\napp = "pages:app"\n'
        "[tool.xapi.gate]\nrules = false\n"
    )
    monkeypatch.chdir(pytester.path)
    return pytester.path


def read(path: Path) -> Report:
    return json_form.read(path.read_text(encoding="utf-8"))


def test_a_run_writes_each_report_that_is_asked_for(
    app: Path, run_pytest: Callable[..., pytest.RunResult]
) -> None:
    run = run_pytest(
        *FUZZ, "--xapi-report=json:out/a.json", "--xapi-report=html:out/a.html", "--xapi-report=github"
    )
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    found = {
        finding["operation"]: finding
        for record in read(app / "out/a.json").fuzz
        for finding in record["findings"]
    }
    assert set(found) == {"GET /pages", "GET /secret"}
    pages = found["GET /pages"]
    assert (pages["file"], pages["line"]) == ("pages.py", 6)
    assert pages["exchanges"][-1]["request"]["target"] == "/pages?size=0"
    assert pages["exchanges"][-1]["answer"]["status"] == 500
    assert "curl -i 'http://127.0.0.1:8000/pages?size=0'" in pages["curl"]
    assert "--xapi-replay" in pages["rerun"]
    assert "/pages?size=0" in (app / "out/a.html").read_text(encoding="utf-8")
    run.stdout.fnmatch_lines(["::error file=pages.py,line=6,title=XF101 GET /pages::Server error*"])


def test_a_run_without_gates_and_property_tests_has_an_empty_report(
    app: Path, pytester: pytest.Pytester, run_pytest: Callable[..., pytest.RunResult]
) -> None:
    pytester.makepyfile("def test_it(): pass")
    run_pytest("--xapi-report=json:a.json")
    assert read(app / "a.json") == Report()


FAILING = {
    "property tests": ("", FUZZ),
    "a test of the project": ("def test_it(): raise LookupError", ()),
    "a test of the project, with gates that only warn": (
        "def test_it(): raise LookupError",
        ("--xapi-gate=warn",),
    ),
    "no test": ("", ()),
}


@pytest.mark.parametrize(("source", "arguments"), list(FAILING.values()), ids=list(FAILING))
def test_the_verdict_of_a_report_is_that_of_the_run(
    source: str,
    arguments: tuple[str, ...],
    app: Path,
    pytester: pytest.Pytester,
    run_pytest: Callable[..., pytest.RunResult],
) -> None:
    pytester.makepyfile(test_it=source)
    forms = [f"--xapi-report={form}:a.{form}" for form in ("json", "html", "markdown")]
    run = run_pytest(*arguments, *forms)
    assert run.ret != pytest.ExitCode.OK
    assert not read(app / "a.json").passed
    assert json.loads((app / "a.json").read_text(encoding="utf-8"))["passed"] is False
    assert "<title>xapi: failed</title>" in (app / "a.html").read_text(encoding="utf-8")
    assert (app / "a.markdown").read_text(encoding="utf-8").startswith("## xapi: failed\n")


def test_reports_that_are_put_together_have_failed_if_one_has(
    app: Path, pytester: pytest.Pytester, run_pytest: Callable[..., pytest.RunResult]
) -> None:
    pytester.makepyfile(test_a="def test_a(): pass", test_b="def test_b(): raise LookupError")
    run_pytest("--xapi-report=json:a.json", "test_a.py")
    run_pytest("--xapi-report=json:b.json", "test_b.py")
    assert main(["report", "merge", "a.json", "--report", "json:c.json"]) == 0
    assert main(["report", "merge", "a.json", "b.json", "--report", "json:c.json"]) == 1
    assert not read(app / "c.json").passed


def test_credentials_are_in_no_report(
    app: Path, pytester: pytest.Pytester, run_pytest: Callable[..., pytest.RunResult]
) -> None:
    pytester.makepyfile(
        pages="""
        from typing import Annotated
        from xapi import XAPI, Depends
        from xapi.security import HTTPBearer

        app = XAPI()

        @app.get("/fails")
        async def fails(token: Annotated[object, Depends(HTTPBearer())]) -> None:
            raise LookupError
        """
    )
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def xapi_auth():
            return {"HTTPBearer": "open-sesame-1001"}
        """
    )
    forms = ("json", "html", "har", "sarif", "markdown")
    run = run_pytest(*FUZZ, *(f"--xapi-report={form}:r.{form}" for form in forms))
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    for form in forms:
        assert "open-sesame-1001" not in (app / f"r.{form}").read_text(encoding="utf-8")
    assert "Bearer $HTTPBEARER" in (app / "r.har").read_text(encoding="utf-8")


def test_shards_are_judged_as_the_whole_run(
    app: Path, run_pytest: Callable[..., pytest.RunResult], capsys: pytest.CaptureFixture[str]
) -> None:
    run_pytest(*FUZZ, "--xapi-gate=warn", "--xapi-report=json:whole.json")
    for shard in (1, 2):
        shutil.rmtree(app / ".xapi", ignore_errors=True)
        run_pytest(*FUZZ, "--xapi-gate=warn", f"--xapi-shard={shard}/2", f"--xapi-report=json:{shard}.json")
    capsys.readouterr()
    assert main(["report", "merge", "1.json", "2.json", "--report", "json:merged.json"]) == 1

    whole, merged = read(app / "whole.json"), read(app / "merged.json")
    assert [(verdict.gate, verdict.passed, verdict.figure) for verdict in merged.verdicts] == [
        (verdict.gate, verdict.passed, verdict.figure) for verdict in whole.verdicts
    ]
    assert sorted(record["item"] for record in merged.fuzz) == sorted(record["item"] for record in whole.fuzz)
    assert sum(len(read(app / f"{shard}.json").fuzz) for shard in (1, 2)) == 2
    assert "fuzz        2 new findings" in capsys.readouterr().out


def test_a_merge_may_only_warn(app: Path, run_pytest: Callable[..., pytest.RunResult]) -> None:
    run_pytest(*FUZZ, "--xapi-gate", "--xapi-report=json:1.json")
    assert main(["report", "merge", "1.json", "--warn", "--report", "json:merged.json"]) == 0
    assert read(app / "merged.json").only_warns


def test_the_exit_code_of_a_merge_is_that_of_its_gates(
    app: Path, run_pytest: Callable[..., pytest.RunResult], capsys: pytest.CaptureFixture[str]
) -> None:
    run_pytest(*FUZZ, "--xapi-gate", "--xapi-report=json:1.json")
    assert main(["report", "merge", "1.json"]) == 1
    run_pytest(*FUZZ, "--xapi-report=json:2.json")
    assert main(["report", "merge", "2.json"]) == 1
    assert "error XF101 GET /pages (pages.py:6): Server error [not_a_server_error]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "xapi: error: cannot read a.json: No such file or directory"),
        ("{}", "xapi: error: a.json cannot be used: it is not a report of xapi: it has no key `xapi_report`"),
    ],
)
def test_a_file_that_is_no_report_is_refused(
    app: Path, content: str | None, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (app / "a.json").write_text(content)
    assert main(["report", "merge", "a.json"]) == 1
    assert complaint in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "a.json").write_text(json_form.written(Report()))
    assert main(["report", "merge", "a.json", "--report", "json:a.json/b.json"]) == 1
    assert "xapi: error: json:a.json/b.json: cannot write a.json/b.json: " in capsys.readouterr().err


def test_reports_without_gates_are_only_put_together(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "a.json").write_text(json_form.written(Report(seed=1)))
    (app / "b.json").write_text(json_form.written(Report(seed=1)))
    assert main(["report", "merge", "a.json", "b.json", "--report", "json:-"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 1
