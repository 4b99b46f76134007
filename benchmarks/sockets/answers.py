"""What a server answers to the requests that are compared."""

from collections.abc import Sequence
from dataclasses import asdict
from http.client import HTTPConnection

from benchmarks.answers import Answer
from benchmarks.traffic import TRAFFIC, Request
from benchmarks.worker.load import Answer as Answered

SECONDS = 10


def answers(port: int, item: str, numbers: Sequence[int]) -> list[Answer]:
    """Sends the requests of these numbers one after the other.

    Raises:
        OSError: The server cannot be reached.
    """
    return [asdict(_answer(port, TRAFFIC[item](number))) for number in numbers]


def _answer(port: int, request: Request) -> Answered:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        headers = {"content-type": request.media_type.decode()} if request.body else {}
        headers |= {name.decode(): value.decode() for name, value in request.headers}
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection.request(request.method, target, request.body or None, headers)
        response = connection.getresponse()
        media_type = (response.getheader("content-type") or "").partition(";")[0]
        marks = sorted(
            (name.lower(), value) for name, value in response.getheaders() if name.lower().startswith("x-")
        )
        return Answered(response.status, media_type, response.read().decode(), marks)
    finally:
        connection.close()
