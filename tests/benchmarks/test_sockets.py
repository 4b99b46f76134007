"""Load over a socket: what is sent, who sends it, and the server that answers."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.answers import NUMBERS
from benchmarks.environments import ROOT
from benchmarks.processes import WorkFailed, clean_environment
from benchmarks.sockets import load as sockets
from benchmarks.sockets.answers import answers
from benchmarks.sockets.generator import Connection, Counts
from benchmarks.sockets.load import send
from benchmarks.sockets.template import MARKER, raw_request, template_of
from benchmarks.traffic import TRAFFIC


@pytest.fixture(scope="module")
def server() -> Iterator["subprocess.Popen[str]"]:
    """Item d of xapi behind uvicorn, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.worker.served", "xapi", "d"],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def port(server: "subprocess.Popen[str]") -> int:
    """Where it listens."""
    assert server.stdout
    greeting = json.loads(server.stdout.readline())
    assert greeting["version"]
    found: int = greeting["port"]
    return found


def test_a_request_is_written_as_http_writes_it() -> None:
    request = TRAFFIC["d"](7)
    head, _, body = raw_request(request).partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /items HTTP/1.1"
    assert b"content-length: %d" % len(body) in head
    assert body == request.body
    assert raw_request(TRAFFIC["a"](7)).startswith(b"GET /plain?visit=7 HTTP/1.1\r\nhost: ")


@pytest.mark.parametrize("item", ["a", "c", "d"])
def test_a_template_with_another_number_is_another_request(item: str) -> None:
    other = MARKER + 90  # item c counts its limit from 1 to 90
    assert template_of(item).replace(b"%d" % MARKER, b"%d" % other) == raw_request(TRAFFIC[item](other))


def test_an_item_without_the_number_in_its_request_has_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TRAFFIC, "odd", lambda number: TRAFFIC["a"](1))  # type: ignore[misc]
    with pytest.raises(ValueError, match="odd: the number 1000003 does not stand in its request as it is"):
        template_of("odd")


def test_a_server_answers_the_requests_that_are_compared(port: int) -> None:
    got = answers(port, "d", NUMBERS)
    assert [answer["status"] for answer in got] == [200] * 3
    assert [json.loads(answer["content"])["name"] for answer in got] == [
        f"item {number}" for number in NUMBERS
    ]


def test_a_server_tells_its_cpu_time(port: int, server: "subprocess.Popen[str]") -> None:
    assert server.stdin
    assert server.stdout
    times = []
    for _ in range(2):
        print("{}", file=server.stdin, flush=True)
        times.append(json.loads(server.stdout.readline())["nanoseconds"])
        answers(port, "d", [1])
    assert 0 < times[0] < times[1]


@pytest.mark.parametrize("with_wrk", [True, False], ids=["wrk", "our own generator"])
def test_requests_are_sent_and_counted(port: int, monkeypatch: pytest.MonkeyPatch, with_wrk: bool) -> None:
    if with_wrk and not sockets.has_wrk():
        pytest.skip("wrk is not installed")
    monkeypatch.setattr(sockets, "has_wrk", lambda: with_wrk)
    sent = send(port, "d", first=MARKER, seconds=1)
    assert sent.requests > 10
    assert sent.failed == 0


@pytest.mark.parametrize("with_wrk", [True, False], ids=["wrk", "our own generator"])
def test_load_that_is_refused_is_no_measurement(
    port: int, monkeypatch: pytest.MonkeyPatch, with_wrk: bool
) -> None:
    if with_wrk and not sockets.has_wrk():
        pytest.skip("wrk is not installed")
    monkeypatch.setattr(sockets, "has_wrk", lambda: with_wrk)
    with pytest.raises(
        WorkFailed, match=r"under load, [0-9]+ of [0-9]+ requests were not answered with success"
    ):
        send(port, "a", first=MARKER, seconds=1)


@pytest.mark.parametrize(
    ("answer", "requests", "failed"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 3, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 3, 0),
        (b"HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno", 3, 3),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 0, 1),
    ],
    ids=["answered", "whatever the case of names", "refused", "without a length"],
)
def test_the_small_generator_counts_what_it_is_answered(answer: bytes, requests: int, failed: int) -> None:
    counts = Counts(MARKER)
    targets = asyncio.run(conversation(counts, answer, requests))
    assert targets == [b"/plain?visit=%d" % (MARKER + 1 + number) for number in range(len(targets))]
    assert (counts.requests, counts.failed) == (requests, failed)


async def conversation(counts: Counts, answer: bytes, answers: int) -> list[bytes]:
    """One connection of the generator, answered in two pieces, so often; what it asked for."""
    asked: list[bytes] = []
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(10_000):
            asked.append(head.split()[1])
            if len(asked) > max(answers, 1):
                break
            for piece in (answer[:25], answer[25:]):
                writer.write(piece)
                await writer.drain()
        ended.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        lambda: Connection(template_of("a"), counts), "127.0.0.1", port
    )
    await ended.wait()
    connection.close()
    server.close()
    await server.wait_closed()
    return asked
