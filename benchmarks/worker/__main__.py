"""``python -m benchmarks.worker PEER ITEM``: commands on standard input, answers on standard output.

Each is a line of JSON. The first answer comes unasked: the ``version`` of the peer. Then each command is an
object with ``do``, and each answer holds what was asked for, or ``error``, a traceback:

- ``answers``: with ``numbers``, the ``answers`` to the requests of these numbers.
- ``warm``: with ``nanoseconds``, runs until it can tell the ``count`` of requests of a round that long.
- ``run``: with ``count``, the ``nanoseconds`` of CPU time that so many requests took.
- ``kept``: with ``count``, the ``objects`` and the ``resident`` bytes that are there after so many requests.
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

from benchmarks.growth import CONCURRENT
from benchmarks.growth import TRAFFIC as GROWING_TRAFFIC
from benchmarks.peers import PEERS, Peer
from benchmarks.protocol import App
from benchmarks.second_traffic import TRAFFIC as SECOND_TRAFFIC
from benchmarks.traffic import TRAFFIC
from benchmarks.worker.asgi import AsgiLoad
from benchmarks.worker.first import LOADS as LOADS_OF_NEW_APPS
from benchmarks.worker.load import Load
from benchmarks.worker.steady import SteadyLoad, kept

STEADY = "steady"
"""The item that is several items."""
SHARING = ("a", "b", "c", "d", "f", "g", "h", "i", "l")
"""The items that it is."""


def load(peer: Peer, item: str) -> Load:
    """Makes a work item ready: of the ASGI call if there is traffic for it, else of the toolkit."""
    if item == STEADY:
        return SteadyLoad([load(peer, each) for each in SHARING])
    if item in LOADS_OF_NEW_APPS:
        return LOADS_OF_NEW_APPS[item]()
    base, concurrency = CONCURRENT.get(item, (item, 0))
    traffic = {**TRAFFIC, **SECOND_TRAFFIC, **GROWING_TRAFFIC}.get(base)
    if traffic:
        return AsgiLoad(app_of(peer, base), traffic, concurrency)
    of_client: Load = _makers(f"clients.{peer.clients}", "LOADS")[item]()
    return of_client


def app_of(peer: Peer, item: str) -> App:
    """The app with which a peer does a work item."""
    app: App = _makers(f"apps.{peer.apps}", "ITEMS")[item]()
    return app


def refuse_spies() -> None:
    """Refuses an environment in which something instruments Pydantic."""
    spies = [plugin.name for plugin in entry_points(group="pydantic")]
    if spies:
        raise RuntimeError(f"{', '.join(spies)} instruments pydantic here: measurements would be wrong")


def _makers(module: str, table: str) -> Mapping[str, Callable[[], Any]]:
    makers: Mapping[str, Callable[[], Any]] = getattr(importlib.import_module(f"benchmarks.{module}"), table)
    return makers


class Commands:
    """What can be asked of a load.

    Args:
        of_load: The load.
        step: How many requests are under way at a time: rounds are so many, or several times so many.
    """

    def __init__(self, of_load: Load, step: int = 1) -> None:
        self._load = of_load
        self._step = step

    def answers(self, numbers: list[int]) -> dict[str, object]:
        """What the requests of these numbers are answered with."""
        return {"answers": [asdict(answer) for answer in self._load.answers(numbers)]}

    def warm(self, nanoseconds: int) -> dict[str, object]:
        """Sends more and more until a round is long enough to tell how many requests one should have."""
        count = self._step
        while (spent := self._load.run(count)) < nanoseconds / 2:
            count *= 4
        steps = max(1, round(count * nanoseconds / spent / self._step))
        return {"count": steps * self._step}

    def run(self, count: int) -> dict[str, object]:
        """One round."""
        return {"nanoseconds": self._load.run(count)}

    def kept(self, count: int) -> dict[str, object]:
        """Does the work, and looks at what is left of it."""
        self._load.run(count)
        return asdict(kept())

    def answer(self, line: str) -> dict[str, object]:
        """The answer to one command."""
        arguments = json.loads(line)
        commands: dict[str, Callable[..., dict[str, object]]] = {
            "answers": self.answers,
            "warm": self.warm,
            "run": self.run,
            "kept": self.kept,
        }
        return commands[arguments.pop("do")](**arguments)


def conversation(peer: Peer, item: str) -> Iterator[dict[str, object]]:
    """All answers, the first before any command."""
    refuse_spies()
    with closing(load(peer, item)) as of_item:
        yield {"version": version(peer.distribution)}
        _, concurrency = CONCURRENT.get(item, (item, 0))
        commands = Commands(of_item, concurrency or 1)
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
