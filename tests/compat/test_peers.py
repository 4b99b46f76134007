"""The contract, run on FastAPI's and Litestar's apps, each in an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.parametrize("peer", ["fastapi", "litestar"])
def test_the_contract_holds_for_a_peer(peer: str, passed_for_peer: Callable[..., tuple[int, str]]) -> None:
    passed, output = passed_for_peer(peer, HERE / "test_contract.py", XAPI_CONTRACT_APP=peer)
    assert passed >= 30
    assert "skipped" not in output


@pytest.mark.parametrize("peer", ["fastapi", "litestar"])
def test_requests_and_handlers_are_those_of_the_routes_of_a_peer(
    peer: str, passed_for_peer: Callable[..., tuple[int, str]]
) -> None:
    folders = os.pathsep.join(str(ROOT / folder) for folder in ("framework", "."))
    passed, _ = passed_for_peer(peer, HERE / "test_routes.py", XAPI_CONTRACT_APP=peer, PYTHONPATH=folders)
    assert passed == 49


@pytest.mark.parametrize("peer", ["fastapi", "litestar"])
def test_the_document_of_a_peer_is_written(
    peer: str, passed_for_peer: Callable[..., tuple[int, str]]
) -> None:
    folders = os.pathsep.join(str(ROOT / folder) for folder in ("framework", "."))
    file = HERE / "test_written_documents.py"
    passed, _ = passed_for_peer(peer, file, XAPI_CONTRACT_APP=peer, PYTHONPATH=folders)
    assert passed == 1


def test_each_peer_has_requirements_that_are_pinned(peer_environments: Any) -> None:
    assert peer_environments.PEERS == ["fastapi", "frameworks", "litestar", "observability", "plugins"]
    for peer in peer_environments.PEERS:
        lines = (HERE / "requirements" / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
        assert all("==" in line for line in lines if not line.startswith("#"))
