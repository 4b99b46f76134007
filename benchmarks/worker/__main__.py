"""``python -m benchmarks.worker PEER ITEM``: commands on standard input, answers on standard output.

Each is a line of JSON. The first answer comes unasked: the ``version`` of the peer. Then each command is an
object with ``do``, and each answer holds what was asked for, or ``error``, a traceback:

- ``answers``: with ``numbers``, the ``answers`` to the requests of these numbers.
- ``warm``: with ``nanoseconds``, runs until it can tell the ``count`` of requests of a round that long.
- ``run``: with ``count``, the ``nanoseconds`` of CPU time that so many requests took.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import entry_points, version
from typing import Any

from benchmarks.peers import PEERS, Peer
from benchmarks.traffic import TRAFFIC
from benchmarks.worker.asgi import AsgiLoad
from benchmarks.worker.load import Load

FIRST_COUNT = 8
CONCURRENT = {"b32": ("b", 32)}
"""Items that are other items, so many requests at a time."""


def load(peer: Peer, item: str) -> Load:
    """Makes a work item ready: of the ASGI call if there is traffic for it, else of the toolkit."""
    spies = [plugin.name for plugin in entry_points(group="pydantic")]
    if spies:
        raise RuntimeError(f"{', '.join(spies)} instruments pydantic here: measurements would be wrong")
    base, concurrency = CONCURRENT.get(item, (item, 1))
    if base in TRAFFIC:
        return AsgiLoad(_makers(f"apps.{peer.apps}", "ITEMS")[base](), TRAFFIC[base], concurrency)
    of_client: Load = _makers(f"clients.{peer.clients}", "LOADS")[item]()
    return of_client


def _makers(module: str, table: str) -> Mapping[str, Callable[[], Any]]:
    makers: Mapping[str, Callable[[], Any]] = getattr(importlib.import_module(f"benchmarks.{module}"), table)
    return makers


class Commands:
    """What can be asked of a load."""

    def __init__(self, of_load: Load) -> None:
        self._load = of_load

    def answers(self, numbers: list[int]) -> dict[str, object]:
        """What the requests of these numbers are answered with."""
        return {"answers": [asdict(answer) for answer in self._load.answers(numbers)]}

    def warm(self, nanoseconds: int) -> dict[str, object]:
        """Doubles the count until a round is long enough to tell how many requests one should have."""
        count = FIRST_COUNT
        while (spent := self._load.run(count)) < nanoseconds / 2:
            count *= 2
        return {"count": max(1, round(count * nanoseconds / spent))}

    def run(self, count: int) -> dict[str, object]:
        """One round."""
        return {"nanoseconds": self._load.run(count)}

    def answer(self, line: str) -> dict[str, object]:
        """The answer to one command."""
        arguments = json.loads(line)
        commands: dict[str, Callable[..., dict[str, object]]] = {
            "answers": self.answers,
            "warm": self.warm,
            "run": self.run,
        }
        return commands[arguments.pop("do")](**arguments)


def conversation(peer: Peer, item: str) -> Iterator[dict[str, object]]:
    """All answers, the first before any command."""
    with closing(load(peer, item)) as of_item:
        yield {"version": version(peer.distribution)}
        commands = Commands(of_item)
        for line in sys.stdin:
            yield commands.answer(line)


def main(peer: Peer, item: str) -> None:
    """Answers commands until standard input ends, or until one cannot be carried out."""
    os.environ["BENCHMARK_FRAMEWORK"] = peer.framework
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever an app prints goes to standard error
    try:
        for answer in conversation(peer, item):
            print(json.dumps(answer), file=answers)
    except Exception:  # the controller reports it, whatever it is
        print(json.dumps({"error": traceback.format_exc()}), file=answers)


if __name__ == "__main__":
    main(PEERS[sys.argv[1]], sys.argv[2])
