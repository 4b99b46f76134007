"""`make ecosystem`: the libraries' own tests under FastAPI and under the alias, compared test by test.

    python tests/ecosystem/run.py [NAME ...]

Named libraries are run again; the page is written of all that has been run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import page
from environments import Library, libraries, prepare
from outcomes import lost, outcomes, results_file

MOST_SHOWN = 25
"""How many tests that are lost are listed for each library."""
MOST_SECONDS = 1200
"""How long a run of one library may take."""
NOT_HANDED_ON = ("PYTEST_", "COV_", "PYTHONDONTWRITEBYTECODE")
"""The variables of a pytest around it, and what has Python compile all libraries again at each start."""
WAYS = {"fastapi": ["-p", "no:xapi"], "xapi": ["--xapi-as-fastapi"]}
"""What pytest is told: the plugin is there where the alias is."""


def run(library: Library, way: str) -> float:
    """Run the tests of a library; gives the seconds that it took."""
    prepare(library)
    results = results_file(library, way)
    results.unlink(missing_ok=True)
    started = ["-m", "xapi.as_fastapi"] if library.early and way == "xapi" else []
    flags = WAYS["fastapi"] if library.early else WAYS[way]
    command = [str(library.python), *started, "-m", "pytest", *flags, *library.tests, "-q", "--tb=short"]
    command += [f"--ignore={path}" for path in library.without]
    command += [f"--deselect={path}" for path in library.deselect]
    command += [
        "--continue-on-collection-errors",
        *library.arguments,
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        f"--junitxml={results}",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    environment |= library.environment
    environment["PATH"] = f"{library.python.parent}{os.pathsep}{environment['PATH']}"
    began = time.monotonic()
    with (library.folder / f"{way}.log").open("w") as log:
        try:
            subprocess.run(
                command,
                cwd=library.sources,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.write(f"\nstopped after {MOST_SECONDS} s\n")
    return time.monotonic() - began


def passing(library: Library, way: str) -> int:
    """How many tests passed."""
    return sum(outcome.result == "passed" for outcome in outcomes(library, way).values())


def main() -> None:
    """Run the libraries that are named, or all. What came of runs under FastAPI is kept: nothing changes."""
    known = {library.name: library for library in libraries()}
    for name in sys.argv[1:] or list(known):
        library = known[name]
        prepare(library)
        told = []
        for way, title in (("fastapi", "with FastAPI"), ("xapi", "with xapi")):
            seconds = 0.0 if way == "fastapi" and passing(library, way) else run(library, way)
            passed = passing(library, way)
            told.append(f"{passed} pass {title} ({seconds:.0f} s)")
        print(f"{name}: {', '.join(told)}", flush=True)  # noqa: T201
        for test, outcome in list(lost(library).items())[:MOST_SHOWN]:
            print(f"  {test}: {(outcome.text if outcome else 'gone').splitlines()[:1]}", flush=True)  # noqa: T201
    page.write()


if __name__ == "__main__":
    main()
