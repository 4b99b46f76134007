"""Arrays and objects: how they are drawn, and those at the limits."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation.model import Values
from pytest_xapi.fuzz.generation.schemas import Schema
from pytest_xapi.fuzz.generation.texts import Pattern, word

_USUAL_LENGTH = 3
_LONG_LENGTH = 12
_MOST_ITEMS = 300
"""A greater limit is not tried: requests would get slow, not telling."""
_MOST_OF_A_PART = 40
"""How many boundaries of one item or property count."""


def array_draw(
    first: list[Values],
    items: Values | None,
    least: int,
    most: int | None,
    unique: bool,
    contained: Values | None,
    random: Random,
    plain: bool = False,
) -> list[Any]:
    """An array; a plain one has an item at least, where it may."""
    if plain:
        length = max(least, min(1 + len(first), most if most is not None else 1 + len(first)))
    else:
        upper = least + random.choice((0, 1, _USUAL_LENGTH, _USUAL_LENGTH, _LONG_LENGTH))
        length = random.randint(least, upper if most is None else min(most, max(upper, least)))
        if most is not None and most <= _MOST_ITEMS and random.random() < 0.1:
            length = most
    found = [(values.plain if plain else values.draw)(random) for values in first[:length]]
    if contained is not None and items is not None:
        found.append(contained.draw(random))
    while items is not None and len(found) < length:
        found.append((items.plain if plain and not unique else items.draw)(random))
    return _distinct(found, items, length, random) if unique else found


def _distinct(found: list[Any], items: Values | None, length: int, random: Random) -> list[Any]:
    """The items of a list that differ, and more of them up to a length, if there are enough."""
    different = {_key(item): item for item in found}
    for _ in range(length * 4):
        if len(different) >= length or items is None:
            break
        item = items.draw(random)
        different.setdefault(_key(item), item)
    return list(different.values())


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def array_boundaries(
    first: list[Values],
    items: Values | None,
    least: int,
    most: int | None,
    unique: bool,
    contained: Values | None,
) -> list[Any]:
    """Arrays as short and as long as may be, and of items at the limits."""
    random = Random(0)
    shape = (first, items, least, most, unique, contained)
    usual = array_draw(*shape, random, plain=True)
    found = [usual]
    if items is None:
        return found
    lengths = [least, least + 1]
    if most is not None and most <= _MOST_ITEMS:
        lengths += [most - 1, most]
    for length in dict.fromkeys(lengths):
        if least <= length and (most is None or length <= most):
            found.append(array_draw(first, items, length, length, unique, contained, random))
    for item in items.boundaries()[:_MOST_OF_A_PART]:
        if len(usual) > len(first):
            found.append([*usual[:-1], item])
    return found


def object_draw(
    schema: Schema,
    properties: dict[str, Values],
    required: list[str],
    extra: Values | None,
    random: Random,
    plain: bool = False,
) -> dict[str, Any]:
    """An object; a plain one has all properties."""
    chance = 1.0 if plain else random.choice((0.0, 0.5, 0.5, 0.5, 1.0))
    found = {
        name: (values.plain if plain else values.draw)(random)
        for name, values in properties.items()
        if name in required or chance == 1.0 or random.random() < chance
    }
    least = schema.get("minProperties", 0)
    if extra is not None:
        wanted = least if plain else max(least, len(found) + random.choice((0, 0, 1, 2)))
        if plain and not properties:
            wanted = max(wanted, 1)
        while len(found) < wanted:
            found.setdefault(_name(schema, random), extra.draw(random))
    for name, values in properties.items():
        if len(found) >= least:
            break
        found.setdefault(name, values.draw(random))
    _add_dependent(schema, properties, found, random)
    return _at_most(schema.get("maxProperties"), found, required)


def _add_dependent(
    schema: Schema, properties: dict[str, Values], found: dict[str, Any], random: Random
) -> None:
    for name, needed in schema.get("dependentRequired", {}).items():
        for other in needed if name in found else ():
            if other not in found:
                found[other] = properties[other].draw(random) if other in properties else word(random)


def _at_most(most: int | None, found: dict[str, Any], required: list[str]) -> dict[str, Any]:
    if most is None or len(found) <= most:
        return found
    needed = [name for name in found if name in required]
    kept = [*needed, *(name for name in found if name not in required)][:most]
    return {name: found[name] for name in found if name in kept}


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


def object_boundaries(
    schema: Schema, properties: dict[str, Values], required: list[str], extra: Values | None
) -> list[Any]:
    """Objects with as little and as much as may be, and of properties at the limits."""
    random = Random(0)
    usual = object_draw(schema, properties, required, extra, random, plain=True)
    found = [usual]
    if any(name not in required for name in usual):
        found.append({name: value for name, value in usual.items() if name in required})
    for name in usual:
        if name not in required and len(usual) > 2:
            found.append({other: value for other, value in usual.items() if other != name})
    for name, values in properties.items():
        found += ({**usual, name: value} for value in values.boundaries()[:_MOST_OF_A_PART])
    return found
