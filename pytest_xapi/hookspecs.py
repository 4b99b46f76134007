"""The hooks that a project may implement in its conftest files."""

from __future__ import annotations

import pytest


def pytest_xapi_before_import(config: pytest.Config) -> None:
    """Prepare what the app reads when it is imported: the environment, a database, containers.

    It is called once, right before the app that is set is imported: when the first test needs it, or, with
    `--xapi-fuzz`, at collection. What it has begun ends by `config.add_cleanup`.

    Args:
        config: pytest's configuration.
    """
