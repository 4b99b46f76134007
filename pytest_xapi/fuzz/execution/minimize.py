"""Making a failing sequence of requests small: fewer requests, then less in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

from pytest_xapi.fuzz.execution.recalling import recalled
from pytest_xapi.fuzz.model import pointers, rules
from pytest_xapi.fuzz.model.cases import ABSENT, Binding, Failed, Outcome, Parts, Step
from pytest_xapi.fuzz.model.shrinking import (
    minimal,
    reduced_path_value,
    reductions,
    removals,
    without_needless,
)
from pytest_xapi.fuzz.schemathesis_adapter import Api, parts_of

_MOST_REQUESTS = 400
_MOST_FOR_STEP = 10
"""So many requests more for each step of a sequence."""
_MOST_SECONDS = 5.0

_CONSEQUENCES = {
    "no_answer": frozenset(rules.RULES) - {"no_answer"},
    "not_a_server_error": frozenset(
        {
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
            "missing_required_header",
            "unsupported_method",
        }
    ),
    "negative_data_rejection": frozenset({"response_schema_conformance"}),
    # Once the refusal is declared, it is an answer.
    "status_code_conformance": frozenset({"positive_data_acceptance"}),
}
"""Checks that fail because another one does, with the more telling one first."""

Key = tuple[str, str, str, int]
"""What tells findings apart: operation, check, cause, and status of the answer."""


def smallest(
    api: Api, key: Key, steps: list[Step], reduce: bool = True, until: float = float("inf")
) -> tuple[list[Step], list[Outcome]] | None:
    """The least of a sequence that still fails, and what came of it.

    Args:
        api: Sends the attempts.
        key: The failure, as `keyed` names it.
        steps: The sequence as it was sent; its last step failed.
        reduce: Whether to make what is sent small, too.
        until: When to stop, on the clock of `perf_counter`.

    Returns:
        `None` if the sequence does not fail again, or not in this time.
    """
    about = recalled(tuple(api.history), steps)
    made = None if about is None else _made_again(api, key, about, until)
    found = None if made is None else _Minimizing(api, key, made, until).smallest(reduce)
    return found or _Minimizing(api, key, steps, until).smallest(reduce)


def _made_again(api: Api, key: Key, steps: list[Step], until: float) -> list[Step] | None:
    """The steps, taking from answers what those give anew each time, and the rest as it was.

    Returns:
        `None` if they do not fail again, or if answers give all of it as before.
    """
    everything = list(range(len(steps)))
    parts = [parts_of(step.outcome.case) for step in steps]
    outcomes = _Minimizing(api, key, steps, until).attempt(everything, parts)
    if outcomes is None:
        return None
    found = [
        replace(step, bindings=tuple(item for item in step.bindings if _is_new(item, steps, outcomes)))
        for step in steps
    ]
    return found if any(step.bindings for step in found) else None


def _is_new(binding: Binding, steps: list[Step], outcomes: list[Outcome]) -> bool:
    now = pointers.of_answer(outcomes[binding.step].answer, binding.pointer)
    return bool(_given(steps, binding) != now)


def keyed(outcome: Outcome) -> Iterator[tuple[Key, Failed, tuple[str, ...]]]:
    """The failures of an answer, one for each cause, and the checks that failed in consequence of it.

    That status 500 is not declared follows from the server error. That an answer breaks its schema follows
    from invalid data that was accepted: the answer repeats it.
    """
    all_failed = (*outcome.failed, *_observed(outcome))
    failed_checks = {failed.check for failed in all_failed}
    primary = next((check for check in _CONSEQUENCES if check in failed_checks), None)
    consequences = _CONSEQUENCES[primary] & failed_checks if primary else frozenset()
    for failed in all_failed:
        if failed.check not in consequences:
            also = tuple(sorted(consequences)) if failed.check == primary else ()
            yield (outcome.operation, failed.check, failed.cause, failed.answer.status), failed, also


def _observed(outcome: Outcome) -> Iterator[Failed]:
    """What was seen while the request was served."""
    for seen in outcome.answer.observed:
        yield Failed(seen.check, seen.title, seen.message, seen.cause, outcome.request, outcome.answer)


class _Minimizing:
    """The requests that are spent on making one failure small. Each attempt meets the app newly started."""

    def __init__(self, api: Api, key: Key, steps: list[Step], until: float) -> None:
        self._api = api
        self._key = key
        self._steps = _rooted(steps)
        self._left = _MOST_REQUESTS + _MOST_FOR_STEP * len(steps)
        self._until = min(until, perf_counter() + _MOST_SECONDS)

    def attempt(self, chosen: list[int], parts: list[Parts]) -> list[Outcome] | None:
        """Send the chosen steps with these parts; their outcomes if the last one fails as it did."""
        if not self._is_closed(chosen) or perf_counter() > self._until:
            return None
        self._left -= len(chosen)
        if self._left < 0:
            return None
        cases = [self._api.copy(self._steps[index].outcome.case, parts[index]) for index in chosen]
        if any(self._api.preview(case) is None for case in cases):
            return None
        try:
            outcomes = self._api.send_again(_renumbered(self._steps, chosen), cases)
        except LookupError:
            return None
        keys = {key for key, _, _ in keyed(outcomes[-1])}
        return outcomes if self._key in keys else None

    def _is_closed(self, chosen: list[int]) -> bool:
        """Whether each step that takes values from an earlier one has it before it."""
        return all(binding.step in chosen for index in chosen for binding in self._steps[index].bindings)

    def smallest(self, reduce: bool) -> tuple[list[Step], list[Outcome]] | None:
        """The steps that are needed, and what came of them; `None` if nothing fails again."""
        parts = [parts_of(step.outcome.case) for step in self._steps]
        chosen = next((found for found in self._beginnings() if self.attempt(found, parts)), None)
        if chosen is None:
            return None
        chosen = self._without_needless(chosen, parts)
        for index in reversed(chosen) if reduce else ():
            self._reduce(index, chosen, parts)
        # What is smaller may need less before it.
        chosen = self._without_needless(chosen, parts)
        # Once more, for the outcomes; the budget does not stop this one.
        self._left, self._until = len(chosen), float("inf")
        outcomes = self.attempt(chosen, parts)
        return None if outcomes is None else (_renumbered(self._steps, chosen), outcomes)

    def _beginnings(self) -> Iterator[list[int]]:
        """What may be enough: the last step alone, with those it is linked to, or with all before it."""
        everything = list(range(len(self._steps)))
        seen: list[list[int]] = []
        for found in (everything[-1:], sorted(self._linked_to(everything[-1])), everything):
            if found not in seen:
                seen.append(found)
                yield found

    def _linked_to(self, last: int) -> set[int]:
        """The steps that have a link to a step, also by way of others."""
        found, size = {last}, 0
        while len(found) > size:
            size = len(found)
            for index, step in enumerate(self._steps):
                linked = {index, *(binding.step for binding in step.bindings)}
                linked |= set() if step.parent is None else {step.parent}
                if linked & found:
                    found |= linked
        return found

    def _without_needless(self, chosen: list[int], parts: list[Parts]) -> list[int]:
        return without_needless(
            chosen, lambda fewer: self.attempt(fewer, parts) is not None, self._without_orphans
        )

    def _without_orphans(self, chosen: list[int]) -> list[int]:
        """Without the steps that take values from one that has gone; the last one stays."""
        found: list[int] = []
        for index in chosen:
            if index == chosen[-1] or all(item.step in found for item in self._steps[index].bindings):
                found.append(index)
        return found

    def _reduce(self, index: int, chosen: list[int], parts: list[Parts]) -> None:
        """Make what one step sends small."""

        def fails_with(**changed: Any) -> bool:
            changes = list(parts)
            changes[index] = replace(parts[index], **changed)
            return self.attempt(chosen, changes) is not None

        # Simpler text need not keep to its format, which no schema enforces: it would be rejected rightly.
        keep_values = self._key[1] == "positive_data_acceptance"
        simpler = removals if keep_values else reductions
        if parts[index].body is not ABSENT and fails_with(body=ABSENT):
            parts[index] = replace(parts[index], body=ABSENT)
        for place in ("headers", "cookies", "query", "body"):
            value = getattr(parts[index], place)
            if value is not ABSENT:
                found = minimal(value, _place_fails(fails_with, place), simpler)
                parts[index] = replace(parts[index], **{place: found})
        if keep_values:
            return
        bound = {
            binding.name for binding in self._steps[index].bindings if binding.place == "path_parameters"
        }
        for name in [name for name in parts[index].path_parameters if name not in bound]:
            path = parts[index].path_parameters
            found = minimal(path[name], _path_fails(fails_with, path, name), reduced_path_value)
            parts[index] = replace(parts[index], path_parameters={**path, name: found})


def _place_fails(fails_with: Callable[..., bool], place: str) -> Callable[[Any], bool]:
    return lambda smaller: fails_with(**{place: smaller})


def _path_fails(fails_with: Callable[..., bool], path: dict[str, Any], name: str) -> Callable[[Any], bool]:
    return lambda smaller: fails_with(path_parameters={**path, name: smaller})


def _rooted(steps: list[Step]) -> list[Step]:
    """Steps that take each value from the answer that gave it first, and not from one that repeats it.

    Those between may then go; and a mend that changes what they answer does not change what is sent.
    """
    found: list[Step] = []
    for step in steps:
        bindings = tuple(_first_source(binding, found) for binding in step.bindings)
        found.append(replace(step, bindings=bindings))
    return found


def _first_source(binding: Binding, before: list[Step]) -> Binding:
    for earlier in before[binding.step].bindings:
        is_called_so = _called(earlier) == _called(binding)
        if is_called_so and _given(before, earlier) == _given(before, binding):
            return replace(binding, step=earlier.step, pointer=earlier.pointer)
    return binding


def _called(binding: Binding) -> str:
    return binding.pointer.rpartition("/")[2]


def _given(steps: list[Step], binding: Binding) -> Any:
    return pointers.of_answer(steps[binding.step].outcome.answer, binding.pointer)


def _renumbered(steps: list[Step], chosen: list[int]) -> list[Step]:
    """The chosen steps, which refer to each other by their new positions, and no longer to those left out."""
    position = {old: new for new, old in enumerate(chosen)}
    return [
        replace(
            steps[index],
            bindings=tuple(
                replace(binding, step=position[binding.step])
                for binding in steps[index].bindings
                if binding.step in position
            ),
            parent=None if (parent := steps[index].parent) is None else position.get(parent),
        )
        for index in chosen
    ]
