"""Ending a run as a usage error from inside a test, also where the test runs in a worker of pytest-xdist."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import pytest

_OUTPUT = "xapi_usage_error"
_TOLD = pytest.StashKey[str]()


def end_run(config: pytest.Config, message: str) -> NoReturn:
    """End the run with `message` and pytest's exit code for usage errors.

    A worker of pytest-xdist cannot end the run: there the test fails, and so does each that asks for the
    same; the exit code of the whole run is the same.
    """
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is None:
        note(config, message)
        pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)
    output[_OUTPUT] = message
    pytest.fail(message, pytrace=False)


def note(config: pytest.Config, message: str) -> None:
    """Let the run end with `message` on the standard error, and the exit code for usage errors."""
    config.stash[_TOLD] = message


def note_worker(config: pytest.Config, output: dict[str, Any]) -> None:
    """Remember, in the controller of pytest-xdist, whether a worker that has finished met a usage error."""
    if _OUTPUT in output:
        config.stash[_TOLD] = ""


def set_exit_status(session: pytest.Session) -> None:
    """Give the run the exit code for usage errors if it, or a worker, met one."""
    message = session.config.stash.get(_TOLD, None)
    if message is not None:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR
        if message:
            sys.stderr.write(f"ERROR: {message}\n")
