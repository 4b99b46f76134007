"""The app that a process fuzzes, as the environment names it."""

import importlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from benchmarks.fuzz.log import Log

CORPUS = Path(__file__).parents[2] / "tests" / "fuzz_corpus"
SPEED = "speed"
"""The app of `fuzz-speed`, which stands in the place of a bug's name."""

sys.path.insert(0, str(CORPUS))

from corpus.catalogue import KINDS, Bug, bugs  # noqa: E402
from corpus.exchange import Exchange  # noqa: E402


class Named(TypedDict):
    """What the environment says."""

    FUZZ_APP: str
    FUZZ_FIXED: str
    FUZZ_LOG: str
    FUZZ_STARTED: str


@cache
def log() -> Log:
    """The log of this process."""
    return Log(Path(os.environ["FUZZ_LOG"]), float(os.environ["FUZZ_STARTED"]))


def create() -> Any:
    """The app; its requests are counted."""
    name = os.environ["FUZZ_APP"]
    if name == SPEED:
        module = importlib.import_module("benchmarks.fuzz.speed_app")
        app = module.create_app()
        app.add_middleware(module.Counted, log=log())
        return app
    return bugs()[name].make(os.environ["FUZZ_FIXED"] == "1", seen)


def credentials() -> dict[str, Any]:
    """What authenticates, by security scheme; by user, where there are several of them."""
    name = os.environ["FUZZ_APP"]
    return {} if name == SPEED else bugs()[name].credentials()


def roles() -> dict[str, Any]:
    """What users may do."""
    name = os.environ["FUZZ_APP"]
    return {} if name == SPEED else bugs()[name].roles()


def seen(exchange: Exchange, shows: bool) -> None:
    """Notes a request."""
    log().sent(exchange.method, exchange.path, exchange.query, exchange.headers, exchange.body)
    if shows:
        log().shows()


__all__ = ["KINDS", "SPEED", "Bug", "Named", "bugs", "create", "credentials", "log", "roles"]
