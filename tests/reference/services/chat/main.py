"""Rooms in which texts are passed on: WebSockets with dependencies, refusals, several at a time."""

from typing import Annotated

from xapi import (
    XAPI,
    APIRouter,
    Cookie,
    Depends,
    Header,
    Path,
    Query,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    status,
)
from xapi.responses import HTMLResponse

app = XAPI(title="Chat")
rooms = APIRouter(prefix="/rooms")


class Rooms:
    def __init__(self) -> None:
        self.members: list[WebSocket] = []

    async def join(self, member: WebSocket) -> None:
        await member.accept()
        self.members.append(member)

    async def tell(self, text: str) -> None:
        for member in self.members:
            await member.send_text(text)


house = Rooms()


async def pass_of(
    websocket: WebSocket,
    badge: Annotated[str | None, Cookie()] = None,
    code: Annotated[str | None, Query()] = None,
) -> str:
    if badge is None and code is None:
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION, reason="No badge")
    return badge or code or ""


class Doorman:
    def __init__(self, language: str) -> None:
        self.language = language

    async def __call__(self, accept_language: Annotated[str, Header()] = "en") -> str:
        return f"{self.language} to {accept_language}"


async def counted():
    yield {"sent": 0}


@app.get("/")
async def page() -> HTMLResponse:
    return HTMLResponse("<h1>Rooms</h1>")


@app.websocket("/echo")
async def echo(websocket: WebSocket):
    await websocket.accept()
    while True:
        text = await websocket.receive_text()
        await websocket.send_text(text[::-1])


@app.websocket("/json")
async def json(websocket: WebSocket):
    await websocket.accept(subprotocol="plain", headers=[(b"x-room", b"json")])
    await websocket.send_json({"first": True})
    async for item in websocket.iter_json():
        await websocket.send_json({"item": item})
        if item == "end":
            await websocket.close(code=4000, reason="as wanted")
            break


@app.websocket("/desks/{desk}")
async def desk(
    websocket: WebSocket,
    desk: Annotated[int, Path(gt=0)],
    shown: Annotated[str, Depends(pass_of)],
    greeting: Annotated[str, Depends(Doorman("de"))],
    counter: Annotated[dict[str, int], Depends(counted)],
    times: int = 1,
):
    await websocket.accept()
    async for text in websocket.iter_text():
        counter["sent"] += 1
        await websocket.send_text(f"{desk} {shown} {greeting} {counter['sent']}: {text * times}")


@rooms.websocket("/{name}", name="room")
async def room(websocket: WebSocket, name: str):
    await house.join(websocket)
    try:
        while True:
            text = await websocket.receive_text()
            await house.tell(f"{name}: {text}")
    except WebSocketDisconnect as error:
        house.members.remove(websocket)
        await house.tell(f"{name} has gone ({error.code})")


@app.websocket("/closed")
async def closed(websocket: WebSocket):
    await websocket.close(code=4001)


@app.websocket("/broken")
async def broken(websocket: WebSocket):
    await websocket.accept()
    raise WebSocketException(code=4002, reason="broken off")


@app.websocket_route("/old")
async def old(websocket: WebSocket):
    await websocket.accept()
    await websocket.send_text(str(websocket.url_for("room", name="attic")))
    await websocket.close()


app.include_router(rooms, prefix="/house", dependencies=[])
