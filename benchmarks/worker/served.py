"""``python -m benchmarks.worker.served PEER ITEM``: a work item behind uvicorn, on a port of its own.

Like `benchmarks.worker`, it speaks lines of JSON. The first answer has the ``version`` of the peer and the
``port``. Each line of standard input is answered with the ``nanoseconds`` of CPU time that the process has
taken so far. The end of standard input ends the server.
"""

import json
import os
import socket
import sys
import threading
import time
import traceback
from importlib.metadata import version
from typing import TextIO

import uvicorn

from benchmarks.peers import PEERS, Peer
from benchmarks.worker.__main__ import app_of, refuse_spies

BACKLOG = 1024


def serve(peer: Peer, item: str, answers: TextIO) -> None:
    """Serves the item until standard input ends."""
    refuse_spies()
    config = uvicorn.Config(
        app_of(peer, item), loop="uvloop", http="httptools", ws="none", log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    greeting = {"version": version(peer.distribution), "port": listening.getsockname()[1]}
    print(json.dumps(greeting), file=answers)
    threading.Thread(target=tell_time, args=(server, answers), daemon=True).start()
    server.run([listening])


def tell_time(server: uvicorn.Server, answers: TextIO) -> None:
    """Answers each line; a thread that waits for one costs the server nothing."""
    for _ in sys.stdin:
        print(json.dumps({"nanoseconds": time.process_time_ns()}), file=answers)
    server.should_exit = True


def main(peer: Peer, item: str) -> None:
    """Serves; what goes wrong is an answer, too."""
    os.environ["BENCHMARK_FRAMEWORK"] = peer.framework
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever an app prints goes to standard error
    try:
        serve(peer, item, answers)
    except Exception:  # the controller reports it, whatever it is
        print(json.dumps({"error": traceback.format_exc()}), file=answers)


if __name__ == "__main__":
    main(PEERS[sys.argv[1]], sys.argv[2])
