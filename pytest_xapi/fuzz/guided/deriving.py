"""From what a probe saw to requests that make the code go on in another way: input to state, in one step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import permutations
from random import Random
from typing import Any

from pytest_xapi.fuzz.guided import plans, spots
from pytest_xapi.fuzz.guided.origins import Origin, named, origins, plain
from pytest_xapi.fuzz.guided.plans import Plan, Sent
from pytest_xapi.fuzz.guided.probes import SITES, Event
from pytest_xapi.fuzz.guided.sites import CALL, COMPARE, DIVIDE, Site
from pytest_xapi.fuzz.guided.spots import BODY, Spot
from pytest_xapi.fuzz.guided.wishes import Wish, wishes
from pytest_xapi.fuzz.model.cases import ABSENT

_MOST_ORIGINS = 4
_MOST_PLANS = 24
_MOST_ALIKE = 5
_MOST_LENGTH = 300
_LIKE = 2
"""By how much a length may differ from that of what it was made of."""
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HOLDERS = {
    "Headers": "headers",
    "MutableHeaders": "headers",
    "QueryParams": "query",
    "MultiDict": "query",
    "ImmutableMultiDict": "query",
    "FormData": BODY,
    "FormMultiDict": BODY,
}
"""What frameworks have parts of a request in, and the parts."""


class Deriver:
    """Makes plans of one plan that was sent."""

    def __init__(self, plan: Plan, sent: Sequence[Sent], random: Random) -> None:
        self._plan = plan
        self._sent = list(sent)
        self._random = random

    @cached_property
    def _places(self) -> list[list[tuple[Spot, Any]]]:
        """Of each request; most plans show nothing that anything is derived from."""
        return [list(spots.each(item.drawn)) for item in self._sent]

    @cached_property
    def _separators(self) -> list[list[str]]:
        return [list(_separators(item)) for item in self._sent]

    def _origins(self, value: Any, at: int) -> list[Origin]:
        return origins(value, self._places[at], self._separators[at])[:_MOST_ORIGINS]

    def sources(self, position: int, event: Event) -> frozenset[Spot]:
        """The places of a request that the values of an event may have come from."""
        return frozenset(
            origin.spot for value in event.values[:2] for origin in self._origins(value, position)
        )

    def of_event(self, position: int, event: Event) -> Iterator[Plan]:
        """Plans for which one event, in one of its requests, may come out in another way."""
        site = SITES.all[event.site]
        count = 0
        for wish in wishes(site, event, self._random):
            for made in self._of_wish(site, event, wish, position):
                yield made
                count += 1
                if count >= _MOST_PLANS:
                    return
        if site.kind in (COMPARE, DIVIDE) and not count and len(self._plan) == 1:
            yield from self._alike(position)

    def _of_wish(self, site: Site, event: Event, wish: Wish, position: int) -> Iterator[Plan]:
        value = event.values[wish.side]
        if wish.key is not None and not wish.is_gone:
            yield from self._in_holder(value, wish, position)
        found = isinstance(value, tuple)
        if isinstance(value, tuple) and isinstance(wish.value, tuple | list):
            yield from self._of_items(value, wish.value, position)
        for at in range(position, -1, -1):
            for origin in self._origins(value, at):
                if at < position and not plans.is_telling(plain(value)):
                    continue
                found |= origin.is_exact or value not in ("", b"")
                yield from self._changed(at, origin, value, wish)
        if site.kind in (COMPARE, DIVIDE) and isinstance(value, int) and not isinstance(value, bool):
            yield from self._of_length(value, wish, position)
        if not found and wish.key is None and wish.length is None:
            for origin in named(site.text, self._places[position])[:_MOST_ORIGINS]:
                yield from self._changed(position, origin, value, wish)

    def _of_items(self, value: tuple[Any, ...], wanted: Sequence[Any], position: int) -> Iterator[Plan]:
        """A plan in which each item of a tuple is as wanted, as far as the request decides it."""
        made = self._plan
        for item, other in zip(value, wanted, strict=False):
            origin = None if item is other else next(iter(self._origins(item, position)), None)
            changed = None if origin is None else origin.back(other)
            if origin is None or not (is_sendable(changed) and _can_be_named(origin.spot)):
                continue
            try:
                made = plans.with_value(made, position, origin.spot, changed)
            except LookupError:
                continue
        if made is not self._plan:
            yield made

    def _alike(self, position: int) -> Iterator[Plan]:
        """Plans in which one text or number is what another one is: two things are compared that were made
        of them.
        """
        places = [(spot, value) for spot, value in self._places[position] if type(value) in (str, int)]
        for (one, value), (other, wanted) in permutations(places[:_MOST_ALIKE], 2):
            if type(value) is type(wanted) and value != wanted and one.path and other.path:
                yield from self._put(position, one, wanted)

    def _in_holder(self, value: Any, wish: Wish, position: int) -> Iterator[Plan]:
        """A header, a cookie or a parameter that the document need not know of."""
        place = _HOLDERS.get(type(value).__name__)
        parts = self._sent[position].drawn.parts
        if place is None and isinstance(value, Mapping):
            for candidate in ("cookies", "query"):
                sent = getattr(parts, candidate)
                if sent and dict(value) == {name: str(item) for name, item in sent.items()}:
                    place = candidate
                    break
        if place is not None:
            yield from self._put(position, Spot(place, (str(wish.key),)), wish.value)

    def _changed(self, at: int, origin: Origin, value: Any, wish: Wish) -> Iterator[Plan]:
        if wish.length is not None:
            wanted = origin.back(resized(plain(value), wish.length))
            yield from self._put(at, origin.spot, wanted)
        elif wish.key is not None:
            spot = Spot(origin.spot.place, (*origin.spot.path, str(wish.key)))
            yield from self._put(at, spot, ABSENT if wish.is_gone else wish.value)
        else:
            if wish.is_typed and origin.is_exact:
                yield from self._put(at, origin.spot, wish.value)
            yield from self._put(at, origin.spot, origin.back(wish.value))

    def _of_length(self, value: int, wish: Wish, position: int) -> Iterator[Plan]:
        """Plans for a number that is the length of something."""
        wanted = wish.value
        if not isinstance(wanted, int) or not 0 <= wanted <= _MOST_LENGTH:
            return
        for event in self._sent[position].trace.events:
            site = SITES.all[event.site]
            if site.kind != CALL or site.what != "len" or _length(event.values[0]) != value:
                continue
            found = False
            for at in range(position, -1, -1):
                if at < position and not plans.is_telling(plain(event.values[0])):
                    continue
                for origin in self._origins(event.values[0], at):
                    found = True
                    sized = resized(plain(event.values[0]), wanted)
                    yield from self._put(at, origin.spot, origin.back(sized))
            if not found:
                yield from self._of_like_length(value, wanted, position)

    def _of_like_length(self, value: int, wanted: int, position: int) -> Iterator[Plan]:
        """The same where something was made of what was sent: lists and texts that are nearly as long."""
        for spot, sent in self._places[position]:
            if isinstance(sent, list | str) and abs(len(sent) - value) <= _LIKE and spot.path:
                length = len(sent) + wanted - value
                if 0 <= length <= _MOST_LENGTH:
                    yield from self._put(position, spot, resized(sent, length))

    def _put(self, at: int, spot: Spot, value: Any) -> Iterator[Plan]:
        if value is not ABSENT and not (is_sendable(value) and _can_be_named(spot)):
            return
        try:
            made = plans.with_value(self._plan, at, spot, value)
        except LookupError:
            return
        source = plans.source_of(value, self._sent, at)
        yield made if source is None else plans.with_binding(made, at, spot, *source)


def _separators(sent: Sent) -> Iterator[str]:
    """What the app has split texts at."""
    for event in sent.trace.events:
        if SITES.all[event.site].what in ("split", "rsplit", "partition", "rpartition"):
            yield from (item for item in event.values[1:2] if isinstance(item, str) and item)


def _can_be_named(spot: Spot) -> bool:
    """Whether HTTP has headers and cookies of this name (RFC 9110, section 5.6.2)."""
    is_token = spot.place not in ("headers", "cookies") or not spot.path
    return is_token or _TOKEN.fullmatch(str(spot.path[0])) is not None


def is_sendable(value: Any) -> bool:
    """Whether JSON has a value like this."""
    if isinstance(value, list):
        return len(value) <= _MOST_LENGTH and all(map(is_sendable, value))
    if isinstance(value, dict):
        return all(isinstance(name, str) for name in value) and all(map(is_sendable, value.values()))
    return value is None or isinstance(value, str | int | float)


def _length(value: Any) -> int | None:
    try:
        return len(value)
    except TypeError:
        return None


def resized(value: Any, length: int) -> Any:
    """A text, a list or an object of another length."""
    match value:
        case str():
            return value[:length].ljust(length, value[-1:] or "a")
        case list():
            return [*value[:length], *(value[-1:] or ["a"]) * max(0, length - len(value))]
        case dict():
            names: list[Any] = list(value)[:length]
            last = value[names[-1]] if names else 1
            return {name: value[name] for name in names} | {
                f"k{number}": last for number in range(length - len(names))
            }
    return value
