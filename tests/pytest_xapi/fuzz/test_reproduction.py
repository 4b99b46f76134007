"""The same seed sends the same requests to an operation, whatever else runs."""

from __future__ import annotations

from pathlib import Path

import pytest

# Writes down every request that reaches it.
LOGGING = """
    import os
    from xapi import XAPI, Body, Request

    app = XAPI()

    @app.middleware("http")
    async def log(request: Request, call_next):
        with open(os.environ["LOG"], "a") as log:
            log.write(f"{request.method} {request.url} {(await request.body()).hex()}\\n")
        return await call_next(request)

    @app.post("/items", status_code=201)
    def create_item(name: str = Body(), count: int = Body()) -> dict[str, int]:
        return {"item_id": count}

    @app.get("/items/{item_id}")
    def read_item(item_id: int, q: str = "") -> int:
        return item_id
"""


@pytest.fixture
def sent(app_module, fuzz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run with arguments, and return what was sent."""
    app_module(LOGGING)

    def run(*arguments: str) -> list[str]:
        log = tmp_path / "log"
        log.write_text("", encoding="utf-8")
        monkeypatch.setenv("LOG", str(log))
        assert fuzz(*arguments).exit_code == 0
        return log.read_text(encoding="utf-8").splitlines()

    return run


@pytest.mark.parametrize(
    "item", ["create_item and boundary", "create_item and random", "read_item and random", "stateful"]
)
def test_an_item_sends_the_same_alone_and_among_others(item: str, sent) -> None:
    together = sent("--xapi-seed=3")
    alone = sent("--xapi-seed=3", "-k", item)
    assert len(alone) >= 10
    start = together.index(alone[0])
    if item == "stateful":
        start = len(together) - len(alone)
    assert together[start : start + len(alone)] == alone


def test_another_seed_sends_other_requests(sent) -> None:
    one, other = sent("--xapi-seed=1", "-k", "create_item"), sent("--xapi-seed=2", "-k", "create_item")
    assert one != other
    # The boundary cases are the same ones.
    assert len(set(one) & set(other)) > 10


def test_the_seed_is_shown_and_there_is_one_by_default(app_module, fuzz, sent) -> None:
    assert sent("-k", "read_item") == sent("--xapi-seed=1", "-k", "read_item")
    run = fuzz("-k", "read_item")
    assert "xapi-fuzz: seed 1, profile ci, at most 10 random cases per operation" in run.output
    assert "seed 1" in run.output.splitlines()[-4:][0] or ", seed 1" in run.output


def test_nothing_is_left_behind(sent, pytester: pytest.Pytester) -> None:
    sent("-p", "no:cacheprovider")
    left = {path.name for path in pytester.path.iterdir()}
    assert left <= {"shop.py", "tox.ini", "__pycache__", "log"}
