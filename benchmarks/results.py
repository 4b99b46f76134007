"""``RESULTS.md``: the tables of a full run, with what is needed to read them."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environments import HERE
from benchmarks.measure import Effort
from benchmarks.sockets.load import has_wrk
from benchmarks.tables import Table

RESULTS = HERE / "RESULTS.md"


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
        f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        f"- Python: {platform.python_implementation()} {platform.python_version()}, asyncio's own event loop",
        f"- Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}",
        f"- {effort.repeats} rounds of {effort.nanoseconds / 1e6:g} ms; {effort.starts} starts of large apps",
        f"- {effort.served} rounds of load on a server, by {'wrk' if has_wrk() else 'our own generator'}",
    ]
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
