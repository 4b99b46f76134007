"""The work itself, as far as it runs in the environment of the tests."""

import asyncio
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict

import pytest

from benchmarks import growth
from benchmarks.answers import NUMBERS, compare
from benchmarks.apps import bare, starlette_by_hand
from benchmarks.clients import of_httpx, of_xapi
from benchmarks.environments import REQUIREMENTS, ROOT
from benchmarks.peers import PEERS
from benchmarks.protocol import App, Message, Receive, Send
from benchmarks.rows import ROWS
from benchmarks.second_traffic import TRAFFIC as SECOND_TRAFFIC
from benchmarks.traffic import CHUNK
from benchmarks.traffic import TRAFFIC as FIRST_TRAFFIC
from benchmarks.worker import first
from benchmarks.worker.asgi import AsgiLoad, exchange_for
from benchmarks.worker.load import Answer, WrongAnswer
from benchmarks.worker.steady import SteadyLoad

TRAFFIC = {**FIRST_TRAFFIC, **SECOND_TRAFFIC}
STATUSES = {"i": 422, "i2": 422, "d2": 201}
ASGI_ITEMS = [row.name for row in ROWS.values() if row.group == "asgi" and row.name in TRAFFIC]
ALL_TRAFFIC = {**TRAFFIC, **growth.TRAFFIC}
GROWING = ["routes-10", "routes-100", "depth-1", "depth-50", "body-1000", "body-1000000", "models-1000"]


Makers = Mapping[str, Callable[[], App]]


def answers_of(app: App, item: str) -> list[Answer]:
    with closing(AsgiLoad(app, ALL_TRAFFIC[item])) as load:
        return load.answers(NUMBERS)


@pytest.fixture
def items_of_xapi(monkeypatch: pytest.MonkeyPatch) -> Makers:
    monkeypatch.setenv("BENCHMARK_FRAMEWORK", "xapi")
    items: Makers = importlib.import_module("benchmarks.apps.declared").ITEMS
    return items


@pytest.mark.parametrize("item", ALL_TRAFFIC)
def test_no_two_requests_are_alike(item: str) -> None:
    first, second = ALL_TRAFFIC[item](1), ALL_TRAFFIC[item](2)
    assert first.method == second.method
    assert first != second


@pytest.mark.parametrize("item", ["d", "e", "i", "d2", "e2", "i2"])
def test_bodies_are_json(item: str) -> None:
    assert json.loads(TRAFFIC[item](7).body) != json.loads(TRAFFIC[item](8).body)


@pytest.mark.parametrize("item", [item for item in bare.ITEMS if item in TRAFFIC])
def test_bare_callables_starlette_and_xapi_answer_alike(item: str, items_of_xapi: Makers) -> None:
    row = ROWS[item]
    expected = [asdict(answer) for answer in answers_of(items_of_xapi[item](), item)]
    assert {answer["status"] for answer in expected} == {200}
    for contender in row.contenders:
        by_hand: dict[str, Makers] = {"bare": bare.ITEMS, "starlette": starlette_by_hand.ITEMS}
        apps = by_hand.get(contender.peer)
        if apps:
            got = [asdict(answer) for answer in answers_of(apps[item](), item)]
            compare(row, expected, contender, got)


@pytest.mark.parametrize("item", ASGI_ITEMS)
def test_xapi_does_every_item(item: str, items_of_xapi: Makers) -> None:
    with closing(AsgiLoad(items_of_xapi[item](), TRAFFIC[item], concurrency=2)) as load:
        statuses = {answer.status for answer in load.answers(NUMBERS)}
        load.run(3)
    assert statuses == {STATUSES.get(item, 200)}


@pytest.mark.parametrize("item", GROWING)
def test_xapi_does_what_grows_and_answers_all_sizes_alike(item: str, items_of_xapi: Makers) -> None:
    kind, _, _ = item.partition("-")
    of_kind = next(each for each in growth.TRAFFIC if each.startswith(kind))
    got, expected = (answers_of(items_of_xapi[each](), each) for each in (item, of_kind))
    assert {answer.status for answer in got} == {200}
    assert got == expected


