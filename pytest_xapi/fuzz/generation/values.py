"""Values that keep to a schema: what draws them is built once per schema, as plain functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation import texts
from pytest_xapi.fuzz.generation.containers import Arrays, Objects
from pytest_xapi.fuzz.generation.model import Draw, Hints, Values
from pytest_xapi.fuzz.generation.schemas import Schema, Schemas, guessed_types
from xapi.openapi.reader.dialect import PERHAPS

_ATTEMPTS = 20
"""How often a value is drawn that has to keep to what not all readers know."""
_DEEPEST = 6
"""How often a schema may contain itself."""
_MOST_LEVELS = 40
"""How many schemas may be in each other, be they the same or not."""
_MOST_BUILT = 400
_DEPTH_OF_MANY = 4
"""Schemas that all contain each other are followed to this depth once so many have been met."""

_MOST_HINTS = 16
"""How many constants of the source are boundaries of each text or number."""
_WIDE = 1_000_000
_INTEGERS = (
    0,
    1,
    -1,
    2,
    10,
    100,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, -1.5, 1e-7, 1e16, 1e22, -1e22, 1e300, 5e-324)
_RANGES_OF_FORMATS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}


class TooManySchemas(Exception):
    """More schemas lie in each other than a compiler should meet."""


@dataclass
class Compiler:
    """Builds what draws the values of schemas.

    Args:
        schemas: Resolves them.
        hints: Values worth trying.
    """

    schemas: Schemas
    hints: Hints = field(default_factory=Hints)
    whole_depth: int = _DEEPEST * _MOST_BUILT
    """How many levels of an ordinary value have all that is optional; below them it has what it needs."""
    unmade: list[str] = field(default_factory=list)
    """Why there are no values of some of the schemas, each as a clause."""
    unset: dict[str, str] = field(default_factory=dict)
    """The names of properties that are never there, and why."""
    most_built: float = math.inf
    """How many schemas may be met, each as often as it is met, before `values` raises `TooManySchemas`."""
    built: int = 0
    """How many were met so far."""

    def values(self, schema: Any, inside: tuple[int, ...] = ()) -> Values | None:
        """The values of a schema; `None` if it has none, or only such as would go on for ever.

        Args:
            schema: The schema, as it stands in the document.
            inside: The schemas that it is part of, by identity.

        Raises:
            TooManySchemas: There are more than `most_built`.
        """
        merged = self.schemas.merged(schema)
        self.built += 1
        if self.built > self.most_built:
            raise TooManySchemas
        is_endless = len(inside) > (_DEPTH_OF_MANY if self.built > _MOST_BUILT else _MOST_LEVELS)
        if inside.count(id(merged)) >= _DEEPEST or merged.get("not") == {} or is_endless:
            return None
        return self._of(merged, (*inside, id(merged)))

    def _of(self, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        if "const" in schema:
            return _chosen([schema["const"]])
        if isinstance(schema.get("enum"), list):
            return _chosen(schema["enum"]) if schema["enum"] else None
        for keyword in ("anyOf", "oneOf"):
            if isinstance(schema.get(keyword), list) and schema[keyword]:
                return self._any(keyword, schema, inside)
        found = [
            made
            for kind in guessed_types(schema)
            if (made := self._of_type(kind, schema, inside)) is not None
        ]
        return self._with_examples(schema, _mixed(found)) if found else None

    def _any(self, keyword: str, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        rest = {key: value for key, value in schema.items() if key != keyword}
        is_alone = not any(
            key in rest for key in ("type", "properties", "required", "enum", "const", "items")
        )
        found = []
        is_doubtful = any(_is_doubtful(branch) for branch in schema[keyword])
        for branch in schema[keyword]:
            if _is_doubtful(branch):
                continue
            whole = branch if is_alone else {"allOf": [rest, branch]}
            made = self.values(whole, inside)
            if made is not None:
                found.append(self._strict(branch, made) if is_doubtful else made)
        return self._with_examples(schema, _mixed(found)) if found else None

    def _strict(self, branch: Any, made: Values) -> Values:
        """Values that keep to a branch, where another one allows what not all readers do."""

        def again(draw: Callable[[Random], Any]) -> Callable[[Random], Any]:
            def kept(random: Random) -> Any:
                drawn = (draw(random) for _ in range(_ATTEMPTS))
                value = next((value for value in drawn if self.schemas.is_valid(branch, value)), None)
                return draw(random) if value is None else value

            return kept

        def boundaries() -> list[Any]:
            return [value for value in made.boundaries() if self.schemas.is_valid(branch, value)]

        return Values(again(made.draw), again(made.plain), boundaries)

    def _of_type(self, kind: str, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        match kind:
            case "null":
                return _chosen([None])
            case "boolean":
                return _chosen([True, False])
            case "integer" | "number" | "string":
                return self._scalar(kind, schema)
            case "array":
                return self._array(schema, inside)
            case _:
                return self._object(schema, inside)

    def _scalar(self, kind: str, schema: Schema) -> Values | None:
        """Numbers or texts: those of one schema are the same in whatever it is a part of."""
        key = kind, id(schema), id(self.hints)
        if (known := self.schemas.scalars.get(key)) is not None:
            return known[0]
        made = self._string(schema) if kind == "string" else self._number(schema, kind == "integer")
        if made is not None:  # why there are none is told for each
            self.schemas.scalars[key] = made, schema, self.hints
        return made

    def _number(self, schema: Schema, whole: bool) -> Values | None:
        low, high = _limits(schema, whole)
        if low is not None and high is not None and low > high:
            return None
        step = schema.get("multipleOf")
        edges = _number_edges(low, high, step, whole)
        usual = partial(_usual_number, low=low, high=high, step=step, whole=whole)
        mined: Sequence[float] = self.hints.integers if whole else [*self.hints.floats, *self.hints.integers]
        hints = [value for value in mined if value not in edges and _fits(value, low, high, step)]
        return Values(_weighted(usual, edges, hints), usual, lambda: [*edges, *hints[:_MOST_HINTS]])

    def _string(self, schema: Schema) -> Values | None:
        least = schema.get("minLength", 0)
        most = schema.get("maxLength")
        if most is not None and least > most:
            return None
        told = self.hints.formats.get(str(schema.get("format")), ())
        fitting = [text for text in told if least <= len(text) <= (math.inf if most is None else most)]
        if fitting:
            return _chosen(fitting)
        if schema.get("format") == "binary" or "contentMediaType" in schema:
            return _chosen([b"data", b"", b"\x00\xff", b"a" * 1_000])
        if isinstance(schema.get("pattern"), str):
            made = _by_pattern(schema["pattern"], least, most, self.hints.texts)
            if made is None:
                self.unmade.append(f"no text was found that its pattern `{schema['pattern']}` matches")
            return made
        name = schema.get("format")
        if name in texts.FORMATS:
            edges: list[Any] = list(texts.EDGES_OF_FORMATS.get(name, ()))
            return Values(_weighted(texts.FORMATS[name], edges, []), texts.FORMATS[name], lambda: edges)
        return self._free_text(least, most)

    def _free_text(self, least: int, most: int | None) -> Values:
        usual = partial(texts.plain, least=max(least, min(1, most if most is not None else 1)), most=most)
        strange = partial(texts.strange, least=least, most=most)
        by_length = [("a" * length) for length in texts.lengths(least, most)]
        trouble = [text for text in texts.TROUBLE if least <= len(text) <= (most if most is not None else 99)]
        hints = [
            text for text in self.hints.texts if least <= len(text) and (most is None or len(text) <= most)
        ]

        def draw(random: Random) -> str:
            chance = random.random()
            if chance < 0.4:
                return usual(random)
            if chance < 0.6 and hints:
                return _around(random.choice(hints), random, least, most)
            if chance < 0.75:
                return random.choice(by_length)
            return strange(random)

        return Values(draw, usual, lambda: [*by_length, *trouble, *hints[:_MOST_HINTS]])

    def _array(self, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        first = [self.values(item, inside) for item in schema.get("prefixItems", ())]
        items = self.values(schema.get("items", True), inside)
        if any(item is None for item in first):
            return None
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        if items is None:
            if least > len(first):
                return None
            most = len(first)
        fixed = [item for item in first if item is not None]
        unique = schema.get("uniqueItems") is True
        contained = self.values(schema["contains"], inside) if "contains" in schema else None
        return Arrays(fixed, items, least, most, unique, contained).values

    def _object(self, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        properties: dict[str, Values] = {}
        declared = schema.get("properties", {})
        for name in dict.fromkeys([*declared, *required]):
            before = len(self.unmade)
            made = self.values(declared.get(name, True), inside)
            if made is not None:
                properties[name] = made
            elif name in required:
                return None
            elif len(self.unmade) > before:
                self.unset[name] = self.unmade[-1]
        extra = self._extra(schema, inside)
        return Objects(schema, properties, required, extra, len(inside) <= self.whole_depth).values

    def _extra(self, schema: Schema, inside: tuple[int, ...]) -> Values | None:
        """What properties without a name of their own hold; `None` if there are none worth sending."""
        allowed = schema.get("additionalProperties", "properties" not in schema and "anyOf" not in schema)
        if allowed is False:
            return None
        if allowed is True:
            return (
                None
                if "properties" in schema and "minProperties" not in schema
                else self.values({"type": "string"}, inside)
            )
        return self.values(allowed, inside)

    def _with_examples(self, schema: Schema, made: Values) -> Values:
        """Values with those that the schema itself gives among them."""
        shown = [schema["example"]] if "example" in schema else []
        shown += schema["examples"] if isinstance(schema.get("examples"), list) else []
        shown = [value for value in shown if self.schemas.is_right(schema, value)]
        given = list(shown)
        if "default" in schema and self.schemas.is_right(schema, schema["default"]):
            given.append(schema["default"])
        if not given:
            return made
        plain = (lambda _: shown[0]) if shown else made.plain

        def draw(random: Random) -> Any:
            return random.choice(given) if random.random() < 0.15 else made.draw(random)

        return Values(draw, plain, lambda: [*given, *made.boundaries()])


def _is_doubtful(branch: Any) -> bool:
    return isinstance(branch, dict) and branch.get(PERHAPS) is True


def with_files(values: Values, files: Mapping[str, tuple[bytes, ...]]) -> Values:
    """Forms with files of the media types that they declare.

    Args:
        values: The forms.
        files: By the name of the field.
    """

    def filled(form: Any, choose: Callable[[tuple[bytes, ...]], bytes]) -> Any:
        if not isinstance(form, dict):
            return form
        return {
            name: _with_file(item, partial(choose, files[name])) if name in files else item
            for name, item in form.items()
        }

    return Values(
        lambda random: filled(values.draw(random), random.choice),
        lambda random: filled(values.plain(random), lambda known: known[0]),
        lambda: [filled(form, lambda known: known[0]) for form in values.boundaries()],
    )


def _with_file(item: Any, choose: Callable[[], bytes]) -> Any:
    if isinstance(item, list):
        return [_with_file(part, choose) for part in item]
    return choose() if isinstance(item, bytes) else item


def chosen(values: Sequence[Any]) -> Values:
    """One of some values."""
    return _chosen(list(values))


def _chosen(values: list[Any]) -> Values:
    first = values[0]
    return Values(lambda random: random.choice(values), lambda _: first, lambda: list(values))


def _around(hint: str, random: Random, least: int, most: int | None) -> str:
    """A constant, or now and then a text that it is in, where that fits."""
    text = hint
    if random.random() < 0.25:
        text = random.choice(
            (f"{hint}{texts.word(random)}", f"{texts.word(random)}{hint}{texts.word(random)}")
        )
    return text if least <= len(text) and (most is None or len(text) <= most) else hint


def _mixed(found: list[Values]) -> Values:
    if len(found) == 1:
        return found[0]

    def draw(random: Random) -> Any:
        return random.choice(found).draw(random)

    def boundaries() -> list[Any]:
        return [value for values in found for value in values.boundaries()]

    return Values(draw, found[0].plain, boundaries)


def _weighted(usual: Draw, edges: Sequence[Any], hints: Sequence[Any]) -> Draw:
    def draw(random: Random) -> Any:
        chance = random.random()
        if chance < 0.25 and edges:
            return random.choice(edges)
        if chance < 0.4 and hints:
            return random.choice(hints)
        return usual(random)

    return draw


def _by_pattern(expression: str, least: int, most: int | None, hints: Sequence[str]) -> Values | None:
    try:
        pattern = texts.Pattern(expression)
    except ValueError:
        return None
    limit = math.inf if most is None else most
    known = [text for text in hints if least <= len(text) <= limit and pattern.matches(text)]
    start = Random(expression)
    drawn = [pattern.draw(start, least, most) for _ in range(20)]
    edges = sorted({text for text in drawn if text is not None}, key=lambda text: (len(text), text))
    if not edges:
        return None

    def usual(random: Random) -> str:
        text = pattern.draw(random, least, most)
        return random.choice(edges) if text is None else text

    return Values(_weighted(usual, edges[:1] + edges[-1:], known), usual, lambda: [edges[0], edges[-1]])


def _limits(schema: Schema, whole: bool) -> tuple[Any, Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None:
        inner = math.floor(above) + 1 if whole else math.nextafter(above, math.inf)
        low = inner if low is None else max(low, inner)
    if below is not None:
        inner = math.ceil(below) - 1 if whole else math.nextafter(below, -math.inf)
        high = inner if high is None else min(high, inner)
    lowest, highest = _RANGES_OF_FORMATS.get(str(schema.get("format")), (None, None))
    if lowest is not None and highest is not None:
        low = lowest if low is None else max(low, lowest)
        high = highest if high is None else min(high, highest)
    if whole:
        low = None if low is None else math.ceil(low)
        high = None if high is None else math.floor(high)
    return low, high


def _number_edges(low: Any, high: Any, step: Any, whole: bool) -> list[Any]:
    near = [low, None if low is None else low + 1, high, None if high is None else high - 1]
    found: list[Any] = [value for value in near if value is not None]
    found += _INTEGERS if whole else (*_FLOATS, *_INTEGERS[:8])
    if step:
        found = [math.floor(value / step) * step for value in found if abs(value) < 1e15]
        found += [] if low is None else [math.ceil(low / step) * step]
    fitting = [value for value in found if _fits(value, low, high, step)]
    return list({(type(value), repr(value)): value for value in fitting}.values())


def _fits(value: float, low: Any, high: Any, step: Any) -> bool:
    if step and not math.isclose(value / step, round(value / step), abs_tol=1e-9):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _usual_number(random: Random, low: Any, high: Any, step: Any, whole: bool) -> Any:
    if low is None:
        low = (high - 1_000) if high is not None else random.choice((0, 0, -1_000))
    if high is None:
        high = low + random.choice((10, 1_000, 1_000_000))
    if step:
        first, last = math.ceil(low / step), math.floor(high / step)
        return random.randint(first, max(first, last)) * step
    if high - low > _WIDE and random.random() < 0.7:
        # Among all that is possible, what programs use is small, and next to where counting starts.
        start = min(max(0, low), high)
        low, high = start, min(high, start + 1_000)
    if whole:
        return random.randint(int(low), int(high))
    value = random.uniform(low, high) if high - low < math.inf else random.uniform(-1e9, 1e9)
    rounded = round(value, random.choice((1, 2, 6)))
    return rounded if low <= rounded <= high else value
