"""Test classes of `unittest`: fixtures come by an autouse fixture, asynchronous tests run as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import APP_WITH_LOG

RunPytest = Callable[..., pytest.RunResult]


def test_they_use_the_clients(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makepyfile(main=APP_WITH_LOG)
    pytester.makepyfile(
        test_it="""
        import unittest
        import pytest
        from main import log, user

        class TestAsync(unittest.IsolatedAsyncioTestCase):
            @pytest.fixture(autouse=True)
            def _given(self, async_client, override):
                self.client, self.override = async_client, override

            async def asyncSetUp(self):
                self.assertEqual(await self.read(), "anna")
                self.override(user, "ben")

            async def read(self):
                return (await self.client.get("/")).json()

            async def asyncTearDown(self):
                self.assertEqual(await self.read(), "ben")

            async def test_one(self):
                self.assertEqual(await self.read(), "ben")
                self.assertEqual(log, ["up"])

            async def test_two(self):
                self.assertEqual(log, ["up", "down", "up"])

        class TestSync(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _given(self, client, override):
                self.client = client
                override(user, "dora")

            def test_it(self):
                self.assertEqual(self.client.get("/").json(), "dora")

            def test_parts(self):
                with self.subTest("one"):
                    self.assertEqual(self.client.get("/").json(), "dora")
        """
    )
    result = run_pytest("--xapi-app=main:app", "-p", "no:randomly")
    result.assert_outcomes(passed=4)
