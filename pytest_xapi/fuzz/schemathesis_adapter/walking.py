"""Sending walks: short sequences along the links of a document, of our own cases."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model.cases import Binding, Step
from pytest_xapi.fuzz.model.sequences import Link, SequenceStep, Walk, walks
from pytest_xapi.fuzz.schemathesis_adapter.chain import Chain
from pytest_xapi.fuzz.schemathesis_adapter.interface import CaseSender
from pytest_xapi.fuzz.schemathesis_adapter.links import links_of

_ROUNDS = 3
"""How often each walk is gone: with ordinary values first, and with random ones."""


def run_walks(api: CaseSender, machine: Any, seed: int, count: int, until: float) -> Iterator[list[Step]]:
    """Send at most `count` walks; each of them meets the app newly started.

    After `until`, on the clock of `perf_counter`, no other one is begun.
    """
    found = walks(list(links_of(machine)), api.direct.repeatable())
    random = Random(seed)
    hanging: set[str] = set()
    for number in range(min(count, len(found) * _ROUNDS)):
        if perf_counter() > until:
            return
        walk = found[number % len(found)]
        if hanging.isdisjoint(hop.label for hop in walk):
            steps = _walked(api, walk, None if number < len(found) else random)
            hanging |= {step.outcome.operation for step in steps if step.outcome.answer.is_missing}
            if steps:
                yield steps


def _walked(api: CaseSender, walk: Walk, random: Random | None) -> list[Step]:
    """Go as far as answers give what the next request needs."""
    api.restart()
    chain = Chain(api)
    for hop in walk:
        drawn = _drawn(api, chain, hop, random)
        if drawn is None:
            break
        try:
            outcome = chain.send(drawn, _bindings(hop.link, hop.source), hop.source)
        except LookupError:
            break
        if outcome is None or outcome.answer.is_missing:
            break
    return chain.steps


def _drawn(api: CaseSender, chain: Chain, hop: SequenceStep, random: Random | None) -> GeneratedCase | None:
    if hop.repeats is not None:
        again: GeneratedCase = chain.steps[hop.repeats].outcome.case
        return again
    generator = api.direct.generator(hop.label)
    drawn = None if generator is None else generator.of_sequence(random)
    changed: GeneratedCase | None = None if drawn is None else api.change(drawn)
    return changed


def _bindings(link: Link | None, source: int | None) -> list[Binding]:
    """What a request takes from an earlier one; of a list the first item."""
    if link is None or source is None:
        return []
    return [Binding(item.place, item.name, source, item.template.replace("/*", "/0")) for item in link.taken]
