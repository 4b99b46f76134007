"""The types of fixtures that are functions name what these take."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pytest_xapi import MakeAsyncClient, MakeClient, WebSocketConnect
from xapi.testing import AsyncClient, TestClient

NOT_OF_FIXTURES = {"self", "app", "lifespan_of"}


def keywords(function: Any) -> set[str]:
    return {name for name in inspect.signature(function).parameters if name not in NOT_OF_FIXTURES}


@pytest.mark.parametrize(
    ("kind", "made"), [(MakeClient, TestClient), (MakeAsyncClient, AsyncClient)], ids=["sync", "async"]
)
def test_a_client_is_made_with_what_its_class_takes(kind: Any, made: Any) -> None:
    assert keywords(kind.__call__) == keywords(made.__init__) | {"lifespan"}


def test_a_session_is_made_with_what_the_client_takes() -> None:
    assert keywords(WebSocketConnect.__call__) == keywords(TestClient.websocket_connect)
