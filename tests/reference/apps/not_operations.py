"""What is served and not documented: sockets, mounts, plain routes, hidden operations."""

from typing import Annotated

from xapi import XAPI, APIRouter, Depends, Query, WebSocket
from xapi.responses import PlainTextResponse
from xapi.routing import APIRoute

app, mounted = XAPI(), XAPI(title="Mounted")
router = APIRouter(prefix="/router")
hidden = APIRouter(prefix="/hidden", include_in_schema=False)


class Timed(APIRoute):
    """A route class of one's own is documented like others."""


timed = APIRouter(prefix="/timed", route_class=Timed)


@mounted.get("/inside")
def inside(): ...


@app.websocket("/socket")
async def socket(websocket: WebSocket): ...


@router.websocket("/socket")
async def routed_socket(websocket: WebSocket): ...


async def plain(request):
    return PlainTextResponse("plain")


app.add_route("/plain", plain)
app.mount("/mounted", mounted)


@app.get("/shown")
def shown(): ...


@app.get("/unseen", include_in_schema=False)
def unseen(): ...


@router.get("/shown")
def routed(): ...


@hidden.get("/never", include_in_schema=True)
def never(): ...


@timed.get("/{number}")
def timed_operation(number: int): ...


def secret(key: Annotated[str, Query(include_in_schema=False)], limit: int = 1): ...


@app.get("/half", dependencies=[Depends(secret)])
def half(seen: int, not_seen: Annotated[int, Query(include_in_schema=False)] = 1): ...


app.include_router(router)
app.include_router(hidden)
app.include_router(timed)
app.add_api_route("/added", shown, methods=["PUT", "PATCH"][:1], tags=["added"], status_code=201)


@app.api_route("/head", methods=["HEAD"])
def head(): ...


@app.api_route("/default-method")
def default_method(): ...
