"""Values that replace dependencies, in code that is already compiled.

To compile a plan takes as long as many requests, and a test often makes one. Where only values replace
dependencies, the operation's own code runs, with other global names: what is replaced gives its value, what
was called for nothing but that gives nothing and reads nothing, and everything else stays where it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Hashable, Iterator
from contextvars import ContextVar
from types import FunctionType
from typing import Any

from starlette.types import Receive, Scope, Send

from xapi.identity import identity
from xapi.overrides import REPLACED, Dependency, Layer
from xapi.pipeline.codegen.operation import names_of_validation
from xapi.pipeline.held import Open
from xapi.pipeline.plan import Plan, Repeat, Step
from xapi.pipeline.resolve import enter_async, enter_in_thread, enter_waiting
from xapi.pipeline.threads import run_in_thread

Runner = Callable[[Scope, Receive, Send], Awaitable[None]]

_replaced: ContextVar[Layer | None] = ContextVar("xapi_replaced_by_values", default=None)
"""What replaces what in the request that the current task answers: the code itself holds no value."""


class _Given:
    """What is called in the place of a dependency, of whatever kind: awaiting the outcome gives the value."""

    __slots__ = ("_original",)

    def __init__(self, original: Dependency | None) -> None:
        self._original = None if original is None else identity(original)

    def __call__(self, /, **arguments: Any) -> _Given:
        return self

    def __await__(self) -> Generator[None, None, Any]:
        layer = _replaced.get()
        return None if self._original is None or layer is None else layer[self._original].take()
        yield


_NOT_CALLED = _Given(None)


class _Unread(dict[str, Any]):
    """The values of what is not called: each of them is None."""

    def __missing__(self, name: str) -> None:
        return None


def _nothing_read(*arguments: Any) -> dict[str, Any]:
    return _Unread()


def _run_in_thread(call: Any, arguments: dict[str, Any]) -> Awaitable[Any]:
    return call if type(call) is _Given else run_in_thread(call, arguments)


def _enter_async(generator: Any, opened: list[Open]) -> Awaitable[Any]:
    return generator if type(generator) is _Given else enter_async(generator, opened)


def _enter_waiting(generator: Any, opened: list[Open]) -> Awaitable[Any]:
    return generator if type(generator) is _Given else enter_waiting(generator, opened)


def _enter_in_thread(generator: Any, opened: list[Open]) -> Awaitable[Any]:
    return generator if type(generator) is _Given else enter_in_thread(generator, opened)


_CALLS = {
    "enter_async": _enter_async,
    "enter_in_thread": _enter_in_thread,
    "enter_waiting": _enter_waiting,
    "run_in_thread": _run_in_thread,
}


def with_values(runner: Any, plan: Plan, replaced: Plan) -> Runner | None:
    """The code of `plan`, doing what `replaced` says: the same plan with values in the place of dependencies.

    None if it cannot: a body would be read, a place of `max_concurrency` taken, or an error reported twice,
    for what is not called.
    """
    names = _names(plan, replaced)
    if names is None:
        return None
    code = FunctionType(runner.__code__, {**runner.__globals__, **names})

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        # A token could only be given back in this context, and an abandoned request ends in another.
        outer = _replaced.get()
        _replaced.set(scope[REPLACED])
        try:
            await code(scope, receive, send)
        finally:
            _replaced.set(outer)

    vars(run).update(vars(runner))
    return run


def _names(plan: Plan, replaced: Plan) -> dict[str, Any] | None:
    """The names that have another meaning in the code of `plan`."""
    places = _places(plan)
    left = _places(replaced)
    if places is None or left is None or not left.keys() <= places.keys():
        return None
    names: dict[str, Any] = dict(_CALLS)
    numbers: dict[int, int] = {}
    for call, step in places.items():
        other = left.get(call)
        if other is not None and other.replaced is None:
            if (step.scopes, step.exit, step.limit) != (other.scopes, other.exit, other.limit):
                return None
            numbers[step.number] = other.number
        elif step.limit is not None or step.signature.body:
            return None
        else:
            names[f"call{step.number}"] = _NOT_CALLED if other is None else _Given(other.replaced)
            names.update(dict.fromkeys(names_of_validation(step), _nothing_read))
    reports = _reports(plan, numbers)
    if reports is None or reports != _reports(replaced, {number: number for number in numbers.values()}):
        return None
    names.update(dict.fromkeys(_unread(replaced), _nothing_read))
    return names


def _places(plan: Plan) -> dict[Hashable, Step] | None:
    """The one step of each callable, or of what replaces it; None if one has several."""
    steps = list(plan.calls)
    places = {identity(_place(step)): step for step in steps}
    return places if len(places) == len(steps) else None


def _place(step: Step) -> Callable[..., Any]:
    return step.signature.call if step.replaced is None else step.replaced


def _unread(replaced: Plan) -> Iterator[str]:
    """The names of what reads values that nothing asks for any more: there may be too many of them."""
    still_read = {parameter.location for step in replaced.calls for parameter in step.signature.parameters}
    for location in ("query", "cookie"):
        if location not in still_read:
            yield f"{location}_values"
            yield f"{location}_lists"


def _reports(plan: Plan, numbers: dict[int, int]) -> list[tuple[int, bool]] | None:
    """The steps that report what is wrong with their values, each as often as it does, and whether with all
    below it; None if one is repeated with something below it that is no longer called.
    """
    found: list[tuple[int, bool]] = []
    # For each place in the plan, how many reports before it are kept, and how many are not.
    kept, left = [0], [0]
    own: dict[int, tuple[bool, bool]] = {}
    for step in plan.steps:
        if isinstance(step, Step):
            is_kept, is_left = (
                step.reads and step.number in numbers,
                step.reads and step.number not in numbers,
            )
            begins = step.begins
            own[step.number] = kept[-1] > kept[begins] or is_kept, left[-1] > left[begins] or is_left
            if is_kept:
                found.append((numbers[step.number], False))
        else:
            is_kept, is_left = own[step.number]
            if step.whole and is_kept:
                if is_left or step.number not in numbers:
                    return None
                found.append((numbers[step.number], True))
        kept.append(kept[-1] + is_kept)
        left.append(left[-1] + is_left)
    reading = {step.number for step in plan.calls if step.reads and step.number in numbers}
    found += [
        (numbers[step.number], False)
        for step in plan.steps
        if isinstance(step, Repeat) and not step.whole and step.number in reading
    ]
    return sorted(found)
