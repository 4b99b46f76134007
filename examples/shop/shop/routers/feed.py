"""Orders as they happen, over a WebSocket (RFC 6455)."""

from __future__ import annotations

from typing import Annotated

from anyio import CancelScope, create_task_group
from sqlalchemy import Engine
from sqlmodel import Session

from shop.database import engine
from shop.feed import OrderFeed
from shop.security import CurrentSettings, InvalidToken, owner
from xapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect, WebSocketException

router = APIRouter()

POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013


class Listener:
    """Whose orders a WebSocket may see: `account_id` is `None` if it may see everybody's."""

    def __init__(
        self,
        token: Annotated[str, Query(description="Browsers cannot send headers with a WebSocket")],
        engine: Annotated[Engine, Depends(engine)],
        settings: CurrentSettings,
    ) -> None:
        # A session of its own: a dependency `Database` would stay open as long as the WebSocket does.
        try:
            with Session(engine) as session:
                account, scopes = owner(token, session, settings)
                self.account_id = None if "sales" in scopes else account.id
        except InvalidToken as error:
            raise WebSocketException(POLICY_VIOLATION, "This token is not valid.") from error


@router.websocket("/feed")
async def follow_orders(socket: WebSocket, listener: Annotated[Listener, Depends()], feed: OrderFeed) -> None:
    """Send each order that is placed or changes its status, as JSON, until the client leaves."""
    with feed.subscribe(listener.account_id) as events:
        await socket.accept()
        async with create_task_group() as tasks:
            tasks.start_soon(cancel_when_client_leaves, socket, tasks.cancel_scope)
            try:
                async for order in events:
                    await socket.send_text(order.model_dump_json())
                await socket.close(TRY_AGAIN_LATER, "Too slow")
            except WebSocketDisconnect:
                pass  # it left while we were sending
            tasks.cancel_scope.cancel()


async def cancel_when_client_leaves(socket: WebSocket, scope: CancelScope) -> None:
    """Read on, whatever is sent: only so it is known when the client has gone."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    scope.cancel()
