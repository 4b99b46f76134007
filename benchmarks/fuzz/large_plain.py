"""The process of plain Schemathesis for `fuzz-large`: its engine with all phases, on the app itself."""

import sys

import schemathesis
from schemathesis.engine import events, from_schema

from benchmarks.fuzz.large_app import create


def main() -> None:
    """Runs all phases, until the app ends the process."""
    config = schemathesis.Config.from_dict({"seed": 1})
    schema = schemathesis.openapi.from_asgi("/openapi.json", create(), config=config)
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            sys.stderr.write(f"{event.value!r}\n")


if __name__ == "__main__":
    main()
