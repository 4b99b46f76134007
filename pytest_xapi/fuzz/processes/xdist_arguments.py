"""What `--xapi-fuzz` adds to the command line, so that a process that ends does not end the run."""

from __future__ import annotations

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options

_RESTARTS = "--max-worker-restart=1000000"
NOT_INSTALLED = f"{options.ISOLATE.flag} needs pytest-xdist, which is not installed: pip install pytest-xdist"


def arguments(config: pytest.Config) -> list[str]:
    """Arguments of pytest-xdist: a worker, if isolation is asked for and none is; and as many as may end.

    Raises:
        pytest.UsageError: pytest-xdist is needed, and not there.
    """
    if hasattr(config, "workerinput"):
        return []
    known = config.known_args_namespace
    isolates = settings.early(config, options.ISOLATE)
    if not hasattr(known, "numprocesses"):
        if isolates:
            raise pytest.UsageError(NOT_INSTALLED)
        return []
    has_workers = bool(known.numprocesses or known.tx)
    found = ["--numprocesses=1"] if isolates and not has_workers else []
    if (has_workers or found) and known.maxworkerrestart is None:
        found.append(_RESTARTS)
    return found