@pytest.mark.parametrize("item", ["declared-50", "chain-10", "chain-100"])
def test_new_apps_of_all_sizes_answer_alike(item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_FRAMEWORK", "xapi")
    load = first.LOADS[item]()
    (answer,) = load.answers([7])
    name, _, _ = item.partition("-")
    expected = {"declared": {"id": 7, "name": "item 7", "price": 7.5}, "chain": {"user": 7}}
    assert (answer.status, json.loads(answer.content)) == (200, expected[name])
    assert load.run(2) > 0


@pytest.mark.parametrize(
    ("rows", "others"),
    [
        (["import"], set()),
        (["first.small"], {"import"}),
        (["first.included", "first.others.included"], {"import"}),
    ],
)
def test_a_cold_start_tells_the_figures_that_it_is_asked_for(rows: list[str], others: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker.cold", "xapi", *rows],
        cwd=ROOT,
        env={**os.environ, "BENCHMARK_FRAMEWORK": "xapi"},
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout)
    assert figures.keys() == {*rows, *others}
    assert all(figure > 0 for figure in figures.values())


def test_a_first_answer_other_than_200_is_no_measurement(items_of_xapi: Makers) -> None:
    with pytest.raises(WrongAnswer, match="answered with \\[404\\], not 200"):
        first.spent(items_of_xapi["a"](), [[TRAFFIC["c"](1)]])


def test_long_bodies_have_about_the_size_that_they_are_called_by_and_come_in_pieces() -> None:
    request = growth.TRAFFIC["body-1000000"](1_000_003)
    assert abs(len(request.body) - 1_000_000) < 100
    exchange = exchange_for(request)

    async def received() -> list[bytes]:
        pieces = []
        more = True
        while more:
            message = await exchange.receive()
            pieces.append(message["body"])
            more = message["more_body"]
        return pieces

    pieces = asyncio.run(received())
    assert max(len(piece) for piece in pieces) == CHUNK
    assert b"".join(pieces) == request.body


def test_bare_callables_do_what_grows(items_of_xapi: Makers) -> None:
    item = "models-100000"
    assert answers_of(bare.ITEMS[item](), item) == answers_of(items_of_xapi[item](), item)


def test_several_items_share_the_requests_of_a_round(items_of_xapi: Makers) -> None:
    loads = [AsgiLoad(items_of_xapi[item](), TRAFFIC[item]) for item in ("a", "c")]
    with closing(SteadyLoad(loads)) as load:
        assert [answer.status for answer in load.answers(NUMBERS)] == [200] * 6
        assert load.run(5) > 0


KEPT = """
from benchmarks.worker.steady import kept

kept()  # what ends with the first collection does not count
before = kept()
more = [[] for _ in range(1000)]
assert kept().objects - before.objects >= len(more)
assert before.resident > 1_000_000
"""


def test_what_a_process_keeps_is_counted() -> None:
    # In a process of its own: here objects of other tests may end meanwhile.
    subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, check=True)


def test_a_round_with_another_status_is_no_measurement() -> None:
    served = 0

    async def failing(scope: Message, receive: Receive, send: Send) -> None:
        nonlocal served
        served += 1
        status = 200 if served <= len(NUMBERS) else 500
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    with closing(AsgiLoad(bare.with_lifespan(failing), TRAFFIC["a"])) as load:
        load.answers(NUMBERS)
        with pytest.raises(WrongAnswer, match="a timed request was answered with 500, 1 bytes"):
            load.run(2)


def test_every_contender_of_every_row_is_a_peer_with_a_pinned_environment() -> None:
    for row in ROWS.values():
        assert PEERS[row.contenders[-1].peer].title == "xapi"
        assert {target.against for target in row.targets} <= {one.label for one in row.contenders}
        for contender in row.contenders:
            assert (REQUIREMENTS / f"{PEERS[contender.peer].environment}.txt").exists()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("client.get", '{"query":"visit=7"}'),
        ("client.post", '{"name":"item","number":7}'),
        ("client.open", '{"query":"visit=7"}'),
        ("async_client.get", '{"query":"visit=7"}'),
        ("websocket.echo", "message 7"),
        ("websocket.session", "message 7"),
    ],
)
def test_the_clients_of_xapi_do_every_item(item: str, expected: str) -> None:
    with closing(of_xapi.LOADS[item]()) as load:
        (answer,) = load.answers([7])
        load.run(2)
    assert answer.content == expected


def test_httpx_answers_as_the_asynchronous_client_of_xapi() -> None:
    item = "async_client.get"
    with closing(of_httpx.LOADS[item]()) as httpx, closing(of_xapi.LOADS[item]()) as xapi:
        assert httpx.answers(NUMBERS) == xapi.answers(NUMBERS)
