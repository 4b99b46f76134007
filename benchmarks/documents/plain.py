"""The process of plain Schemathesis: its engine with all phases, on the app itself."""

import sys

import schemathesis
from schemathesis.engine import events, from_schema

from benchmarks.documents.app import SHOWN, create


def main() -> None:
    """Runs all phases, until they are over or the app ends the process."""
    app = create()
    config = schemathesis.Config.from_dict({"seed": 1})
    schema = schemathesis.openapi.from_asgi(SHOWN, app, config=config)
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            sys.stderr.write(f"{event.value!r}\n")
    app.write()


if __name__ == "__main__":
    main()
