"""Routes that no request reaches. No document shows them: they are found in the app of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_xapi.gates.rules.api import Finding
from xapi.openapi.reader.pointers import escape
from xapi.testing.app_routes import layers_of
from xapi.testing.route_faults import route_faults

RULE = "route-reachable"


def mistakes(app: Any) -> Iterator[dict[str, str]]:
    """The routes of an app that are mistakes, as evidence of a run.

    Args:
        app: an app of any framework, or what wraps one and has it as `app`.
    """
    routes = next(filter(None, (getattr(layer, "routes", None) for layer in layers_of(app))), ())
    for fault in route_faults(routes):
        if fault.kind != "unread":  # the document shows that: `path-params`
            message = f"{_shown(fault.endpoint)}: {fault.message(_shown)}"
            yield {"operation": fault.label, "message": message}


def findings(told: Iterable[Mapping[str, str]]) -> Iterator[Finding]:
    """The same as findings of the gate.

    Args:
        told: the evidence.
    """
    for mistake in told:
        method, _, path = mistake["operation"].partition(" ")
        pointer = f"/paths/{escape(path)}/{method.lower()}"
        yield Finding(RULE, pointer, mistake["message"], mistake["operation"])


def _shown(endpoint: Any) -> str:
    named = endpoint if hasattr(endpoint, "__qualname__") else type(endpoint)
    return f"{named.__module__}:{named.__qualname__}"
