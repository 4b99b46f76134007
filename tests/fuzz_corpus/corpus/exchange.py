"""Requests and their answers, as the witnesses write them and as the watcher sees them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Sent:
    """One request of a witness."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Exchange:
    """A request that an app got, and what it did with it."""

    method: str
    path: str
    """Decoded."""
    query: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes
    seconds: float = 0.0
    ticked: bool = True
    """Whether the event loop did something else meanwhile."""
    tasks_left: int = 0
    """How many tasks the request has started and not ended."""

    @property
    def parameters(self) -> dict[str, str]:
        """The query; of repeated names the last value."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body of the request; `None` if it is not JSON."""
        return _read(self.body)

    @property
    def answer_json(self) -> Any:
        """The body of the answer; `None` if it is not JSON."""
        return _read(self.answer)


def request(method: str, target: str, json_body: Any = None, **headers: str) -> Sent:
    """A request, with a JSON body if one is given. In names of headers `_` stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if json_body is None:
        return Sent(method, target, named)
    # ASCII, so that lone surrogates can be said.
    body = json.dumps(json_body).encode()
    return Sent(method, target, {"content-type": "application/json"} | named, body)


def bearer(token: str) -> str:
    """The value of `Authorization`."""
    return f"Bearer {token}"


def last_part(exchange: Exchange) -> str:
    """The last segment of a path."""
    return unquote(exchange.path.rpartition("/")[2])


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
