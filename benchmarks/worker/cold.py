"""``python -m benchmarks.worker.cold PEER ROW...``: a cold start of FastAPI or xapi, its figures as JSON."""

import importlib
import sys
import time

started = time.process_time_ns()
importlib.import_module(sys.argv[1])
imported = time.process_time_ns()


def main(names: list[str]) -> None:
    """Prints the figures of the rows called `names`; an app is built only if one needs it."""
    import json

    figures = {"import": imported - started}
    if names != ["import"]:
        figures |= start_large_app()
    print(json.dumps(figures))  # noqa: T201


def start_large_app() -> dict[str, int]:
    """Builds an app of many routes and its document."""
    from benchmarks.apps import declared_start
    from benchmarks.traffic import ROUTES
    from benchmarks.worker.steady import resident_bytes

    models = declared_start.models()
    before_build = time.process_time_ns()
    app = declared_start.build(models)
    built = time.process_time_ns()
    document = app.openapi()
    documented = time.process_time_ns()
    if len(document["paths"]) != ROUTES:
        raise RuntimeError(f"the document has {len(document['paths'])} paths, not {ROUTES}")
    return {"build": built - before_build, "openapi": documented - built, "memory": resident_bytes()}


if __name__ == "__main__":
    main(sys.argv[2:])
