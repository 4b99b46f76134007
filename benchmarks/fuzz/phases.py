"""The phases of plain Schemathesis on an app that ends its process, or writes down what was sent."""

import sys
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema


def run_all(app: Any, document: str) -> None:
    """Runs all phases of its engine on the app itself, until they are over or the app ends the process."""
    config = schemathesis.Config.from_dict({"seed": 1})
    schema = schemathesis.openapi.from_asgi(document, app, config=config)
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            sys.stderr.write(f"{event.value!r}\n")
