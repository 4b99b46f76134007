"""What a project accepts of the answers of its app, for `assert_conforms` and checked responses."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_xapi.fuzz.model import levels
from xapi.openapi.reader import Operation
from xapi.testing import conformance
from xapi.testing.conformance import Fault


def hold(root: Path) -> None:
    """Have exceptions of the pyproject.toml of a directory, and of its baseline, hold from now on.

    Raises:
        pytest.UsageError: an entry is wrong.
    """
    try:
        known = levels.read(root)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error

    def forgives(fault: Fault, operation: Operation, status: int) -> bool:
        return known.forgives(levels.OF_KINDS[fault.kind], operation.label, status)

    conformance.exceptions = forgives


def end() -> None:
    """Let them hold no longer."""
    conformance.exceptions = None
