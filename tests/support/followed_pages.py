"""Documents as readers follow them: blocks of code, files to write, commands to run."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"# ([\w/]+\.\w+)\n")
SERVED = "127.0.0.1:8000"
"""Where documents say that an app is served."""


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    attributes: str
    """What follows the language, as in `hl_lines="3-5"`."""
    body: str

    @property
    def file(self) -> str | None:
        """The name of the file that it is, if its first line is a comment that has it."""
        found = NAME.match(self.body)
        return found[1] if found and self.language in ("python", "toml") else None

    def commands(self) -> Iterator[tuple[str, str]]:
        """The commands of a console block, each with what it prints, as the block shows it."""
        for part in re.split(r"^\$ ", self.body, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a document."""
    return [Block(*found) for found in BLOCK.findall(text)]


def bodies(text: str, language: str) -> list[str]:
    """What is in the blocks of a language."""
    return [block.body for block in blocks(text) if block.language == language]


def commands(text: str, *programs: str) -> list[str]:
    """The commands of the console blocks, in their order; with names of programs, theirs alone."""
    found = (
        command for block in blocks(text) if block.language == "console" for command, _ in block.commands()
    )
    return [command for command in found if not programs or command.split()[0] in programs]


def named_files(text: str) -> Iterator[tuple[str, str]]:
    """The blocks that are files, with their names."""
    for block in blocks(text):
        if block.file:
            yield block.file, block.body


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    (found,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


SCRIPTS = Path(sys.executable).parent
"""The programs of the environment that runs the tests, in which xapi is installed."""


def run(
    command: str, directory: Path, scripts: Path = SCRIPTS, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, with the programs of an environment that has xapi installed."""
    return subprocess.run(
        command,
        shell=True,
        cwd=directory,
        env=_environment(scripts) | FEWER | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _environment(scripts: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "XAPI_"))}
    return kept | {
        "PATH": os.pathsep.join([str(scripts), kept["PATH"]]),
        "PYTHONUNBUFFERED": "1",
    }


FEWER = {"PYTEST_ADDOPTS": "--xapi-max-examples=10 --xapi-seed=1"}
AS_READERS = {"PYTEST_ADDOPTS": "-p no:randomly -p no:asyncio"}
"""Without plugins that readers need not have: what they print is in no document."""
VARYING = re.compile(r"^date: .*|\d+\.\d+ ?s\b|\(\d+ a second\)|=+(?= |$)|(?<= )=+$|\[ *\d+%\]", re.MULTILINE)
"""What differs from run to run: times, and what depends on their length."""


def _in_one_order(text: str) -> str:
    """A text whose lines of JSON have their members in one order: rows of a database have no certain one."""
    return "\n".join(map(_sorted, text.splitlines()))


def _sorted(line: str) -> str:
    try:
        return json.dumps(json.loads(line), sort_keys=True) if line[:1] in ("{", "[") else line
    except ValueError:
        return line


class Differs(AssertionError):
    """A command printed something else than its document shows."""


@dataclass
class Reader:
    """Follows documents in a folder: writes the files, runs the commands, compares what they print.

    `...` in a document stands for anything, and white space for any other. Commands of pip are left to
    `install`; without it they are not run. A
    command that serves is left running, and started again after a file was written, as its reloader would do.
    """

    folder: Path
    scripts: Path = SCRIPTS
    """Where the programs are."""
    install: Callable[[str], None] = lambda command: None
    """What runs the commands of pip."""
    ran: list[str] = field(default_factory=list)
    """The commands so far."""
    written: dict[str, str] = field(default_factory=dict)
    """The files, as they are now."""
    _serving: str = "xapi dev main.py"
    _server: subprocess.Popen[str] | None = None
    _port: int = 0

    def follow(self, text: str) -> None:
        """Do what a document says.

        Raises:
            Differs: A command prints something else than the document shows.
        """
        for block in blocks(text):
            if block.file:
                self._write(block.file, block.body)
            elif block.language == "console":
                for command, expected in block.commands():
                    if command.startswith("pip "):
                        self.install(command)
                    else:
                        self._run(command, expected)

    def serve(self, command: str) -> str:
        """Run a command that serves, until `close`, and give where it does."""
        self._serving = command
        self._serve()
        return f"http://127.0.0.1:{self._port}"

    def close(self) -> None:
        """Stop what serves."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate()
            self._server = None

    def _write(self, name: str, body: str) -> None:
        self.close()
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(body, encoding="utf-8")
        self.written[name] = body

    def _run(self, command: str, expected: str) -> None:
        self.ran.append(command)
        if command.startswith(("xapi dev", "xapi run", "uvicorn ")):
            self.close()
            self._serving = command
            printed = self._serve()
        else:
            if command.startswith("curl ") and self._server is None:
                self._serve()
            told = command.replace(SERVED, f"127.0.0.1:{self._port}")
            home = {"CURL_HOME": str(self._curl_home()), "HOME": str(self.folder)}
            finished = run(told, self.folder, self.scripts, **home, **AS_READERS)
            printed = (finished.stdout + finished.stderr).replace(f"127.0.0.1:{self._port}", SERVED)
        shown, seen = (VARYING.sub("", _in_one_order(text)) for text in (expected, printed))
        if not OutputChecker().check_output(shown, seen, ELLIPSIS | NORMALIZE_WHITESPACE):
            raise Differs(f"$ {command}\n--- the document:\n{expected}\n--- printed:\n{printed}")

    def _serve(self) -> str:
        """Start what serves, and give what it prints until it does."""
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        reload = () if self._serving.startswith("uvicorn") or " run" in self._serving else ("--no-reload",)
        program, *arguments = shlex.split(self._serving)
        self._server = subprocess.Popen(
            [str(self.scripts / program), *arguments, *reload, "--port", str(self._port)],
            cwd=self.folder,
            env=_environment(self.scripts) | AS_READERS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._server.stdout is not None
        printed = ""
        for line in self._server.stdout:
            printed += line.replace(f"127.0.0.1:{self._port}", SERVED)
            if all(told in printed for told in ("Uvicorn running", "Application startup complete")):
                return printed
        raise Differs(f"$ {self._serving}\n--- did not serve:\n{printed}")

    def _curl_home(self) -> Path:
        """A folder with settings of curl: no meter of its progress."""
        home = self.folder / ".curl"
        home.mkdir(exist_ok=True)
        (home / ".curlrc").write_text("silent\nshow-error\n", encoding="utf-8")
        return home
