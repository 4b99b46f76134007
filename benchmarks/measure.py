"""Rounds: the contenders of a row take turns, so that whatever else the machine does meets all alike."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from benchmarks.answers import NUMBERS, Answer, Different, compare
from benchmarks.environments import HERE
from benchmarks.peers import PEERS
from benchmarks.processes import Worker, WorkFailed, output_of
from benchmarks.rows import Contender, Row
from benchmarks.sockets.answers import answers
from benchmarks.sockets.load import send
from benchmarks.sockets.template import MARKER

COLLECTION = HERE / "worker" / "collection.py"
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
PYTEST: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "collect": (["--collect-only"], ALONE),
    "collect-with-plugin": (["--collect-only", "-p", "pytest_xapi.plugin"], ALONE),
    "start": ([], {}),
}
"""What is added to the arguments of pytest, and to its environment, by work item."""
ROUND_SECONDS = 1
ROUND_NUMBERS = 300_000
"""More than any server answers in a round: how far apart the numbers of two rounds begin."""
WARMING = 10
"""Rounds of requests after which a process has all that it will keep: memory settles slowly."""
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""Or each worker thread would have a heap, with gaps of its own."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure.

    Attributes:
        repeats: Rounds of the rows that are measured in processes that stay; starts where they are cheap.
        starts: Starts that build apps of many routes.
        nanoseconds: How long a round of each contender is to last.
        served: Rounds of load on a server, of a second each.
        requests: How many requests it takes to see whether something is kept of them.
        fuzzed: Runs of the property tests.
    """

    repeats: int
    starts: int
    nanoseconds: int
    served: int
    requests: int
    fuzzed: int


@dataclass(slots=True)
class Measured:
    """What came of a row.

    Attributes:
        row: The row.
        samples: By contender's label, a figure for each round, in nanoseconds or bytes.
        absent: By label, why a contender could not take part.
        versions: Of each peer's distribution.
    """

    row: Row
    samples: dict[str, list[float]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


def measure_warm(row: Row, effort: Effort) -> Measured:
    """Measures a row whose work is done again and again, by one worker process for each contender."""
    measured = Measured(row)
    with ExitStack() as stack:
        workers = _workers(measured, stack, _worker)
        counts = {
            label: worker.ask("warm", nanoseconds=effort.nanoseconds)["count"]
            for label, worker in workers.items()
        }
        for _ in range(effort.repeats):
            for label, worker in workers.items():
                spent = worker.ask("run", count=counts[label])["nanoseconds"]
                measured.samples.setdefault(label, []).append(spent / counts[label])
    return measured


def measure_served(row: Row, effort: Effort) -> Measured:
    """Measures a row whose work is done behind a server: CPU time of its process, for each request."""
    measured = Measured(row)
    with ExitStack() as stack:
        workers = _workers(measured, stack, _server)
        present = [one for one in row.contenders if one.label in workers]
        for number in range(1 + effort.served):  # the first round warms up
            for one in present:
                worker = workers[one.label]
                before = worker.ask("time")["nanoseconds"]
                sent = send(worker.greeting["port"], one.item, MARKER + number * ROUND_NUMBERS, ROUND_SECONDS)
                spent = worker.ask("time")["nanoseconds"] - before
                if number:
                    measured.samples.setdefault(one.label, []).append(spent / sent.requests)
    return measured


def measure_kept(rows: Sequence[Row], effort: Effort) -> list[Measured]:
    """Measures what so many requests leave behind in the process that answers them."""
    results = [Measured(row) for row in rows]
    with ExitStack() as stack:
        workers = _workers(results[0], stack, partial(_worker, variables=ONE_HEAP))
        for measured in results[1:]:
            measured.absent, measured.versions = results[0].absent, results[0].versions
        for label, worker in workers.items():
            figures = [worker.ask("kept", count=effort.requests) for _ in range(WARMING + effort.starts)]
            for measured in results:
                there = [figure[measured.row.name] for figure in figures[WARMING - 1 :]]
                measured.samples[label] = [after - before for before, after in pairwise(there)]
    return results


Start = Callable[[Contender, ExitStack], tuple[Worker, list[Answer]]]


def _worker(
    one: Contender, stack: ExitStack, variables: Mapping[str, str] = MappingProxyType({})
) -> tuple[Worker, list[Answer]]:
    worker = Worker(one.peer, one.item, **variables)
    stack.callback(worker.close)
    return worker, worker.ask("answers", numbers=NUMBERS)["answers"]


def _server(one: Contender, stack: ExitStack) -> tuple[Worker, list[Answer]]:
    worker = Worker(one.peer, one.item, "benchmarks.worker.served")
    stack.callback(worker.close)
    return worker, answers(worker.greeting["port"], one.item, NUMBERS)


def _workers(measured: Measured, stack: ExitStack, start: Start) -> dict[str, Worker]:
    """Starts the row's workers, and gives those whose answers agree with the first's, by label."""
    workers: dict[str, Worker] = {}
    reference: list[Answer] = []
    for one in measured.row.contenders:
        try:
            worker, answered = start(one, stack)
            reference = reference or answered
            compare(measured.row, reference, one, answered)
        except (WorkFailed, Different, OSError) as failure:
            measured.absent[one.label] = str(failure)
        else:
            workers[one.label] = worker
            measured.versions[PEERS[one.peer].distribution] = worker.greeting["version"]
    return workers


def measure_cold(rows: Sequence[Row], starts: int) -> list[Measured]:
    """Measures start-up rows: each new process gives the figures of all of them, and does no more."""
    results = [Measured(row) for row in rows]
    labels = [one.label for one in rows[0].contenders]
    for counts in (False, *[True] * starts):  # the first start writes the byte code
        for label in labels:
            figures = _cold_start(label, [row.name for row in rows])
            for measured in results if counts else ():
                measured.samples.setdefault(label, []).append(figures[measured.row.name])
    return results


def _cold_start(peer: str, names: Sequence[str]) -> dict[str, float]:
    output = output_of(
        PEERS[peer].environment,
        ["-m", "benchmarks.worker.cold", peer, *names],
        BENCHMARK_FRAMEWORK=PEERS[peer].framework,
    )
    figures: dict[str, float] = json.loads(output)
    return figures


def measure_pytest(row: Row, effort: Effort) -> Measured:
    """Measures runs of pytest in a folder with one trivial test, by the items of the row's contenders."""
    measured = Measured(row)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        for counts in (False, *[True] * effort.repeats):
            for one in row.contenders:
                arguments, variables = PYTEST[one.item]
                spent = _pytest(PEERS[one.peer].environment, directory, arguments, variables)
                if counts:
                    measured.samples.setdefault(one.label, []).append(spent)
    return measured


def _pytest(
    environment: str, directory: Path, arguments: Sequence[str], variables: Mapping[str, str]
) -> float:
    # By its path, and without that among the places of modules: no package of ours is needed there.
    command = ["-P", str(COLLECTION), "--quiet", "-p", "no:cacheprovider", *arguments]
    return float(output_of(environment, command, directory, **variables).splitlines()[-1])
