"""The request that is being answered, kept where it outlives the process that sent it."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.wire import WireRequest

_SIZE = 1 << 20
_HEADER = 8


@dataclass(frozen=True)
class Sent:
    """A request that was sent and has not been answered."""

    item: str
    """The node id of the property test."""
    request: WireRequest
    """Without secrets."""
    is_whole: bool = True
    """Whether its body was small enough to be kept."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    """By placeholder of a secret in it: the code that takes that from the fixture `xapi_auth`."""


class InFlight:
    """The request that one process sends now, in a file that the operating system keeps for it.

    It is written into memory that belongs to the file: cheap enough to be done for every request, and there
    for others to read even if the process ends without a word.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb+") as file:
            file.truncate(_SIZE)
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        self.item = ""
        self.redactor = Redactor()
        """Hides the secrets of requests, before they are written into the file."""
        self.since: float | None = None
        """When the request was sent (`time.monotonic`); `None` between requests."""
        self.sent = ""
        """Method and target of the request, without secrets; empty between requests."""

    def note(self, request: WireRequest) -> None:
        """Note a request before it is sent."""
        request, expressions = self.redactor.request(request), self.redactor.expressions
        text = _encoded(self.item, request, expressions)
        if len(text) > _SIZE - _HEADER:
            bare = WireRequest(request.method, request.target, request.headers)
            text = _encoded(self.item, bare, expressions, False)
        memory = self._memory
        # In this order, so that nobody reads a length that the text does not have yet.
        memory[:_HEADER] = bytes(_HEADER)
        memory[_HEADER : _HEADER + len(text)] = text
        memory[:_HEADER] = len(text).to_bytes(_HEADER)
        self.since = monotonic()
        self.sent = f"{request.method} {request.target}"

    def answered(self) -> None:
        """Note that there was an answer."""
        self.since, self.sent = None, ""
        self._memory[:_HEADER] = bytes(_HEADER)


def read(path: Path) -> Sent | None:
    """What was in flight when the process of a file ended; `None` if nothing was."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    length = int.from_bytes(content[:_HEADER])
    if not length:
        return None
    head, _, body = content[_HEADER : _HEADER + length].partition(b"\n")
    found = json.loads(head)
    request = WireRequest(
        found["method"],
        found["target"],
        tuple((name, value) for name, value in found["headers"]),
        body,
    )
    return Sent(found["item"], request, found["is_whole"], found["expressions"])


def _encoded(item: str, request: WireRequest, expressions: Mapping[str, str], is_whole: bool = True) -> bytes:
    """A line of JSON, and the body as it is: to write that as text takes longer than all the rest."""
    head = {
        "item": item,
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "is_whole": is_whole,
        "expressions": expressions,
    }
    return json.dumps(head).encode() + b"\n" + request.body
