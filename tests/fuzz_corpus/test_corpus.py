"""Each planted bug shows itself where it should, and its twin is clean.

The apps of FastAPI are run in an environment of their own, by `test_fastapi_apps.py`, which names the
framework in `XAPI_CORPUS_FRAMEWORK`.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from typing import Any

import pytest

from corpus.catalogue import Bug, bugs
from corpus.exchange import Exchange
from xapi.testing import TaskLeftRunning, TestClient

FRAMEWORKS = {os.environ.get("XAPI_CORPUS_FRAMEWORK", "xapi")}
if {"xapi"} == FRAMEWORKS:
    FRAMEWORKS.add("starlette")
HERE = [bug for bug in bugs().values() if bug.framework in FRAMEWORKS]


def shown(bug: Bug, fixed: bool) -> list[bool]:
    """Whether the bug has shown itself, for each request of the witness."""
    seen: list[bool] = []

    def note(exchange: Exchange, shows: bool) -> None:
        seen.append(shows)

    # What the client says of tasks that are left when it closes is tested elsewhere.
    may_leave_tasks = suppress(TaskLeftRunning) if bug.name == "left_task" and not fixed else nullcontext()
    with may_leave_tasks, TestClient(bug.make(fixed, note), raise_server_exceptions=False) as client:
        for sent in bug.witness.requests:
            client.request(sent.method, sent.target, headers=dict(sent.headers), content=sent.body)
    assert len(seen) == len(bug.witness.requests)
    return seen


@pytest.mark.parametrize("bug", HERE, ids=lambda bug: bug.name)
def test_the_witness_shows_the_bug(bug: Bug) -> None:
    *before, last = shown(bug, fixed=False)
    assert last
    assert not any(before)


@pytest.mark.parametrize("bug", HERE, ids=lambda bug: bug.name)
def test_the_witness_shows_nothing_on_the_clean_twin(bug: Bug) -> None:
    assert not any(shown(bug, fixed=True))


@pytest.mark.parametrize("fixed", [False, True], ids=["buggy", "clean"])
@pytest.mark.parametrize("bug", HERE, ids=lambda bug: bug.name)
def test_the_document_names_the_operation(bug: Bug, fixed: bool) -> None:
    method, path = bug.operation.split(" ")
    assert method.lower() in document_of(bug, fixed)["paths"][path]


def document_of(bug: Bug, fixed: bool) -> Any:
    """The OpenAPI document as the app serves it."""
    with TestClient(bug.make(fixed)) as client:
        return client.get("/openapi.json").json()
