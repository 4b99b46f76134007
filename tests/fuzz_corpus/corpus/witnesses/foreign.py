"""Witnesses of the apps of Starlette and FastAPI that take one request."""

from corpus.exchange import Exchange, Sent, request
from corpus.witnesses.form import Witness, by, succeeded

FORM = "application/x-www-form-urlencoded"
EMPTY_FILE = (
    b'--x\r\nContent-Disposition: form-data; name="image"; filename="empty"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
)


def has_more(exchange: Exchange) -> bool:
    """The body says more than the document allows."""
    return isinstance(exchange.json, dict) and len(exchange.json) > 1


def is_json(exchange: Exchange) -> bool:
    """The body says that it is JSON."""
    return exchange.headers.get("content-type", "").partition(";")[0] == "application/json"


WITNESSES = {
    "lone_surrogate": by(request("POST", "/hashes", {"text": "\ud800"})),
    "allow_header": Witness(
        (request("GET", "/pings"),),
        lambda history: history[-1].status == 405 and "allow" not in history[-1].answer_headers,
    ),
    "mass_assignment": Witness(
        (request("POST", "/members", {"name": "x", "admin": True}),),
        lambda history: succeeded(history[-1]) and has_more(history[-1]),
    ),
    "cookie_parts": by(request("GET", "/carts", cookie="cart=a=b")),
    "empty_upload": by(
        Sent("POST", "/images", {"content-type": "multipart/form-data; boundary=x"}, EMPTY_FILE)
    ),
    "text_as_json": Witness(
        (request("POST", "/transfers", {"cents": 1}, content_type="text/plain"),),
        lambda history: succeeded(history[-1]) and not is_json(history[-1]),
    ),
    "reversed_range": by(request("GET", "/videos", x_range="bytes=9-1")),
    "form_charset": by(Sent("POST", "/comments", {"content-type": FORM}, b"text=%E2%82%AC")),
    "language_weight": by(request("GET", "/greetings", x_language="de;q=x")),
    "invalid_utf8": by(Sent("POST", "/lines", {"content-type": "application/octet-stream"}, b"\xff")),
    "leap_day": by(request("POST", "/subscriptions", {"start": "2024-02-29"})),
    "null_nickname": by(request("POST", "/members", {"name": "x", "nickname": None})),
    "union_key": by(request("POST", "/lookups", {"key": 1})),
    "fine_amount": by(request("GET", f"/amounts?amount={10**30}")),
    "optional_field": by(request("POST", "/trips", {"start": "x"})),
    "wrong_model": by(request("GET", "/stock?shelf=0")),
}
