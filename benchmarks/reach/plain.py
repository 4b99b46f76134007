"""The process of plain Schemathesis: `python -m benchmarks.reach.plain SEED SECONDS,SECONDS`."""

from benchmarks.reach import watch

# Before anything imports the application.
_coverage = watch.measured()

import sys  # noqa: E402

from benchmarks.fuzz.phases import load, run  # noqa: E402
from benchmarks.reach.apps import chosen, create, credentials  # noqa: E402


def main(seed: int, seconds: list[float]) -> None:
    """Runs all phases of its engine on the app itself, and keeps what was reached after each time."""
    headers = {}
    for token in credentials().values():
        headers["Authorization"] = f"Bearer {token}"
    schema = load(create(), chosen().document, {"seed": seed, "headers": headers})
    snapshots = watch.Snapshots(_coverage, seconds)
    run(schema, watch.found)
    snapshots.end()


if __name__ == "__main__":
    main(int(sys.argv[1]), [float(part) for part in sys.argv[2].split(",")])
