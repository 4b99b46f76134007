"""Sends load to a port: with wrk where it is installed, else with the small generator."""

import asyncio
import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import WorkFailed
from benchmarks.sockets.generator import load
from benchmarks.sockets.template import MARKER, template_of

CONNECTIONS = 32
SCRIPT = Path(__file__).parent / "requests.lua"
NO_WRK = (
    "wrk is not installed (Debian's package is wrk; `make bench` installs it where it may): "
    "a generator of our own sends the requests, more slowly"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round of load came to.

    Attributes:
        requests: How many were answered.
        failed: How many were refused, or not answered.
    """

    requests: int
    failed: int


@cache
def has_wrk() -> bool:
    """Whether wrk is there."""
    return shutil.which("wrk") is not None


def send(port: int, item: str, first: int, seconds: int) -> Sent:
    """Sends the requests of a work item, each with another number, from `first` on.

    Raises:
        WorkFailed: The generator fails, or a request is not answered with success.
    """
    if has_wrk():
        sent = _with_wrk(port, item, first, seconds)
    else:
        counts = asyncio.run(load(port, template_of(item), first, CONNECTIONS, seconds))
        sent = Sent(counts.requests, counts.failed)
    if sent.failed or not sent.requests:
        raise WorkFailed(
            f"under load, {sent.failed} of {sent.requests} requests were not answered with success"
        )
    return sent


def _with_wrk(port: int, item: str, first: int, seconds: int) -> Sent:
    with TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        template.write_bytes(template_of(item))
        command = [
            "wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s",
            "--script", str(SCRIPT), f"http://127.0.0.1:{port}/",
            "--", str(template), str(MARKER), str(first),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WorkFailed(f"wrk ended with exit code {done.returncode}: {done.stderr.strip()}")
    return Sent(**json.loads(done.stdout.splitlines()[-1]))
