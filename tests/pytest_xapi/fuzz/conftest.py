"""How the tests of the property tests run them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from pytest_xapi.fuzz.options import PHASES

FuzzRun = Callable[..., "Fuzzed"]

WITHOUT_OTHER_PLUGINS = [
    argument
    for plugin in ("anyio", "asyncio", "hypothesispytest", "rerunfailures", "schemathesis")
    for argument in ("-p", f"no:{plugin}")
]
UNGUIDED = [phase for phase in PHASES if phase != "guided"]


class Recorder:
    """A plugin that keeps what the reports of property tests carry, as other plugins can."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.reported: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.records += getattr(report, "xapi_fuzz", {"records": []})["records"]
        if report.when == "call" or not report.passed:
            self.reported[report.nodeid] = report.outcome

    @property
    def findings(self) -> set[tuple[str, str]]:
        """Operation and check of all that was found."""
        return {
            (finding["operation"], finding["check"])
            for record in self.records
            for finding in record["findings"]
        }


class Fuzzed:
    """A finished run."""

    def __init__(self, exit_code: int, output: str, recorder: Recorder) -> None:
        self.exit_code = exit_code
        self.output = output
        self.outcomes = recorder.reported
        self.records = {record["item"]: record for record in recorder.records}
        self.findings = recorder.findings


@pytest.fixture(scope="session", autouse=True)
def _imported(fuzzing_imported: None) -> None:
    """For each test here."""


@pytest.fixture
def fuzz(pytester: pytest.Pytester) -> FuzzRun:
    """Run `pytest --xapi-fuzz` in this process, in the folder of the test.

    Guided requests follow from the app's code, and have tests of their own: they are left out where a test
    chooses no phase, unless it says `guided=True`.
    """

    def run(*arguments: str, cases: int = 10, guided: bool = False) -> Fuzzed:
        recorder = Recorder()
        chosen = [
            argument for argument in arguments if argument.startswith(("--xapi-fuzz-phase", "--xapi-replay"))
        ]
        phases = [] if guided or chosen else [f"--xapi-fuzz-phase={phase}" for phase in UNGUIDED]
        result = pytester.runpytest_inprocess(
            "--xapi-fuzz",
            f"--xapi-max-examples={cases}",
            *WITHOUT_OTHER_PLUGINS,
            *phases,
            *arguments,
            plugins=[recorder],
        )
        output = f"{result.stdout}\n{result.stderr}"
        return Fuzzed(int(result.ret), output, recorder)

    return run


@pytest.fixture
def app_module(pytester: pytest.Pytester) -> Callable[..., None]:
    """Write a module with an app, and set that app in pytest's ini file."""

    def write(source: str, *, ini: str = "") -> None:
        pytester.makepyfile(shop=dedent(source))
        pytester.makeini(f"[pytest]\nxapi_app = shop:app\npythonpath = .\n{dedent(ini)}")

    return write
