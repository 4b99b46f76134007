"""The phases of plain Schemathesis on an app in the same process."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from schemathesis.engine import Status, events, from_schema

Found = Callable[[str, str], None]
"""Takes the operation and the name of a failed check."""


def run_all(app: Any, document: str) -> None:
    """Runs all phases of its engine on the app itself, until they are over or the app ends the process."""
    run(load(app, document, {"seed": 1}), lambda operation, check: None)


def load(app: Any, document: str, config: Mapping[str, Any]) -> Any:
    """Reads the document that an app serves."""
    loaded = schemathesis.Config.from_dict(dict(config))
    return schemathesis.openapi.from_asgi(document, app, config=loaded)


def run(schema: Any, found: Found) -> None:
    """Runs the phases of its engine, and tells of the failed checks."""
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _tell(event.recorder, found)
        elif isinstance(event, events.NonFatalError):
            sys.stderr.write(f"{event.value!r}\n")


def _tell(recorder: Any, found: Found) -> None:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE:
                case = recorder.cases.get(case_id)
                found(recorder.label if case is None else case.value.operation.label, check.name)
