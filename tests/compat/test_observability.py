"""Tools that observe apps see one of xapi as they see one of Starlette; the page about them holds."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "observability.md"
PROGRAM = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {name: body for body, name in PROGRAM.findall(PAGE.read_text(encoding="utf-8"))}

Run = Callable[..., str]


@pytest.fixture
def run(require: Callable[[bool, str], None], peer_environments: Any) -> Run:
    """`run(file, *arguments)` runs a program in the environment of the tools, and gives what it prints."""
    is_ready = peer_environments.is_ready("observability")
    require(is_ready, "the environment of observability is not there: run `make ci-deps`")

    def run(file: Path, *arguments: str) -> str:
        finished = subprocess.run(
            [peer_environments.python_of("observability"), "-W", "ignore", file, *arguments],
            env=peer_environments.variables(ROOT / "framework", without=("OTEL_",)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_of_the_page_runs(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PROGRAMS[name], encoding="utf-8")
    assert "assert " in PROGRAMS[name]
    run(tmp_path / name)


def test_the_page_has_a_program_for_each_kind_of_tool() -> None:
    expected = ["tracing.py", "errors.py", "metrics.py", "json_logs.py", "structured.py", "layers.py"]
    assert list(PROGRAMS) == expected


@pytest.mark.parametrize(
    "tool",
    [
        "sentry",
        "sentry-first",
        "sentry-alias",
        "opentelemetry",
        "opentelemetry-first",
        "instrumentator",
        "exporter",
    ],
)
def test_a_tool_sees_what_it_sees_of_starlette(tool: str, run: Run) -> None:
    *_, last = run(HERE / "observed.py", tool).splitlines()
    seen = json.loads(last)
    assert [status for status, _ in seen["of_xapi"]] == [200, 500, 500, 503, 404]
    assert seen["of_xapi"] == seen["of_starlette"]
    assert "/items/{number}" in json.dumps(seen["of_xapi"][0])


def test_a_tool_for_fastapi_sees_an_app_under_the_alias(run: Run) -> None:
    *_, last = run(HERE / "observed.py", "opentelemetry-alias").splitlines()
    spans = [span for _, seen in json.loads(last)["of_xapi"] for span in seen]
    assert spans == [
        ["GET /items/{number}", "/items/{number}", 200, "UNSET", []],
        ["GET /items/{number}", "/items/{number}", 500, "ERROR", ["ZeroDivisionError"]],
        ["POST /items", "/items", 500, "ERROR", ["KeyError"]],
        ["GET /parts/{key}", "/parts/{key}", 503, "ERROR", []],
        ["GET", None, 404, "UNSET", []],
    ]
