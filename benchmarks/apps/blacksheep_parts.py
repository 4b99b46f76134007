"""Forms and middlewares as a user of BlackSheep writes them."""

from collections.abc import Awaitable, Callable, Mapping

from blacksheep import Application, Request, Response, Router, json

Handler = Callable[[Request], Awaitable[Response]]


def form() -> Application:
    """h"""
    app = Application(router=Router())

    @app.router.post("/uploads")
    async def upload_file(request: Request) -> Response:
        parts = {part.name.decode(): part for part in await request.multipart() or []}
        upload = parts["upload"]
        return json(
            {
                "title": parts["title"].data.decode(),
                "copies": int(parts["copies"].data),
                "filename": (upload.file_name or b"").decode(),
                "size": len(upload.data),
            }
        )

    return app


def middlewares() -> Application:
    """l: each adds a header."""
    app = Application(router=Router())

    async def first(request: Request, handler: Handler) -> Response:
        response = await handler(request)
        response.headers[b"x-first"] = b"1"
        return response

    async def second(request: Request, handler: Handler) -> Response:
        response = await handler(request)
        response.headers[b"x-second"] = b"2"
        return response

    async def third(request: Request, handler: Handler) -> Response:
        response = await handler(request)
        response.headers[b"x-third"] = b"3"
        return response

    app.middlewares.extend([third, second, first])

    @app.router.get("/plain")
    async def read_plain() -> Response:
        return json({"message": "hello", "ready": True})

    return app


def second_form() -> Application:
    """h2"""
    app = Application(router=Router())

    @app.router.post("/albums")
    async def add_album(request: Request) -> Response:
        parts = await request.multipart() or []
        named = {part.name.decode(): part for part in parts}
        cover = named["cover"]
        return json(
            {
                "album": named["album"].data.decode(),
                "labels": [part.data.decode() for part in parts if part.name == b"label"],
                "public": named["public"].data == b"true",
                "cover": [
                    (cover.file_name or b"").decode(),
                    (cover.content_type or b"").decode(),
                    cover.data[:8].hex(),
                ],
                "notes": len(named["notes"].data),
            }
        )

    return app


def second_middlewares() -> Application:
    """l2: they look at the request, and one leaves something for the endpoint."""
    app = Application(router=Router())

    async def languages(request: Request, handler: Handler) -> Response:
        language = request.get_first_header(b"accept-language") or b"en"
        request.scope["language"] = language[:2].decode()
        return await handler(request)

    async def noting(request: Request, handler: Handler) -> Response:
        response = await handler(request)
        response.headers[b"x-noted"] = f"{request.method} {response.status}".encode()
        return response

    async def guarding(request: Request, handler: Handler) -> Response:
        if not request.has_header(b"authorization"):
            return Response(401)
        response = await handler(request)
        response.headers[b"x-frame-options"] = b"DENY"
        return response

    app.middlewares.extend([guarding, noting, languages])

    @app.router.get("/health/live")
    async def live(request: Request) -> Response:
        return json({"status": "ok", "language": request.scope["language"]})

    return app


ITEMS: Mapping[str, Callable[[], Application]] = {
    "h": form,
    "h2": second_form,
    "l": middlewares,
    "l2": second_middlewares,
}
