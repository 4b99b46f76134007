"""The notes example under fuzzing: clean, and exercised, in one process and in several."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPERATIONS = {
    "GET /notes",
    "POST /notes",
    "GET /notes/{note_id}",
    "PUT /notes/{note_id}",
    "DELETE /notes/{note_id}",
}
RECORDER = '''
"""The notes app, writing down which operations it answers with success."""

import os

from notes.main import app

class Recorder:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_and_record(message):
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                template = "/notes/{note_id}" if scope["path"].startswith("/notes/") else scope["path"]
                with open(f"answered-{os.getpid()}.txt", "a") as record:
                    record.write(f"{scope['method']} {template}\\n")
            await send(message)

        await self.app(scope, receive, send_and_record)

app.add_middleware(Recorder)
'''


@pytest.mark.parametrize("arguments", [[], ["--numprocesses=2"]], ids=["one process", "two processes"])
def test_notes_are_clean_and_every_operation_succeeds_at_least_once(
    arguments: list[str], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(ROOT / "examples" / "notes", tmp_path / "notes"))
    (folder / "recorder.py").write_text(RECORDER, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        ".",
        "--ignore=tests",
        "--xapi-app=recorder:app",
        "--xapi-fuzz",
    ]
    finished = subprocess.run(
        [*command, "--xapi-max-examples=20", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    succeeded = {line for record in folder.glob("answered-*.txt") for line in record.read_text().splitlines()}
    assert succeeded >= OPERATIONS
