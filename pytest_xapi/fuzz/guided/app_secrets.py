"""Secrets of the app that it compares with what it is sent, such as keys from the environment.

The search puts what was compared into requests, so what shows these must know them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pytest_xapi.fuzz.guided.plans import Sent
from pytest_xapi.fuzz.guided.probes import SITES, Event
from pytest_xapi.fuzz.model import sensitive

_SHORTEST = 8
"""What is shorter is no secret."""
_MOST_MEMBERS = 200
_NAMES = re.compile(r"[A-Za-z_]\w*")


class AppSecrets:
    """Finds the texts that stand under the name of a secret, in the code or in the request."""

    def __init__(self, files: Iterable[str], tell: Callable[[str, str], None]) -> None:
        """Nothing is read yet.

        Args:
            files: The app's sources: what stands there is no secret.
            tell: Takes a name and a secret.
        """
        self._files = tuple(files)
        self._tell = tell
        self._known: set[str] = set()
        self._names: dict[int, str] = {}

    @cached_property
    def _source(self) -> str:
        return "\n".join(Path(file).read_text("utf-8", "replace") for file in self._files)

    def learn(self, sent: Sent) -> None:
        """Tell of the secrets that were compared with a request."""
        named = {value: name for name, value in sensitive.added({}, vars(sent.drawn.parts)) if value}
        if not named and not any(map(self._name_of, sent.trace.counts)):
            return
        for event in sent.trace.events:
            name = self._name_of(event.site) or _name_in(event, named)
            if name:
                for text in _texts(event.values):
                    self._take(name, text, sent)

    def _take(self, name: str, text: str, sent: Sent) -> None:
        if len(text) < _SHORTEST or text in self._known:
            return
        self._known.add(text)
        if text not in self._source and text not in repr(sent.drawn.parts):
            self._tell(name, text)

    def _name_of(self, number: int) -> str:
        """The name of a secret that stands at a place in the code; empty if there is none."""
        if number not in self._names:
            names = _NAMES.findall(SITES.all[number].text)
            self._names[number] = next(filter(sensitive.is_sensitive, names), "")
        return self._names[number]


def _name_in(event: Event, named: dict[str, str]) -> str:
    """The name under which one side of a comparison was sent."""
    sides = [side for side in event.values if isinstance(side, str)] if named else []
    return next((named[side] for side in sides if side in named), "")


def _texts(values: tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif type(value) in (list, tuple, set, frozenset, dict):
            yield from (item for item in islice(value, _MOST_MEMBERS) if isinstance(item, str))
