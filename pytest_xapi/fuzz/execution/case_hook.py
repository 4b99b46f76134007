"""The fixture `xapi_case`: a user's function that adjusts or skips cases before they are sent."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from pytest_xapi.fuzz.collection.schedule import STATEFUL
from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.schemathesis_adapter import Api, label_of, parts_of


@dataclass
class FuzzCase:
    """A request that is about to be sent; what is changed here is sent."""

    operation: str
    """Its label: `GET /notes/{note_id}`."""
    phase: str
    """`examples`, `boundary`, `random` or `stateful`."""
    path_parameters: dict[str, Any]
    query: dict[str, Any]
    headers: dict[str, Any]
    cookies: dict[str, Any]
    body: Any
    """The value that becomes the body; `pytest_xapi.fuzz.model.cases.ABSENT` if there is none.

    `None` is the JSON body `null`.
    """


CaseHook = Callable[[FuzzCase], object]
"""Returns `False` for a case that is not to be sent."""


def with_notice(hook: CaseHook, notice: Callable[[Any, Any], None]) -> CaseHook:
    """A hook that does the same, and tells of each case what it was before and after."""

    def noticed(case: FuzzCase) -> object:
        before = deepcopy(case)
        result = hook(case)
        notice(before, case)
        return result

    return noticed


def adjusted(api: Api, hook: CaseHook, label: str, phase: str, case: Case) -> Case | None:
    """What a hook makes of a case; `None` if it is not to be sent."""
    before = parts_of(case)
    given = FuzzCase(label, phase, **deepcopy(vars(before)))
    if hook(given) is False:
        return None
    names = vars(before)
    after = replace(before, **{name: getattr(given, name) for name in names})
    return case if after == before else api.copy(case, after)


def adjust_sequences(api: Api, hook: CaseHook) -> None:
    """Let a hook adjust and skip the cases of sequences, which are made while they are sent."""
    api.change = lambda case: adjusted(api, hook, label_of(case), STATEFUL, case)
