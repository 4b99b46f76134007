"""The process of plain Schemathesis: `python -m benchmarks.reach.plain SEED SECONDS,SECONDS`."""

from benchmarks.reach import watch

# Before anything imports the application.
_coverage = watch.measured()

import sys  # noqa: E402
from typing import Any  # noqa: E402

import schemathesis  # noqa: E402
from schemathesis.engine import Status, events, from_schema  # noqa: E402

from benchmarks.reach.apps import chosen, create, credentials  # noqa: E402


def main(seed: int, seconds: list[float]) -> None:
    """Runs all phases of its engine on the app itself, and keeps what was reached after each time."""
    config = schemathesis.Config.from_dict({"seed": seed})
    for token in credentials().values():
        config = schemathesis.Config.from_dict(
            {"seed": seed, "headers": {"Authorization": f"Bearer {token}"}}
        )
    schema = schemathesis.openapi.from_asgi(chosen().document, create(), config=config)
    snapshots = watch.Snapshots(_coverage, seconds)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            note(event.recorder)
        elif isinstance(event, events.NonFatalError):
            sys.stderr.write(f"{event.value!r}\n")
    snapshots.end()


def note(recorder: Any) -> None:
    """Notes the failed checks of a scenario."""
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE:
                case = recorder.cases.get(case_id)
                label = recorder.label if case is None else case.value.operation.label
                watch.found(label, check.name)


if __name__ == "__main__":
    main(int(sys.argv[1]), [float(part) for part in sys.argv[2].split(",")])
