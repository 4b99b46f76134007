"""The programs in the pages about tests run, on one app that has what they speak of."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest
from followed_pages import bodies

DOCS = Path(__file__).parents[2] / "docs"
ELSEWHERE = re.compile(
    r"PostgresContainer|create_engine|rolled_back_session|count_queries|session\.get|# tests/admin"
)
"""Blocks that need a database or another folder: `tests/pytest_xapi` has tests of what they show."""

APP = """
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel
from xapi import XAPI, BackgroundTasks, Depends, HTTPException, WebSocket
from xapi.responses import StreamingResponse

app = XAPI()
notes = {}
sent = []

class Note(BaseModel):
    text: str

@dataclass
class User:
    name: str

@dataclass
class Settings:
    debug: bool = False

class Outbox: ...

order = {"text": "nails"}

def current_user() -> User:
    return User("real")

def database() -> str:
    return "real"

def fake_database() -> str:
    return "fake"

def settings() -> Settings:
    return Settings()

def get_clock() -> int:
    return 1

def frozen_clock() -> int:
    return 0

def get_mail() -> None: ...

def get_mailer() -> Outbox:
    return Outbox()

def permission(name: str):
    def check() -> None:
        raise HTTPException(403)
    return check

def get_quota() -> int:
    return 9

Us = Annotated[User, Depends(current_user)]

@app.get("/me")
async def me(
    user: Us, d: Annotated[str, Depends(database)], s: Annotated[Settings, Depends(settings)],
    clock: Annotated[int, Depends(get_clock)], mail: Annotated[object, Depends(get_mail)],
) -> str:
    return f"{user.name} {d} {s.debug}"

@app.post("/notes", status_code=201)
async def add(note: Note, user: Us, quota: Annotated[int, Depends(get_quota)]):
    if not quota:
        raise HTTPException(429)
    if user.name == "guest":
        raise HTTPException(403)
    notes[len(notes) + 1] = note
    return {"id": len(notes)}

@app.get("/notes/{number}", operation_id="read_note")
async def read(number: int) -> Note:
    if number not in notes:
        raise HTTPException(404)
    return notes[number]

@app.delete("/notes/{number}", status_code=204, dependencies=[Depends(permission("delete"))])
async def delete(number: int, mailer: Annotated[Outbox, Depends(get_mailer)]) -> None:
    mailer.send(number)

@app.get("/notes")
async def all_notes() -> list[Note]:
    return list(notes.values())

def get_fee() -> int:
    return 1

payments_app = XAPI()

@payments_app.post("/payments")
async def pay(fee: Annotated[int, Depends(get_fee)]) -> int:
    return fee

def send_mail() -> None:
    sent.append("mail")

@app.post("/orders")
async def take(order: Note, tasks: BackgroundTasks) -> str:
    tasks.add_task(send_mail)
    return "taken"

@app.get("/events")
async def events():
    async def lines() -> AsyncIterator[str]:
        while True:
            yield "data: first\\n\\n"
    return StreamingResponse(lines(), media_type="text/event-stream")

@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="v1")
    await websocket.send_json(await websocket.receive_json())

@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
"""
HEAD = """
import asyncio, subprocess
import unittest
from unittest.mock import MagicMock
import pytest
from pages_app import *
from xapi.testing import AsyncClient, LifespanManager, LiveServer, LoopDriver, TestClient, upstream

scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
         "path": "/notes", "raw_path": b"/notes", "query_string": b"", "root_path": "", "scheme": "http",
         "headers": [(b"content-type", b"application/json")]}

@pytest.fixture(autouse=True)
def _no_notes():
    notes.clear()
"""


def as_module(page: str) -> tuple[str, int]:
    """The blocks of a page as a test module, and how many tests there are: what is no test becomes one."""
    text, tests = HEAD, 0
    for number, block in enumerate(bodies((DOCS / f"{page}.md").read_text(encoding="utf-8"), "python")):
        if ELSEWHERE.search(block):
            continue
        found = len(re.findall(r"def test_", block))
        if not found:
            kind = "async " if re.search(r"^(async|await) ", block, re.MULTILINE) else ""
            mark = "@pytest.mark.asyncio\n" if kind else ""
            block = f"{mark}{kind}def test_block_{number}(client):\n{indent(block, '    ')}"
        elif "anyio" not in block:
            block = re.sub(r"^async def", "@pytest.mark.asyncio\nasync def", block, flags=re.MULTILINE)
        text += f"\n{block}"
        tests += found or 1
    return text, tests


@pytest.mark.parametrize(("page", "least"), [("testing", 9), ("plugin", 6)])
def test_the_programs_of_a_page_pass(pytester: pytest.Pytester, page: str, least: int) -> None:
    pytester.makeini("[pytest]\nxapi_app = pages_app:app\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(pages_app=APP)
    module, tests = as_module(page)
    pytester.makepyfile(test_page=module)
    assert tests >= least
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=tests)
