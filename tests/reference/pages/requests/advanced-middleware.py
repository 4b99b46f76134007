UNICORN = """
class UnicornMiddleware:
    def __init__(self, app, some_config):
        self.app, self.value = app, some_config.encode()

    async def __call__(self, scope, receive, send):
        async def marked(message):
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-unicorn", self.value))
            await send(message)

        await self.app(scope, receive, marked)
"""
FILES = {"unicorn.py": UNICORN}
REQUESTS = {
    (1,): ["GET /", "GET /openapi.json"],
    (2,): ["GET /", "GET https://test/", "GET http://test:80/a?b=c", ("WS /ws", {"send": []})],
    (3,): [
        "GET /",
        "GET http://example.com/",
        "GET http://www.example.com/",
        "GET http://www.example.org/",
        "GET http://example.com:8000/",
        ("WS /ws", {"send": [], "headers": {"host": "example.org"}}),
    ],
    (4,): [
        "GET /",
        ("GET /", {"headers": {"accept-encoding": "identity"}}),
        ("GET /openapi.json", {"headers": {"accept-encoding": "gzip"}}),
    ],
}
