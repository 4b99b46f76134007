"""`python -m benchmarks form-memory`: what one form takes in memory at most, beside FastAPI."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.environments import EnvironmentFailed, prepare
from benchmarks.peers import PEERS
from benchmarks.processes import WorkFailed, output_of
from benchmarks.progress import tell
from benchmarks.tables import Table

KINDS = {
    "texts": "texts of 1 MB, beside a file",
    "files": "files of 1 MB, which are kept in memory",
    "bytes": "one file that is read as bytes",
}
COMPARED = ("fastapi", "xapi")
MEBIBYTES = 300
BUDGET = 16
"""Mebibytes that docs/limits.md promises."""
ON_ITS_WAY = 12
"""Mebibytes beside it: the part that is decoded, pieces, and what the allocator keeps."""
EXCEEDED = 1
FAILED = 2

DESCRIPTION = f"""\
Sends one form of each kind to an app in a process of its own, and prints by how much the process has grown at
most (VmHWM). Exits with 1 if xapi takes more than its budget of {BUDGET} MiB and {ON_ITS_WAY} MiB for what is
on its way, and with 2 if a process fails."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The status that a form was answered with, and the bytes that it took at most."""

    status: int
    taken: int


def main(arguments: Sequence[str]) -> int:
    """Runs the command.

    Returns:
        The exit code: 0, `EXCEEDED` or `FAILED`.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks form-memory", description=DESCRIPTION)
    parser.add_argument(
        "--mebibytes", type=int, default=MEBIBYTES, metavar="N", help=f"of each form (default: {MEBIBYTES})"
    )
    options = parser.parse_args(arguments)
    try:
        for peer in COMPARED:
            prepare(PEERS[peer].environment, tell)
        found = {kind: {peer: measure(peer, kind, options.mebibytes) for peer in COMPARED} for kind in KINDS}
    except (EnvironmentFailed, WorkFailed) as failure:
        tell(str(failure))
        return FAILED
    sys.stdout.write(table(found, options.mebibytes).text() + "\n")
    most = (BUDGET + ON_ITS_WAY) * 1024 * 1024
    return EXCEEDED if any(each["xapi"].taken > most for each in found.values()) else 0


def measure(peer: str, kind: str, mebibytes: int) -> Taken:
    """Sends one form to a new process.

    Raises:
        WorkFailed: the process failed.
    """
    arguments = ["-m", "benchmarks.worker.form", peer, kind, str(mebibytes)]
    return Taken(**json.loads(output_of(PEERS[peer].environment, arguments)))


def table(found: dict[str, dict[str, Taken]], mebibytes: int) -> Table:
    """The mebibytes that each form took, with the status of its answer."""
    lines = [
        [KINDS[kind], *(f"{one.taken / 1024 / 1024:.0f} ({one.status})" for one in of_kind.values())]
        for kind, of_kind in found.items()
    ]
    title = f"One form of {mebibytes} MiB: MiB that the process grew at most, and the status"
    return Table(title, ["", *(PEERS[peer].title for peer in COMPARED)], lines, words=1)
