"""Witnesses of answers that are not as documented, and of doors that are open."""

import re
from collections.abc import Callable

from corpus.exchange import Exchange, bearer, request
from corpus.witnesses.form import History, Witness, by, succeeded

KEY = re.compile("[a-z0-9]{1,20}")


def lacks_key(exchange: Exchange) -> bool:
    """A payment without the key that it needs."""
    return KEY.fullmatch(exchange.headers.get("idempotency-key", "")) is None


def is_above_limit(exchange: Exchange) -> bool:
    """More than the document allows."""
    limit = exchange.parameters.get("limit", "")
    return limit.isdecimal() and int(limit) > 50


def is_refused(exchange: Exchange) -> bool:
    """A quantity that the document allows is not taken."""
    quantity = exchange.json.get("quantity") if isinstance(exchange.json, dict) else None
    return exchange.status == 422 and type(quantity) is int and 1 <= quantity <= 100


def without(token: str, header: str = "authorization") -> Callable[[History], bool]:
    """Let in, although the header says something else or nothing."""

    def shown(history: History) -> bool:
        return succeeded(history[-1]) and history[-1].headers.get(header) != token

    return shown


def is_staff(history: History) -> bool:
    """Somebody has made themselves a member of the staff."""
    return succeeded(history[-1]) and history[-1].answer_json["is_staff"] is True


WITNESSES = {
    "taken_property": Witness((request("POST", "/staff", {"name": "x", "is_staff": True}),), is_staff),
    "open_admin": Witness(
        (request("PUT", "/limits?limit=true", authorization=bearer("token-of-alan")),),
        lambda history: (
            succeeded(history[-1]) and history[-1].headers.get("authorization") == bearer("token-of-alan")
        ),
    ),
    "gone_item": Witness((request("GET", "/articles/1"),), lambda history: history[-1].status == 410),
    "count_as_text": Witness(
        (request("GET", "/visitors"),),
        lambda history: history[-1].status == 200 and type(history[-1].answer_json["count"]) is str,
    ),
    "short_form": Witness(
        (request("GET", "/profiles/1?short=true&length=10"),),
        lambda history: history[-1].status == 200 and "about" not in history[-1].answer_json,
    ),
    "null_price": Witness(
        (request("GET", "/averages?bought=0"),),
        lambda history: history[-1].status == 200 and history[-1].answer_json["price"] is None,
    ),
    "other_format": Witness(
        (request("GET", "/exports?format=lines"),),
        lambda history: history[-1].answer_headers.get("content-type", "").startswith("text/plain"),
    ),
    "loose_limit": Witness(
        (request("GET", "/latest?limit=51"),),
        lambda history: succeeded(history[-1]) and is_above_limit(history[-1]),
    ),
    "short_table": Witness(
        (request("POST", "/orders", {"quantity": 100}),), lambda history: is_refused(history[-1])
    ),
    "optional_header": Witness(
        (request("POST", "/payments"),),
        lambda history: succeeded(history[-1]) and lacks_key(history[-1]),
    ),
    "leaked_hash": Witness(
        (request("GET", "/users/1"),),
        lambda history: history[-1].status == 200 and "password_hash" in history[-1].answer_json,
    ),
    "open_report": Witness((request("DELETE", "/reports/1"),), without(bearer("reports-please"))),
    "any_signature": Witness(
        (request("GET", "/secrets", authorization=bearer("x")),), without(bearer("the-only-token"))
    ),
    "part_of_token": Witness((request("GET", "/vault", x_key="ada"),), without("key-of-ada", "x-key")),
    "blocked_loop": Witness(
        (request("POST", "/uploads?megabytes=100"),),
        lambda history: history[-1].seconds > 0.2 and not history[-1].ticked,
    ),
    "left_task": Witness(
        (request("POST", "/mails?receipt=true"),), lambda history: history[-1].tasks_left > 0
    ),
    "no_finally": by(*[request("GET", "/stock/100")] * 4),
}
