"""The last words of a process that property tests have ended: said by another one, which waits for its end.

A request can stop all threads, or end the process: then nothing in it can speak any more. So a small process
waits at a pipe. If the pipe is closed without a farewell, it says which request was in flight.

As a script this file is that process, and loads the standard library only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_HEADER = 8
"""The bytes before the request in its file, which hold its length (see `InFlight`)."""
_MOST_BODY = 300
_MOST_STACK_LINES = 12


class LastWords:
    """Has another process say, on the standard error of this one, which request ended it.

    Args:
        request: the file in which the request in flight is noted.
        stacks: the file of the stacks that were written before the end.
    """

    def __init__(self, request: Path, stacks: Path) -> None:
        self._files = (str(request), str(stacks))
        self._process: subprocess.Popen[bytes] | None = None
        try:
            # Now, because pytest puts another file in its place while tests run.
            self._errors = os.dup(2)
        except OSError:
            self._errors = subprocess.DEVNULL

    def begin(self) -> None:
        """Start the process, if it does not run yet."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, *self._files],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
            )

    def end(self) -> None:
        """Say farewell: nothing has to be told."""
        if self._process is not None:
            self._process.communicate(b"farewell")
        if self._errors >= 0:
            os.close(self._errors)


def text(sent: dict[str, Any], content: bytes, stacks: str) -> str:
    """What is said of a request that was in flight.

    Args:
        sent: the request, as `InFlight` notes it.
        content: its body.
        stacks: what the threads did, if the process stood still; else an empty text.
    """
    # Values of headers may be credentials.
    names = ", ".join(name for name, _ in sent["headers"])
    body = content[:_MOST_BODY]
    lines = [
        f"\nxapi-fuzz: pytest ended while the app handled a request of {sent['item']}:",
        f"  {sent['method']} {sent['target']}",
        *([f"  with the headers {names}"] if names else []),
        *([f"  with the body {body!r}"] if body else []),
    ]
    if stacks:
        lines.append("It made no progress, and was ended:")
        lines += [f"  {line}" for line in stacks.splitlines()[:_MOST_STACK_LINES]]
    lines.append(
        "With --xapi-fuzz-isolate this is a finding of that test, and the rest of the run continues."
    )
    return "\n".join(lines) + "\n"


def _main(request: str, stacks: str) -> None:
    if sys.stdin.buffer.read():
        return
    content = Path(request).read_bytes()
    length = int.from_bytes(content[:_HEADER], "big")
    if length:
        head, _, body = content[_HEADER : _HEADER + length].partition(b"\n")
        file = Path(stacks)
        seen = file.read_text("utf-8", "replace") if file.exists() else ""
        sys.stderr.write(text(json.loads(head), body, seen).encode("ascii", "backslashreplace").decode())


if __name__ == "__main__":
    _main(*sys.argv[1:])
