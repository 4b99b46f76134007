"""`python -m benchmarks soak`."""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environments import ROOT
from benchmarks.processes import WorkFailed, clean_environment
from benchmarks.soak.verdict import Round, faults
from benchmarks.tables import Table

WARM_UP_ROUNDS = 5
"""Until each connection has met each statement, and each thread has worked; no growth is judged before."""
ROUNDS = 20
QUICK_SECONDS = 2
QUICK_ROUNDS = 2
ENDING_SECONDS = 20
FAULTY = 1
FAILED = 2

DESCRIPTION = """\
Serves the shop of the examples with uvicorn, and sends it HTTP requests and WebSockets from a second process.
Many of these clients disappear in the middle. Exits with 1 if there is an error, if a dependency is not torn
down, or if memory or live objects grow after the first quarter, and with 2 if the processes could not do
their work."""


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `FAULTY` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=DESCRIPTION)
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="of load (default: 60)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="what the visitors decide by (default: 1)"
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_SECONDS} seconds, and no judgement on what grows"
    )
    options = parser.parse_args(arguments)
    try:
        if options.quick:
            found, log = soak(QUICK_SECONDS / QUICK_ROUNDS, QUICK_ROUNDS, options.seed)
        else:
            found, log = soak(options.seconds / ROUNDS, WARM_UP_ROUNDS + ROUNDS, options.seed)
    except (WorkFailed, subprocess.TimeoutExpired) as failure:
        sys.stderr.write(f"benchmarks: {failure}\n")
        return FAILED
    sys.stdout.write(table(found).text() + "\n")
    wrong = list(faults(found, log, growing_after=None if options.quick else WARM_UP_ROUNDS))
    sys.stdout.write("".join(f"\n{fault}\n" for fault in wrong or ["Nothing is left behind."]))
    return FAULTY if wrong else 0


def soak(seconds: float, rounds: int, seed: int) -> tuple[list[Round], str]:
    """Serves and visits the shop, in so many rounds of so many seconds.

    Returns:
        The rounds, and what the server has complained about.

    Raises:
        WorkFailed: A process did not do what it was started for.
    """
    with TemporaryDirectory() as folder:
        complaints = Path(folder) / "log"
        with serving(Path(folder), complaints) as port:
            arguments = [str(port), str(seconds), str(rounds), str(seed)]
            load = subprocess.run(
                [sys.executable, "-m", "benchmarks.soak.load", *arguments],
                cwd=ROOT,
                env=clean_environment(),
                capture_output=True,
                text=True,
                timeout=seconds * rounds * 3 + 60,
                check=False,
            )
        log = complaints.read_text()
    if load.returncode:
        raise WorkFailed(f"the load ended with {load.returncode}:\n{load.stderr}\n{log}")
    return [as_round(line) for line in load.stdout.splitlines()], log


@contextmanager
def serving(folder: Path, complaints: Path) -> Iterator[int]:
    """The shop on a port of its own, with its files in a folder, until the block ends."""
    settings = {
        "SHOP_DATABASE": str(folder / "shop.db"),
        "SHOP_IMAGES": str(folder / "images"),
        "SHOP_MANAGER_PASSWORD": "correct horse battery staple",
        "MALLOC_ARENA_MAX": "1",  # or each thread would have a heap, with gaps of its own
        "SHOP_HASH_MEMORY": "1024",  # or the check of one password would be most of the memory
    }
    with complaints.open("w") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.soak.served"],
            cwd=ROOT,
            env=clean_environment(**settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert server.stdout
        port = server.stdout.readline()
        if not port:
            raise WorkFailed(f"the server did not start:\n{complaints.read_text()}")
        yield int(port)
    finally:
        server.terminate()
        try:
            server.communicate(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()
            raise WorkFailed(f"the server did not end within {ENDING_SECONDS} seconds") from None


def as_round(line: str) -> Round:
    """A round as the load has written it."""
    read = json.loads(line)
    return Round(**{**read, "kinds": Counter(read["kinds"]), "done": Counter(read["done"])})


def table(rounds: Sequence[Round]) -> Table:
    """The figures of all rounds."""
    headings = ["round", "visits", "left", "MiB", "objects", "files", "set up", "torn down"]
    lines = [
        [
            str(number),
            str(one.done.total()),
            str(sum(count for visit, count in one.done.items() if visit.startswith("leave"))),
            f"{one.resident / 2**20:.1f}",
            *(str(figure) for figure in (one.objects, one.files, one.set_up, one.torn_down)),
        ]
        for number, one in enumerate(rounds, 1)
    ]
    return Table("Soak of the shop behind uvicorn", headings, lines, words=0)
