"""``python -m benchmarks.worker.cold PEER ROW...``: a cold start of FastAPI or xapi, its figures as JSON."""

import importlib
import sys
import time

started = time.process_time_ns()
importlib.import_module(sys.argv[1])
imported = time.process_time_ns()


def main(names: set[str]) -> None:
    """Prints the figures of the rows called `names`; an app is built only if one needs it."""
    import json

    figures = {"import": imported - started}
    if names & {"build", "openapi", "memory"}:
        figures |= start_large_app()
    if names & {"first.large", "first.others"}:
        figures |= ask_large_app()
    if names & {"first.included", "first.others.included"}:
        figures |= ask_included_routes()
    if "first.small" in names:
        figures |= answer_with_small_app()
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


def ask_large_app() -> dict[str, int]:
    """Asks an app of many routes, each with models of its own, for the first time."""
    from benchmarks.apps import declared_start
    from benchmarks.worker.first import of_first_and_others, updated

    first, others = of_first_and_others(declared_start.build(declared_start.models()), updated)
    return {"first.large": first, "first.others": others}


def ask_included_routes() -> dict[str, int]:
    """The same with short routes in a router that the app includes."""
    from benchmarks.apps import declared_many
    from benchmarks.worker.first import included, of_first_and_others

    first, others = of_first_and_others(declared_many.routes_included(), included)
    return {"first.included": first, "first.others.included": others}


def answer_with_small_app() -> dict[str, int]:
    """The import, a small app, the start of its lifespan and its first answer."""
    from benchmarks.traffic import Request
    from benchmarks.worker.first import spent

    before = time.process_time_ns()
    app = importlib.import_module("benchmarks.apps.declared_small").app
    declared = time.process_time_ns() - before
    (answered,) = spent(app, [[Request("/items/3", query="search=book")]])
    return {"first.small": imported - started + declared + answered}


if __name__ == "__main__":
    main(set(sys.argv[2:]))
