"""``python -m benchmarks.worker.form PEER KIND MEBIBYTES``: the most memory that one form has taken."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

from benchmarks.peers import PEERS

PART = 1024 * 1024 - 1024
"""Bytes of a text, and of a file that is just small enough to be kept in memory."""
PIECE = 64 * 1024


def app() -> Any:
    """An app that takes texts, files, and files as bytes."""
    from benchmarks.apps.framework import App, File, Form, UploadFile

    served = App()

    @served.post("/texts")
    async def texts(texts: Annotated[list[str], Form()], file: UploadFile | None = None) -> int:
        return len(texts)

    @served.post("/files")
    async def files(files: list[UploadFile]) -> int:
        return len(files)

    @served.post("/bytes")
    async def contents(bytes: Annotated[list[bytes], File()]) -> int:
        return len(bytes)

    return served


def body(kind: str, size: int) -> Iterator[bytes]:
    """A multipart form of about so many bytes, in pieces as a server gives them."""
    part = size if kind == "bytes" else PART
    filename = b"" if kind == "texts" else b'; filename="f"'
    for _ in range(max(1, size // part)):
        yield b'--b\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n' % (kind.encode(), filename)
        for start in range(0, part, PIECE):
            yield b"x" * min(PIECE, part - start)
        yield b"\r\n"
    yield b"--b--\r\n"


async def send_form(served: Any, kind: str, size: int) -> int:
    """The status that a form is answered with."""
    pieces, statuses = body(kind, size), []

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status"))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": f"/{kind}", "raw_path": f"/{kind}".encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"test"), (b"content-type", b"multipart/form-data; boundary=b")],
        "client": ("127.0.0.1", 1), "server": ("test", 80),
    }  # fmt: skip
    await served(scope, receive, send)
    return int(statuses[0])


def high_water_mark() -> int:
    """The most bytes that have been resident, as Linux tells it (proc(5), ``VmHWM``)."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


async def main(kind: str, size: int) -> None:
    """Prints the status, and by how much the high-water mark has risen after a small form."""
    served = app()
    await send_form(served, kind, 1)
    before = high_water_mark()
    status = await send_form(served, kind, size)
    print(json.dumps({"status": status, "taken": high_water_mark() - before}))  # noqa: T201


if __name__ == "__main__":
    os.environ["BENCHMARK_FRAMEWORK"] = PEERS[sys.argv[1]].framework
    asyncio.run(main(sys.argv[2], int(sys.argv[3]) * 1024 * 1024))
