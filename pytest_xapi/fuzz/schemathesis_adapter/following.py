"""What a request of a sequence takes from an earlier exchange, along a link."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import ABSENT, Binding
from pytest_xapi.fuzz.model.sequences import ANSWER, CONSTANT, Link, Taken
from pytest_xapi.fuzz.schemathesis_adapter.chain import Chain

Chosen = Callable[[int], int]
"""Which item of a list of so many is taken."""


def follow(
    chain: Chain, link: Link, source: int, drawn: GeneratedCase, chosen: Chosen
) -> tuple[GeneratedCase, list[Binding]]:
    """A case with what a link says of constants and of the earlier request, and what its answer will give.

    Args:
        chain: What was sent so far.
        link: The link.
        source: The position of the exchange that it follows.
        drawn: The case.
        chosen: Chooses among the items of a list in an answer.

    Raises:
        LookupError: the earlier exchange does not have what the link takes.
    """
    given: dict[tuple[str, str], Any] = {}
    bindings = []
    for taken in link.taken:
        earlier = _of_answer(chain, source, taken)
        if earlier is not None:
            pointer = pointers.chosen(chain.steps[earlier.step].outcome.answer, earlier.pointer, chosen)
            bindings.append(Binding(taken.place, taken.name, earlier.step, pointer))
        else:
            given[taken.place, taken.name] = _known(chain, source, taken)
    return chain.given(drawn, given), bindings


def _of_answer(chain: Chain, source: int, taken: Taken) -> Binding | None:
    """The place in an answer that a value comes from: the request before may have taken it from one, too."""
    if taken.origin == ANSWER:
        return Binding(taken.place, taken.name, source, taken.template)
    where = taken.origin, taken.template
    bindings = chain.steps[source].bindings
    return next((item for item in bindings if (item.place, item.name) == where), None)


def _known(chain: Chain, source: int, taken: Taken) -> Any:
    """A value that is known before any answer: a constant, or one that was sent."""
    if taken.origin == CONSTANT:
        return json.loads(taken.template)
    values = getattr(chain.steps[source].outcome.case.parts, taken.origin)
    if values is ABSENT:
        raise LookupError(taken.template)
    return pointers.of_value(values, taken.template) if taken.origin == "body" else values[taken.template]
