"""`xapi dev` and `xapi run`: real servers, in processes of their own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from urllib.request import Request, urlopen

import pytest

from xapi.cli import main

APP = """
import os
from xapi import XAPI, Request

app = XAPI()

@app.get("/")
def read(request: Request):
    return {
        "answer": 1,
        "root_path": request.scope["root_path"],
        "scheme": request.url.scheme,
        "process": os.getpid(),
        "setting": os.environ.get("SETTING"),
        "mode": os.environ.get("XAPI_ENV"),
    }

def create():
    return app
"""


class Server:
    """A server's process, whose output is read line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.lines: list[str] = []
        self.coming: Queue[str] = Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xapi", *arguments, "--port", str(self.port)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                "PATH": "/usr/bin:/bin",
                "SETTING": "from outside",
                "PYTHONUNBUFFERED": "1",
                # What is cached counts for a file of the same size and second.
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.coming.put(line)

    def wait_for(self, text: str, times: int = 1, seconds: float = 30) -> str:
        """Read the output until `text` has come so many times more; returns what was read."""
        read = []
        while times:
            try:
                line = self.coming.get(timeout=seconds)
            except Empty:
                raise TimeoutError("".join(self.lines)) from None
            self.lines.append(line)
            read.append(line)
            times -= text in line
        return "".join(read)

    def get(self, path: str = "/", **headers: str) -> dict[str, object]:
        self.connect()
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urlopen(request, timeout=10) as answer:
            content: dict[str, object] = json.load(answer)
        return content

    def connect(self) -> None:
        """Try to connect until it works: the server says that it has started just before it listens."""
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                assert self.process.poll() is None
                assert time.monotonic() < deadline
            else:
                return


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*arguments: str) -> Server:
        servers.append(Server(tmp_path, *arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.process.terminate()
        server.process.communicate(timeout=20)


def test_dev_says_what_it_found_and_serves_again_what_changes(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    file = tmp_path / "main.py"
    file.write_text(APP)
    server = serve("dev")
    announced = server.wait_for("Application startup complete")

    assert server.get()["answer"] == 1
    assert server.get()["setting"] == "from outside"
    assert server.get()["mode"] == "development"
    assert f"folder  {tmp_path}" in announced
    assert "code  from main import app" in announced
    assert "app  main:app\n" in announced
    assert f"docs  http://127.0.0.1:{server.port}/docs" in announced
    assert "use `xapi run`" in announced

    for attempt in range(2, 5):  # on a busy machine a change may come before the server watches
        file.write_text(APP.replace('"answer": 1', f'"answer": {attempt}'))
        try:
            server.wait_for("Application startup complete", seconds=5)
            break
        except TimeoutError:
            continue
    assert server.get()["answer"] == attempt


def test_run_serves_without_reloading_below_a_root_path_and_behind_a_proxy(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    (tmp_path / "shop.py").write_text(APP)
    server = serve("run", "shop.py", "--host", "127.0.0.1", "--root-path", "/api/v1")
    announced = server.wait_for("Application startup complete")

    assert server.get()["root_path"] == "/api/v1"
    assert server.get()["mode"] is None
    assert server.get(**{"x-forwarded-proto": "https"})["scheme"] == "https"
    assert "Starting the production server" in announced
    assert f"docs  http://127.0.0.1:{server.port}/api/v1/docs" in announced
    assert "reloader" not in announced


def test_run_can_ignore_what_proxies_say(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    server = serve("run", "shop:create", "--host", "127.0.0.1", "--no-proxy-headers")
    announced = server.wait_for("Application startup complete")

    assert server.get(**{"x-forwarded-proto": "https"})["scheme"] == "http"
    assert "app  shop:create (an app factory)" in announced


def test_run_serves_with_several_workers(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APP)
    server = serve("run", "--host", "127.0.0.1", "--workers", "2")
    started = server.wait_for("Application startup complete", times=2)
    workers = re.findall(r"Started server process \[(\d+)\]", started)

    assert len(set(workers)) == 2
    assert str(server.get()["process"]) in workers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dev", "nowhere.py"], r"there is no file .*nowhere.py"),
        (["run"], r"no app in .* \(tried main.py"),
        (["run", "empty.py"], r"module 'empty' .* has no app"),
        (["dev", "a.py", "--entrypoint", "b:app"], r"both a.py and --entrypoint b:app: name one app"),
        (["dev", "two.py", "--app", "third"], r"has no attribute 'third' \(did you mean 'one' or 'two'\?\)"),
    ],
)
def test_what_can_not_be_served_is_said_before_anything_starts(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("XAPI_ENV", "test")  # what is set already stays
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "two.py").write_text("from xapi import XAPI\none = XAPI()\ntwo = XAPI()\n")
    try:
        assert main(arguments) == 1
    finally:
        for name in ("empty", "two"):
            sys.modules.pop(name, None)

    written = capsys.readouterr()
    assert written.out == ""
    assert re.search(message, written.err)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        *(
            ("--port", value, "is no port: ports are numbers from 0 to 65535")
            for value in ("65536", "-1", "x", "٣")
        ),
        *(
            ("--workers", value, "is no number of processes: name 1 or more")
            for value in ("0", "-2", "x", "1.5")
        ),
    ],
)
def test_an_argument_that_is_no_number_in_range_is_refused(
    option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", f"{option}={value}"])
    assert stopped.value.code == 2
    assert f"argument {option}: {value!r} {told}" in capsys.readouterr().err


@pytest.fixture
def app_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("XAPI_ENV", "test")
    (tmp_path / "here.py").write_text(APP)
    yield
    sys.modules.pop("here", None)


@pytest.mark.parametrize("command", ["run", "dev"])
@pytest.mark.usefixtures("app_here")
def test_a_port_that_is_in_use_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main([command, "here.py", "--host", "127.0.0.1", "--port", str(port)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"port {port} of 127.0.0.1 is in use" in told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "256.1.1.1"], "--host 256.1.1.1 is no address of this machine"),
        (["--host", "192.0.2.1", "--port", "0"], "nothing can listen at port 0 of 192.0.2.1"),
        (["--reload", "--workers", "2"], "--workers would do nothing"),
    ],
)
@pytest.mark.usefixtures("app_here")
def test_what_cannot_be_listened_at_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "here.py", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_that_there_are_several_apps_is_said(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("from xapi import XAPI\none = XAPI()\ntwo = XAPI()\n")
    server = serve("run", "two.py", "--host", "127.0.0.1")

    assert "note  two has other apps (two): see --app" in server.wait_for("Application startup complete")


def test_without_uvicorn_the_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.setenv("XAPI_ENV", "test")

    assert main(["run", "main.py"]) == 1
    assert 'uvicorn: pip install "xapi-framework[standard]"' in capsys.readouterr().err
