"""A process that was forked has the event loops of its parent, but none of the threads that work for them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")

APP = """
import os, signal, threading
from collections.abc import Iterator
from typing import Annotated
from xapi import XAPI, BackgroundTasks, Depends, UploadFile
from xapi.responses import StreamingResponse
from xapi.testing import TestClient

app = XAPI()
done = []

def resource() -> Iterator[str]:
    yield "resource"
    done.append("closed")

@app.get("/sync")
def sync() -> int:
    return os.getpid()

@app.get("/yield")
def yields(value: Annotated[str, Depends(resource)]) -> int:
    return os.getpid()

@app.get("/task")
async def task(tasks: BackgroundTasks) -> int:
    tasks.add_task(done.append, "task")
    return os.getpid()

@app.get("/items")
def items() -> Iterator[int]:
    yield os.getpid()

@app.get("/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse(iter([str(os.getpid())]))

def check(client):
    for path in ("/sync", "/yield", "/task", "/items", "/stream"):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert int(answer.text) == os.getpid(), (answer.text, os.getpid())

def in_child(work):
    child = os.fork()
    if not child:
        signal.alarm(40)  # one that hangs outlives its parent
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status == 0, status
"""

USES = {
    "an open client": """
with TestClient(app) as client:
    check(client)
    in_child(lambda: [check(client) for _ in range(3)])
    check(client)
""",
    "a client that is never opened": """
client = TestClient(app)
check(client)
in_child(lambda: [check(client) for _ in range(3)])
check(client)
""",
    "two clients": """
with TestClient(app) as first, TestClient(app) as second:
    check(first)
    check(second)
    in_child(lambda: [check(client) for client in (first, second, first)])
""",
    "a child of a child": """
with TestClient(app) as client:
    check(client)
    def work():
        check(client)
        in_child(lambda: check(client))
        check(client)
    in_child(work)
""",
    "many threads": """
import asyncio
from xapi.pipeline.threads import run_in_thread
loop = asyncio.new_event_loop()
async def many(together):
    calls = [run_in_thread(together.wait, {"timeout": 20}) for _ in range(10)]
    return len(await asyncio.gather(*calls))
loop.run_until_complete(many(threading.Barrier(10)))
def work():
    assert loop.run_until_complete(many(threading.Barrier(10))) == 10
in_child(work)
loop.run_until_complete(many(threading.Barrier(10)))
loop.run_until_complete(loop.shutdown_default_executor())
""",
}


@pytest.mark.parametrize("threads", ["", "anyio"], ids=["shared workers", "anyio's"])
@pytest.mark.parametrize("use", USES)
def test_what_ran_sync_code_runs_it_in_a_child_too(use: str, threads: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", APP + USES[use]],
        env={**os.environ, "XAPI_THREADS": threads},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
