"""The app that all clients call: as small as an app can be, so that what is measured is the client."""

from benchmarks.protocol import Message, Receive, Send


async def service(scope: Message, receive: Receive, send: Send) -> None:
    """Answers GET with a little JSON, POST and WebSockets with what they send, and lifespans with assent."""
    await PROTOCOLS[scope["type"]](scope, receive, send)


async def _lifespan(scope: Message, receive: Receive, send: Send) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": message["type"] + ".complete"})


async def _http(scope: Message, receive: Receive, send: Send) -> None:
    if scope["method"] == "POST":
        content = (await receive())["body"]
    else:
        content = b'{"query":"%s"}' % scope["query_string"]
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _websocket(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


PROTOCOLS = {"lifespan": _lifespan, "http": _http, "websocket": _websocket}
