"""Whatever cancels a request, at whichever step: what it has opened is closed, once.

The programs and the harness are in `tests/reference/cancellation`; `tests/reference/count_teardowns.py`
counts the same under the reference.
"""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[1] / "reference"
sys.path.insert(0, str(REFERENCE))
try:
    cancelling = importlib.import_module("cancellation.cancelling")
    programs = importlib.import_module("cancellation.programs")
finally:
    sys.path.remove(str(REFERENCE))

WAYS = [(backend, *way) for backend in ("asyncio", "trio") for way in programs.ways(backend)]


# anyio has a task's coroutine before it has the task: a server that stops may cancel it in between.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize(("backend", "cut", "place"), WAYS)
def test_whatever_cancels_a_request_what_it_has_opened_is_closed_once(
    backend: str, cut: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("xapi"), "disabled", True)
    steps = 0
    cut_off = []
    for program in programs.PROGRAMS:
        if program.fits(place):
            found = cancelling.every_step(programs.build(program, place), program, cut, backend)
            steps += len(found)
            cut_off += [f"{program.name}, step {step}: {faults}" for step, faults in found if faults]
    assert cut_off == []
    assert steps > 500


def test_the_harness_sees_what_is_cut_off() -> None:
    program = next(program for program in programs.PROGRAMS if program.name == "two of a request")

    async def app(scope: object, receive: object, send: object) -> None:
        generator = programs.resource("a").dependency()
        await anext(generator)
        await anext(generator, None)

    for backend in ("asyncio", "trio"):
        found = cancelling.every_step(app, program, "task", backend)
        assert any("a: opened 1 times, closed 0 times" in faults for _, faults in found)
