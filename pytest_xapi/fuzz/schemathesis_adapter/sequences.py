"""Sending sequences of our own cases along the links of a document, in order and by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from time import perf_counter

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model.cases import Outcome, Step
from pytest_xapi.fuzz.model.sequences import Link, SequenceStep, Walk, by_source, roots, walks
from pytest_xapi.fuzz.schemathesis_adapter.chain import Chain
from pytest_xapi.fuzz.schemathesis_adapter.following import follow
from pytest_xapi.fuzz.schemathesis_adapter.interface import CaseSender

_ROUNDS = 3
"""How often each walk is gone: with ordinary values first, and with random ones."""
_MOST_STEPS = 10
_FOLLOWING = (0.3, 0.6, 0.9)
"""How often a sequence goes on from what it has, if it can: one makes many things, another uses them."""
_WRONG = 0.1
"""How often a request of a longer sequence has something wrong in it."""


class Sequences:
    """The sequences that one app is sent; an operation that has once not answered is left out afterwards."""

    def __init__(self, api: CaseSender, links: Sequence[Link], until: float) -> None:
        """Make them ready.

        Args:
            api: What sends cases.
            links: Of the document.
            until: No other sequence is begun after this, on the clock of `perf_counter`.
        """
        self._api = api
        self._links = links
        self._following, self._roots = by_source(links), roots(links)
        self._until = until
        self._hanging: set[str] = set()

    def in_order(self, seed: int, count: int) -> Iterator[list[Step]]:
        """Send at most `count` short ones; each of them meets the app newly started."""
        found = walks(self._links, self._api.direct.repeatable())
        random = Random(seed)
        for number in range(min(count, len(found) * _ROUNDS)):
            if perf_counter() > self._until:
                return
            walk = found[number % len(found)]
            if self._hanging.isdisjoint(hop.label for hop in walk):
                steps = self._walked(walk, None if number < len(found) else random)
                if steps:
                    yield steps

    def by_chance(self, seed: int, count: int) -> Iterator[list[Step]]:
        """Send `count` longer ones, if there are links; each of them meets the app newly started."""
        for number in range(count if self._links else 0):
            if perf_counter() > self._until:
                return
            steps = self._wandered(Random(f"{seed} {number}"))
            if steps:
                yield steps

    def _walked(self, walk: Walk, random: Random | None) -> list[Step]:
        """Go as far as answers give what the next request needs."""
        self._api.restart()
        chain = Chain(self._api)
        for hop in walk:
            drawn = self._drawn_for(hop, chain, random)
            if drawn is None or not self._sent(chain, drawn, hop.link, hop.source, None):
                break
        return chain.steps

    def _drawn_for(self, hop: SequenceStep, chain: Chain, random: Random | None) -> GeneratedCase | None:
        if hop.repeats is None:
            return self._drawn(hop.label, random)
        again: GeneratedCase = chain.steps[hop.repeats].outcome.case
        return again

    def _wandered(self, random: Random) -> list[Step]:
        """Follow one link after another from what has succeeded, or begin with something else."""
        self._api.restart()
        chain = Chain(self._api)
        following_share = random.choice(_FOLLOWING)
        for _ in range(random.randint(2, _MOST_STEPS)):
            ways = [
                (link, position)
                for position, step in enumerate(chain.steps)
                if step.outcome.answer.is_success
                for link in self._following.get(step.outcome.operation, ())
                if link.target not in self._hanging
            ]
            link, source = random.choice(ways) if ways and random.random() < following_share else (None, None)
            label = random.choice(self._roots) if link is None else link.target
            if label not in self._hanging:
                drawn = self._drawn(label, random, is_wrong=random.random() < _WRONG)
                if drawn is not None:
                    self._sent(chain, drawn, link, source, random)
        return chain.steps

    def _drawn(self, label: str, random: Random | None, *, is_wrong: bool = False) -> GeneratedCase | None:
        generator = self._api.direct.generator(label)
        drawn = None if generator is None else generator.of_sequence(random, is_wrong=is_wrong)
        changed: GeneratedCase | None = None if drawn is None else self._api.change(drawn)
        return changed

    def _sent(
        self,
        chain: Chain,
        drawn: GeneratedCase,
        link: Link | None,
        source: int | None,
        random: Random | None,
    ) -> bool:
        """Send a case as the next one, with what a link takes: of a list any item, or the first one."""
        outcome: Outcome | None
        try:
            if link is None or source is None:
                outcome = chain.send(drawn, (), source)
            else:
                chosen = random.randrange if random is not None else lambda count: 0
                outcome = chain.send(*follow(chain, link, source, drawn, chosen), source)
        except LookupError:
            # By chance, what no earlier exchange has is what was drawn.
            return random is not None and self._sent(chain, drawn, None, None, random)
        if outcome is not None and outcome.answer.is_missing:
            self._hanging.add(outcome.operation)
            return False
        return outcome is not None
