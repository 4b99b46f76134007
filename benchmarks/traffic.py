"""What is sent: one function for each work item, from a number to a request.

Some peers remember what they parsed by path, query or cookie, which the traffic of real users would not let
them do. So the number goes into every request, and no two requests of a run are alike.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

USUAL_HEADERS = (
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
)
ROUTES = 500
CHUNK = 65_536
"""How much of a body a server hands over at a time."""
BOUNDARY = b"7d1f0b3c5e9a4f62"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, as an ASGI server would hand it over.

    Attributes:
        path: The decoded path; only ASCII here, so that the raw path is the same.
        method: The HTTP method.
        query: The query string, without the question mark.
        headers: Headers beside the usual ones; those of the body are added to them.
        body: The whole body.
        media_type: The body's content type.
        usual: The headers that every request has.
    """

    path: str
    method: str = "GET"
    query: str = ""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    media_type: bytes = b"application/json"
    usual: Sequence[tuple[bytes, bytes]] = USUAL_HEADERS

    def scope(self) -> dict[str, object]:
        """A new ASGI HTTP scope (ASGI 3.0, HTTP & WebSocket message format 2.3)."""
        headers = [*self.usual, *self.headers]
        if self.body:
            headers += [(b"content-length", b"%d" % len(self.body)), (b"content-type", self.media_type)]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000),
            "scheme": "http",
            "root_path": "",
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "headers": headers,
            "state": {},
        }


def plain(number: int) -> Request:
    """No parameters: the query is there and nobody reads it."""
    return Request("/plain", query=f"visit={number}")


def typed(number: int) -> Request:
    """A path parameter and three in the query, of four types."""
    return Request(f"/items/{number}", query=f"search=book{number}&limit={number % 90 + 1}&in_stock=true")


def small_body(number: int) -> Request:
    """A small valid JSON body."""
    item = {"name": f"item {number}", "price": number + 0.5, "tags": ["new", "red"], "in_stock": True}
    return Request("/items", "POST", body=json.dumps(item).encode())


def nested_body(number: int) -> Request:
    """A hundred orders, each with a customer and two lines."""
    return Request("/orders", "POST", body=b'[{"number":%d,%s' % (number, _ORDERS))


def _orders_after_the_first_number() -> bytes:
    orders = [
        {
            "number": number,
            "customer": {
                "name": f"Customer {number}",
                "email": f"customer{number}@example.org",
                "age": 20 + number % 60,
            },
            "lines": [
                {"sku": f"A-{number}", "quantity": 2, "price": 9.5},
                {"sku": f"B-{number}", "quantity": 1, "price": 120.25},
            ],
            "note": None,
        }
        for number in range(100)
    ]  # fmt: skip
    return json.dumps(orders, separators=(",", ":")).encode().removeprefix(b'[{"number":0,')


_ORDERS = _orders_after_the_first_number()


def dependent(number: int) -> Request:
    """What the chain of dependencies asks for: a query parameter and a header."""
    return Request("/report", query=f"user_id={number}", headers=[(b"x-token", b"token-%d" % number)])


def headed(number: int) -> Request:
    """Three headers and two cookies that the endpoint declares."""
    return Request(
        "/visit",
        headers=[
            (b"user-agent", b"benchmark/%d" % (number % 7)),
            (b"x-request-id", b"request-%d" % number),
            (b"x-attempt", b"%d" % (number % 5)),
            (b"cookie", b"session=s%d; theme=dark" % number),
        ],
    )


def form(number: int) -> Request:
    """A multipart form: two fields and a file of 4 kB (RFC 7578)."""
    parts = [
        b'name="title"\r\n\r\nUpload %d' % number,
        b'name="copies"\r\n\r\n%d' % (number % 9 + 1),
        b'name="upload"; filename="data%d.bin"\r\nContent-Type: application/octet-stream\r\n\r\n%s'
        % (number, _FILE),
    ]
    body = b"".join(b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (BOUNDARY, part) for part in parts)
    body += b"--%s--\r\n" % BOUNDARY
    return Request("/uploads", "POST", body=body, media_type=b"multipart/form-data; boundary=" + BOUNDARY)


_FILE = bytes(range(48, 112)) * 64


def wrong_body(number: int) -> Request:
    """A JSON body that breaks the model in two places."""
    return Request("/items", "POST", body=b'{"name":%d,"price":"dear %d","tags":[]}' % (number, number))


def listing(number: int) -> Request:
    """A long answer to a plain request."""
    return Request("/items", query=f"visit={number}")


def last_route(number: int) -> Request:
    """The last of many routes."""
    return Request(f"/resource-{ROUTES - 1}/{number}")


def last_included_route(number: int) -> Request:
    """The last of many routes of an included router."""
    return Request(f"/api/resource-{ROUTES - 1}/{number}")


TRAFFIC: Mapping[str, Callable[[int], Request]] = {
    "a": plain,
    "b": plain,
    "c": typed,
    "d": small_body,
    "e": nested_body,
    "f": dependent,
    "g": headed,
    "h": form,
    "i": wrong_body,
    "j": listing,
    "k": last_route,
    "k2": last_included_route,
    "l": plain,
    "m": listing,
    "n": dependent,
    "n-plain": dependent,
}
"""By work item."""
