"""The contract, run on FastAPI's and Litestar's apps, each in an environment of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("peer", ["fastapi", "litestar"])
def test_the_contract_holds_for_a_peer(peer: str, passed_for_peer: Callable[..., tuple[int, str]]) -> None:
    passed, output = passed_for_peer(peer, HERE / "test_contract.py", XAPI_CONTRACT_APP=peer)
    assert passed >= 30
    assert "skipped" not in output


def test_each_peer_has_requirements_that_are_pinned(peer_environments: Any) -> None:
    assert peer_environments.PEERS == ["fastapi", "litestar"]
    for peer in peer_environments.PEERS:
        lines = (HERE / "requirements" / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
        assert all("==" in line for line in lines if not line.startswith("#"))
