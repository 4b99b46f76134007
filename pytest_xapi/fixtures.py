"""The fixtures, under the names that are always there: `xapi_app`, `xapi_client` and so on.

The short names (`client`, `override` ...) are in `pytest_xapi.short_names`.
"""

from __future__ import annotations

from typing import Any

import pytest

from pytest_xapi import discovery, settings, usage_errors


@pytest.fixture(scope="session")
def xapi_app(pytestconfig: pytest.Config) -> Any:
    """The ASGI app under test; define a fixture of this name to give your own.

    Without one, the app that `--xapi-app` or the ini option `xapi_app` names.
    """
    if settings.read(pytestconfig).app is None:
        pytest.fail(discovery.NOT_SET, pytrace=False)
    try:
        return discovery.load(pytestconfig)
    except pytest.UsageError as error:
        usage_errors.end_run(pytestconfig, str(error))
