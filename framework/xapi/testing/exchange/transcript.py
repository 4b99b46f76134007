"""The messages of a WebSocket connection, shown when a test of it fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Literal

Speaker = Literal["client", "app"]
_MOST_KEPT = 1000
_MOST_SHOWN = 20
_LONGEST = 200


class Transcript:
    """The ASGI messages of a connection in their order, each with who sent it.

    The last thousand are kept; as text, it has the last twenty, shortened.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._entries: deque[tuple[Speaker, Mapping[str, Any]]] = deque(maxlen=_MOST_KEPT)

    def note(self, speaker: Speaker, message: Mapping[str, Any]) -> None:
        """Add a message."""
        self._entries.append((speaker, message))

    def __iter__(self) -> Iterator[tuple[Speaker, Mapping[str, Any]]]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        entries = list(self._entries)
        shown = [f"  {speaker:>6} {_text_of(message)}" for speaker, message in entries[-_MOST_SHOWN:]]
        left_out = len(entries) - len(shown)
        if left_out:
            shown.insert(0, f"  ({left_out} messages before)")
        return "\n".join([f"{self._name}, transcript:", *(shown or ["  no messages"])])


def _text_of(message: Mapping[str, Any]) -> str:
    kind = str(message["type"]).removeprefix("websocket.")
    if kind in ("receive", "send"):
        content = message.get("text")
        text = repr(message.get("bytes") if content is None else content)
    else:
        rest = {name: value for name, value in message.items() if name != "type" and value}
        text = " ".join([kind, *(f"{name}={value!r}" for name, value in rest.items())])
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
