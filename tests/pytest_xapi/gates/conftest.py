"""How the tests of the gates run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

import pytest

# Imported before the runs inside, which forget what they have imported themselves: what the tests ask for has
# to be what the runs have left.
import pytest_xapi.gates.budgets
import pytest_xapi.gates.coverage
import pytest_xapi.gates.fuzz
import pytest_xapi.gates.plugin
import pytest_xapi.gates.undeclared  # noqa: F401
from pytest_xapi.reports.keys import REPORT
from pytest_xapi.reports.model import Problem, Report, Verdict

WITHOUT_OTHER_PLUGINS = [
    argument
    for plugin in ("asyncio", "hypothesispytest", "rerunfailures", "schemathesis")
    for argument in ("-p", f"no:{plugin}")
]


class Keeper:
    """A plugin that keeps the report of a run."""

    report: Report | None = None

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self.report = config.stash.get(REPORT, None)


@dataclass(frozen=True)
class Gated:
    """A run with gates, and what came of it."""

    result: pytest.RunResult
    kept: Report | None

    @property
    def report(self) -> Report:
        assert self.kept is not None, self.result.stdout.str()
        return self.kept

    def verdict(self, gate: str) -> Verdict:
        return next(verdict for verdict in self.report.verdicts if verdict.gate == gate)

    def problems(self, gate: str) -> list[Problem]:
        return list(self.verdict(gate).problems)

    def rules(self, gate: str) -> list[str]:
        return [problem.rule for problem in self.problems(gate)]


Gate = Callable[..., Gated]


@pytest.fixture
def gate(pytester: pytest.Pytester) -> Gate:
    """`gate(app, tests, settings)` runs tests of an app through the gates, in this process."""

    def run(app: str, tests: str, settings: str = "", *arguments: str) -> Gated:
        pytester.makepyfile(main=dedent(app))
        pytester.makepyfile(test_main=dedent(tests))
        pytester.makepyprojecttoml(
            '[tool.pytest.ini_options]\nxapi_app = "main:app"\nanyio_mode = "auto"\n' + dedent(settings)
        )
        keeper = Keeper()
        flags = (
            arguments
            if any(word.startswith("--xapi-gate") for word in arguments)
            else ("--xapi-gate", *arguments)
        )
        result = pytester.runpytest_inprocess(*WITHOUT_OTHER_PLUGINS, *flags, plugins=[keeper])
        return Gated(result, keeper.report)

    return run
