"""How much checks count in a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.model import levels
from pytest_xapi.fuzz.model.findings import Finding
from pytest_xapi.fuzz.model.levels import Levels

_LEVELS = pytest.StashKey[Levels]()
_DEFAULT = "warning"


def of(config: pytest.Config) -> Levels:
    """What `[tool.xapi.checks]` says.

    Raises:
        pytest.UsageError: an entry is wrong.
    """
    if _LEVELS not in config.stash:
        try:
            config.stash[_LEVELS] = levels.read(config.rootpath)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_LEVELS]


def applied(config: pytest.Config, finding: Finding) -> Finding | None:
    """A finding as bad as the project has it; None where its check is switched off."""
    known = of(config)
    operations = finding.operations or (finding.operation,)
    shown = known.shown(finding.check, operations)
    if not shown:
        return None
    kept = tuple(shown) if finding.operations else ()
    return replace(finding, level=known.worst(finding.check, shown), operations=kept)


def allows(config: pytest.Config, finding: Finding) -> bool:
    """Whether a gate lets an answer pass that a finding objects to: then it is accepted."""
    status = finding.last.answer.status
    operations = finding.operations or (finding.operation,)
    return all(of(config).allows(finding.check, operation, status) for operation in operations)


def fails(config: pytest.Config, finding: Finding) -> bool:
    """Whether a finding is so bad that its item fails."""
    least = settings.value(config, options.FAILS_ON, _DEFAULT)
    return options.SEVERITIES.index(finding.severity) <= options.SEVERITIES.index(least)
