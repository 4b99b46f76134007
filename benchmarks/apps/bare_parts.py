"""What bare ASGI callables share: reading a request, and answering it."""

from urllib.parse import parse_qsl

from benchmarks.protocol import App, Message, Receive, Send

JSON = (b"content-type", b"application/json")


async def respond(send: Send, content: bytes) -> None:
    """The two messages of an answer that is not streamed."""
    headers = [JSON, (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def read_body(receive: Receive) -> bytes:
    """The request's body."""
    message = await receive()
    body: bytes = message["body"]
    if not message["more_body"]:
        return body
    parts = [body]
    while message["more_body"]:
        message = await receive()
        parts.append(message["body"])
    return b"".join(parts)


def with_lifespan(endpoint: App) -> App:
    """Adds the lifespan protocol, with nothing to do in it."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            return await endpoint(scope, receive, send)
        for _ in range(2):
            message = await receive()
            await send({"type": message["type"] + ".complete"})
        return None

    return app


def query_values(query: bytes) -> dict[str, str]:
    """The last value of each name (WHATWG URL, application/x-www-form-urlencoded parsing)."""
    text = query.decode()
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return dict([pair.split("=", 1) for pair in text.split("&")])
