"""Changing the cases of sequences, which are made while they are sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_xapi.fuzz.cases import Case

if TYPE_CHECKING:
    from pytest_xapi.fuzz.schemathesis_adapter.api import Api


def change_cases(api: Api, change: Callable[[Case], Case | None]) -> None:
    """Let a function change each case of a sequence, or take it away by returning `None`."""

    api.change = change

    @api._schema.hook
    def filter_case(context: Any, case: Case) -> bool:
        return change(case) is not None

    @api._schema.hook
    def map_case(context: Any, case: Case) -> Case:
        changed = change(case)
        return case if changed is None else changed
