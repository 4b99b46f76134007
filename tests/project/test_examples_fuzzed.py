"""The good examples under fuzzing: clean, and exercised, in one process and in several."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDER = '''
"""The app of an example, writing down which of its operations it answers with success."""

import os
from pathlib import Path

from {example}.main import app

class Recorder:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_and_record(message):
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                with open(f"answered-{{os.getpid()}}.txt", "a") as record:
                    record.write(f"{{scope['method']}} {{scope['route'].path}}\\n")
            await send(message)

        await self.app(scope, receive, send_and_record)

paths = app.openapi()["paths"]
operations = [f"{{method.upper()}} {{path}}\\n" for path in paths for method in paths[path]]
Path("operations.txt").write_text("".join(operations))
app.add_middleware(Recorder)
'''


@pytest.mark.parametrize(
    ("example", "processes", "share"),
    [("notes", 0, 1.0), ("notes", 2, 1.0), ("shop", 2, 0.9)],
    ids=["notes in one process", "notes in two processes", "shop in two processes"],
)
def test_an_example_is_clean_and_its_operations_succeed_at_least_once(
    example: str, processes: int, share: float, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(ROOT / "examples" / example, tmp_path / example))
    (folder / "recorder.py").write_text(RECORDER.format(example=example), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", ".", "--ignore=tests", "--xapi-app=recorder:app"]
    finished = subprocess.run(
        [*command, "--xapi-fuzz", "--xapi-max-examples=10", f"--numprocesses={processes}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert " 0 findings" in finished.stdout
    operations = set((folder / "operations.txt").read_text().splitlines())
    succeeded = {line for record in folder.glob("answered-*.txt") for line in record.read_text().splitlines()}
    assert len(operations & succeeded) >= share * len(operations), operations - succeeded
