"""The processes that do the work: workers that stay, and cold starts."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT, python_of
from benchmarks.peers import PEERS

ENDING_SECONDS = 10


class WorkFailed(Exception):
    """A process could not do what it was asked; the message is the last line that it said."""


class Worker:
    """A process in a peer's environment that does one work item.

    Args:
        peer: The peer's name.
        item: The work item.
        module: Says what can be asked of the process.
        variables: Environment variables of the process, beside the usual ones.

    Raises:
        WorkFailed: The peer cannot do the item.
    """

    def __init__(self, peer: str, item: str, module: str = "benchmarks.worker", **variables: str) -> None:
        self._process = subprocess.Popen(
            [python_of(PEERS[peer].environment), "-m", module, peer, item],
            cwd=ROOT,
            env=clean_environment(**variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.greeting = self._answer()
        except WorkFailed:
            self.close()
            raise

    def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        """Sends one command and waits for its answer.

        Raises:
            WorkFailed: The worker reports an exception, or has ended.
        """
        assert self._process.stdin
        print(json.dumps({"do": do, **arguments}), file=self._process.stdin, flush=True)
        return self._answer()

    def close(self) -> None:
        """Ends the process."""
        try:
            self._process.communicate(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise WorkFailed(f"the worker ended with exit code {self._process.wait(ENDING_SECONDS)}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkFailed(answer["error"].strip().splitlines()[-1])
        return answer


def clean_environment(**more: str) -> dict[str, str]:
    """The environment variables of measured processes: nothing that changes Python, one seed for hashes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    return {**kept, "PYTHONHASHSEED": "0", **more}


def run_limited(
    command: Sequence[str], limit: float, directory: Path, environment: Mapping[str, str]
) -> tuple[str, bool]:
    """Runs a command with the processes that it starts, and ends them all after so many seconds.

    Returns:
        What it has said, and whether it came to its end by itself.
    """
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=limit)[0], True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0], False


def output_of(environment: str, arguments: Sequence[str], directory: Path = ROOT, **variables: str) -> str:
    """Runs an environment's Python to its end.

    Raises:
        WorkFailed: It ended with another exit code than 0.
    """
    command = [str(python_of(environment)), *arguments]
    done = subprocess.run(
        command,
        cwd=directory,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        raise WorkFailed(f"exit code {done.returncode}: {said[-1]}")
    return done.stdout
