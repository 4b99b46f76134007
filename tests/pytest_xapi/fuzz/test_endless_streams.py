"""Operations whose answers do not end by themselves."""

from __future__ import annotations

import pytest

APP = """
    from collections.abc import AsyncIterator
    from anyio import sleep_forever
    from xapi import XAPI
    from xapi.sse import EventSourceResponse

    app = XAPI()

    def note(name: str) -> None:
        with open("closed", "a") as file:
            file.write(name + "\\n")

    @app.get("/numbers")
    async def numbers(start: int = 0) -> AsyncIterator[int]:
        try:
            while True:
                yield start
        finally:
            note("numbers")

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[int]:
        try:
            yield 1
            await sleep_forever()
        finally:
            note("events")
"""


def test_endless_answers_are_left_and_the_run_goes_on(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(APP)
    run = fuzz("--xapi-seed=1", cases=3)

    assert run.exit_code == 0, run.output
    assert set(run.outcomes.values()) == {"passed"}
    assert set((pytester.path / "closed").read_text().split()) == {"numbers", "events"}
