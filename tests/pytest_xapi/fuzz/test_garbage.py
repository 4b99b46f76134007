"""The collector is kept from what is there when requests are sent, and looks at all again after the run."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from tests.pytest_xapi.fuzz.conftest import FuzzRun

APP = """
    import gc
    from xapi import XAPI

    app = XAPI()
    spared = []

    @app.get("/a")
    def a(number: int) -> int:
        spared.append(gc.get_freeze_count())
        return number
"""
SHOWN = """
    import shop

    def pytest_sessionfinish():
        print("spared", min(shop.spared) > 1_000)
"""


def test_the_collector_is_kept_from_what_is_there_until_the_run_ends(
    app_module: Callable[..., None], fuzz: FuzzRun, pytester: pytest.Pytester
) -> None:
    app_module(APP)
    pytester.makeconftest(SHOWN)
    run = fuzz("-s")
    assert run.findings == set()
    assert "spared True" in run.output
    assert gc.get_freeze_count() == 0


def test_functions_that_it_is_kept_from_get_probes(app_module: Callable[..., None], fuzz: FuzzRun) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.get("/a")
        def a(number: int) -> int:
            if number == 7_304_221:
                raise RuntimeError("found")
            return number
        """
    )
    run = fuzz("--xapi-fuzz-phase=boundary", "--xapi-fuzz-phase=guided", guided=True)
    assert any(check == "not_a_server_error" for _, check in run.findings)
    assert gc.get_freeze_count() == 0
