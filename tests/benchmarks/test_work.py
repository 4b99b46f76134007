"""The work itself, as far as it runs in the environment of the tests."""

import importlib
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict

import pytest

from benchmarks.answers import NUMBERS, compare
from benchmarks.apps import bare, starlette_by_hand
from benchmarks.clients import of_httpx, of_xapi
from benchmarks.environments import REQUIREMENTS
from benchmarks.peers import PEERS
from benchmarks.protocol import App, Message, Receive, Send
from benchmarks.rows import ROWS
from benchmarks.traffic import TRAFFIC
from benchmarks.worker.asgi import AsgiLoad
from benchmarks.worker.load import Answer, WrongAnswer

ASGI_ITEMS = [row.name for row in ROWS.values() if row.group == "asgi" and row.name in TRAFFIC]


Makers = Mapping[str, Callable[[], App]]


def answers_of(app: App, item: str) -> list[Answer]:
    with closing(AsgiLoad(app, TRAFFIC[item])) as load:
        return load.answers(NUMBERS)


@pytest.fixture
def items_of_xapi(monkeypatch: pytest.MonkeyPatch) -> Makers:
    monkeypatch.setenv("BENCHMARK_FRAMEWORK", "xapi")
    items: Makers = importlib.import_module("benchmarks.apps.declared").ITEMS
    return items


@pytest.mark.parametrize("item", TRAFFIC)
def test_no_two_requests_are_alike(item: str) -> None:
    first, second = TRAFFIC[item](1), TRAFFIC[item](2)
    assert first.method == second.method
    assert first != second


@pytest.mark.parametrize("item", ["d", "e", "i"])
def test_bodies_are_json(item: str) -> None:
    assert json.loads(TRAFFIC[item](7).body) != json.loads(TRAFFIC[item](8).body)


@pytest.mark.parametrize("item", bare.ITEMS)
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
    assert statuses == {422 if item == "i" else 200}


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
        assert row.contenders[-1].label == "xapi"
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
