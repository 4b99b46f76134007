"""Arrays and objects: how they are drawn, and those at the limits."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation.model import Values
from pytest_xapi.fuzz.generation.schemas import Schema
from pytest_xapi.fuzz.generation.texts import Pattern, word

_USUAL_LENGTH = 3
_LONG_LENGTH = 12
_ATTEMPTS = 20
"""How often each further name is drawn that an object has not yet: a pattern may have one name alone."""
_MOST_ITEMS = 300
"""A greater limit is not tried: requests would get slow, not telling. Where there have to be more items, they
repeat."""
_CHANCES = (0.0, 0.5, 0.5, 0.5, 1.0)
"""How likely what is optional is there, one of them for each object."""
_CHANCES_BELOW = (0.0, 0.0, 0.25)
"""The same far down in a schema of many schemas, where values would get long."""
_MOST_OF_A_PART = 48
"""How many boundaries of one item or property count."""


@dataclass(frozen=True)
class Arrays:
    """The arrays of a schema."""

    first: list[Values]
    """Of the items that have schemas of their own."""
    items: Values | None
    """Of all others; `None` if there may be none."""
    least: int
    most: int | None
    unique: bool
    contained: Values | None
    """Of an item that has to be there."""

    @property
    def values(self) -> Values:
        """The arrays, to be drawn."""
        return Values(self.draw, partial(self.draw, plain=True), self.boundaries)

    def draw(self, random: Random, plain: bool = False) -> list[Any]:
        """An array; a plain one has an item at least, where it may."""
        least, most = self.least, self.most
        if plain:
            usual = 1 + len(self.first)
            length = max(least, usual if most is None else min(usual, most))
        else:
            upper = least + random.choice((0, 1, _USUAL_LENGTH, _USUAL_LENGTH, _LONG_LENGTH))
            length = random.randint(least, upper if most is None else min(most, max(upper, least)))
            if most is not None and most <= _MOST_ITEMS and random.random() < 0.1:
                length = most
        found = [(values.plain if plain else values.draw)(random) for values in self.first[:length]]
        if self.contained is not None and self.items is not None:
            found.append(self.contained.draw(random))
        while self.items is not None and len(found) < length:
            if len(found) >= _MOST_ITEMS and not self.unique:
                found += found[-_MOST_ITEMS:][: length - len(found)]
            else:
                found.append((self.items.plain if plain and not self.unique else self.items.draw)(random))
        return self._distinct(found, length, random) if self.unique else found

    def _distinct(self, found: list[Any], length: int, random: Random) -> list[Any]:
        """The items of a list that differ, and more of them up to a length, if there are enough."""
        different = {_key(item): item for item in found}
        for _ in range(length * 4):
            if len(different) >= length or self.items is None:
                break
            item = self.items.draw(random)
            different.setdefault(_key(item), item)
        return list(different.values())

    def boundaries(self) -> list[Any]:
        """Arrays as short and as long as may be, and of items at the limits."""
        random = Random(0)
        usual = self.draw(random, plain=True)
        found = [usual]
        if self.items is None or self.least > _MOST_ITEMS:
            return found
        lengths = [self.least, self.least + 1]
        if self.most is not None and self.most <= _MOST_ITEMS:
            lengths += [self.most - 1, self.most]
        for length in dict.fromkeys(lengths):
            if self.least <= length and (self.most is None or length <= self.most):
                found.append(replace(self, least=length, most=length).draw(random))
        for item in self.items.boundaries()[:_MOST_OF_A_PART]:
            if len(usual) > len(self.first):
                found.append([*usual[:-1], item])
        return found


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


@dataclass(frozen=True)
class Objects:
    """The objects of a schema."""

    schema: Schema
    properties: dict[str, Values]
    required: list[str]
    extra: Values | None
    """Of properties without a name of their own; `None` if none are worth sending."""
    is_whole: bool = True
    """Whether it has all that is optional, at least now and then; far down in a schema of many it has not."""

    @property
    def values(self) -> Values:
        """The objects, to be drawn."""
        return Values(self.draw, partial(self.draw, plain=True), self.boundaries)

    def draw(self, random: Random, plain: bool = False) -> dict[str, Any]:
        """An object; a plain one has all properties, or those that it needs."""
        chances = _CHANCES if self.is_whole else _CHANCES_BELOW
        chance = float(self.is_whole) if plain else random.choice(chances)
        found = {
            name: (values.plain if plain else values.draw)(random)
            for name, values in self.properties.items()
            if name in self.required or chance == 1.0 or random.random() < chance
        }
        least = self.schema.get("minProperties", 0)
        if self.extra is not None:
            wanted = least if plain else max(least, len(found) + random.choice((0, 0, 1, 2)))
            if plain and not self.properties:
                wanted = max(wanted, 1)
            for _ in range(_ATTEMPTS * wanted):
                if len(found) >= wanted:
                    break
                name = _name(self.schema, random)
                # A pattern that matches one name may match longer ones.
                name = f"{name}{word(random)}" if name in found else name
                found.setdefault(name, self.extra.draw(random))
        for name, values in self.properties.items():
            if len(found) >= least:
                break
            found.setdefault(name, values.draw(random))
        self._add_dependent(found, random)
        return self._at_most(found)

    def _add_dependent(self, found: dict[str, Any], random: Random) -> None:
        for name, needed in self.schema.get("dependentRequired", {}).items():
            for other in needed if name in found else ():
                if other not in found:
                    values = self.properties.get(other)
                    found[other] = word(random) if values is None else values.draw(random)

    def _at_most(self, found: dict[str, Any]) -> dict[str, Any]:
        most = self.schema.get("maxProperties")
        if most is None or len(found) <= most:
            return found
        needed = [name for name in found if name in self.required]
        kept = [*needed, *(name for name in found if name not in self.required)][:most]
        return {name: found[name] for name in found if name in kept}

    def boundaries(self) -> list[Any]:
        """Objects with as little and as much as may be, and of properties at the limits."""
        usual = self.draw(Random(0), plain=True)
        found = [usual]
        if any(name not in self.required for name in usual):
            found.append({name: value for name, value in usual.items() if name in self.required})
        for name in usual:
            if name not in self.required and len(usual) > 2:
                found.append({other: value for other, value in usual.items() if other != name})
        for name, values in self.properties.items():
            found += ({**usual, name: value} for value in values.boundaries()[:_MOST_OF_A_PART])
        return found


def _name(schema: Schema, random: Random) -> str:
    names = schema.get("propertyNames")
    pattern = names.get("pattern") if isinstance(names, dict) else None
    for expression in (pattern, *schema.get("patternProperties", ())):
        if isinstance(expression, str):
            try:
                return Pattern(expression).draw(random) or word(random)
            except ValueError:
                break
    return word(random)
