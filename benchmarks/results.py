"""``RESULTS.md`` and ``CORPUS.md``: the tables of a full run, with what is needed to read them."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environments import HERE, REQUIREMENTS
from benchmarks.measure import Effort
from benchmarks.sockets.load import has_wrk
from benchmarks.tables import Table

RESULTS = HERE / "RESULTS.md"
CORPUS = HERE / "CORPUS.md"


def write_results(
    tables: Sequence[Table], versions: Mapping[str, str], effort: Effort, path: Path = RESULTS
) -> None:
    """Writes the results of a run.

    Args:
        tables: What was found.
        versions: Of each peer.
        effort: How long it was measured.
        path: The file.
    """
    head = [
        "# Results",
        "",
        "Written by `python -m benchmarks --write`; do not edit. "
        "[How it is measured](README.md) says what the figures mean: ratios repeat, absolute times do not.",
        "",
        *_circumstances(),
        f"- Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}",
        f"- {effort.repeats} rounds of {effort.nanoseconds / 1e6:g} ms; {effort.starts} starts of large apps",
        f"- {effort.served} rounds of load on a server, by {'wrk' if has_wrk() else 'our own generator'}",
        f"- {effort.fuzzed} runs of property tests",
    ]
    _write(path, head, tables)


def write_corpus(tables: Sequence[Table], seeds: int, path: Path = CORPUS) -> None:
    """Writes what property tests have found in the corpus, with so many seeds."""
    requirements = (REQUIREMENTS / "fuzz.txt").read_text().splitlines()
    versions = [line.replace("==", " ") for line in requirements if "==" in line]
    head = [
        "# Planted bugs found",
        "",
        "Written by `python -m benchmarks fuzz --write`; do not edit. "
        "[How it is measured](README.md#property-tests) says what the figures mean.",
        "",
        *_circumstances(),
        f"- Versions: {', '.join(versions)}",
        f"- {seeds} seeds",
    ]
    _write(path, head, tables)


def _circumstances() -> list[str]:
    return [
        f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        f"- Python: {platform.python_implementation()} {platform.python_version()}, asyncio's own event loop",
    ]


def _write(path: Path, head: Sequence[str], tables: Sequence[Table]) -> None:
    body = [part for table in tables for part in ("", table.markdown())]
    path.write_text("\n".join([*head, *body, ""]))


def processor() -> str:
    """The processor's name, where Linux tells it; else its architecture."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
