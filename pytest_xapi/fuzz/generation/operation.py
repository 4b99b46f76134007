"""The cases of one operation: examples, boundaries, and random ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from random import Random
from typing import Any

from pytest_xapi.fuzz.generation import malformed
from pytest_xapi.fuzz.generation.description import Description, describe, undeclared_methods
from pytest_xapi.fuzz.generation.model import (
    NO_HINTS,
    PLACES,
    Body,
    GeneratedCase,
    Hints,
    Raw,
    RequestParameter,
    Values,
    Violation,
)
from pytest_xapi.fuzz.generation.negative import Mutation, mutations
from pytest_xapi.fuzz.generation.observations import Observations
from pytest_xapi.fuzz.generation.requests import OTHER_TYPE, REPEATED, SLASHES, UNKNOWN, Requests
from pytest_xapi.fuzz.generation.schemas import Schemas
from pytest_xapi.fuzz.generation.slots import Slot, is_missing, missing, value_of, with_value, without
from pytest_xapi.fuzz.generation.values import Compiler, TooManySchemas, chosen, with_files
from pytest_xapi.fuzz.model.cases import ABSENT, Parts
from pytest_xapi.fuzz.model.omissions import Omissions

_MOST_BOUNDARIES = 1_500
_MANY = 150
_WHOLE_DEPTH = 3
"""Of so many schemas in one, ordinary values have all that is optional to this depth alone."""
_ATTEMPTS = 20
_TRIED = 30
"""After so many cases without a 2xx answer, more right ones are sent."""
_STRIDE = 0x9E3779B97F4A7C15
"""Between the seeds of two cases, so that those of two items hardly meet."""


class OperationGenerator:
    """Draws the cases of an operation. What it draws follows from the seed alone."""

    def __init__(self, schemas: Schemas, label: str, hints: Hints = NO_HINTS) -> None:
        """Build what draws.

        Args:
            schemas: Of the document.
            label: The operation, as in `GET /notes`.
            hints: Values worth trying.

        Raises:
            LookupError: the document has no such operation.
        """
        self._omissions = Omissions(label)
        self.description: Description = describe(schemas, label, hints.files, self._omissions)
        self.requests = Requests(schemas, self.description, hints.files)
        self._schemas = schemas
        self._files = hints.files
        self._hints = hints
        self._parameters = [
            slot for item in self.description.parameters if (slot := self._of(item)) is not None
        ]

    @cached_property
    def _bodies(self) -> dict[str, Slot]:
        """By media type: they are most of the work, and not all requests have them."""
        return {
            body.media_type: slot for body in self.description.bodies if (slot := self._of(body)) is not None
        }

    @property
    def omissions(self) -> Omissions:
        """What of the operation is never sent, and why."""
        _ = self._bodies
        return self._omissions

    @cached_property
    def is_able(self) -> bool:
        """Whether there are values for all that must be sent."""
        needs_body = any(body.required for body in self.description.bodies)
        return self._has_parameters and (not needs_body or bool(self._bodies))

    @property
    def _has_parameters(self) -> bool:
        known = {(slot.location, slot.name) for slot in self._parameters}
        return all(
            (item.location, item.name) in known for item in self.description.parameters if item.required
        )

    def _of(self, item: RequestParameter | Body) -> Slot | None:
        values, compiler = self._values(item.schema)
        for name, reason in compiler.unset.items():
            self._omissions.note(f"property `{name}` of {item.named}", reason)
        if values is None:
            reasons = compiler.unmade or ["no value can be made from its schema"]
            self._omissions.note(item.named, reasons[0])
            return None
        if not self._schemas.is_usable(item.schema):
            self._omissions.note(f"a judged value of {item.named}", self._schemas.why_unusable(item.schema))
        if isinstance(item, Body):
            values = self._with_files(item, values)
        parameter = item if isinstance(item, RequestParameter) else None
        location = "body" if parameter is None else parameter.location
        name = item.media_type if isinstance(item, Body) else item.name
        found = partial(mutations, self._schemas, item.schema)
        examples = tuple(value for value in item.examples if self.requests.is_right(item.schema, value))
        if len(examples) < len(item.examples):
            self._omissions.note(f"an example of {item.named}", "it violates its schema")
        return Slot(
            location, name, item.named, item.required, parameter, item.schema, values, found, examples
        )

    def _values(self, schema: Any) -> tuple[Values | None, Compiler]:
        """The values of a schema, and who has made them."""
        compiler = Compiler(self._schemas, self._hints, most_built=_MANY)
        try:
            return compiler.values(schema), compiler
        except TooManySchemas:
            compiler = Compiler(self._schemas, self._hints, whole_depth=_WHOLE_DEPTH)
            return compiler.values(schema), compiler

    def _with_files(self, body: Body, values: Values) -> Values:
        if body.media_type in self._files:
            return chosen(self._files[body.media_type])
        files = {name: self._files[kind] for name, kind in body.content_types.items() if kind in self._files}
        return with_files(values, files) if files else values

    @cached_property
    def undeclared_methods(self) -> tuple[str, ...]:
        """The methods that the document has at no path which requests to this one may be to."""
        return undeclared_methods(self._schemas.document, self.description.path)

    def examples(self) -> Iterator[GeneratedCase]:
        """The cases that the document gives as examples: all of the first, then of the second, and so on."""
        slots = [*self._parameters, *self._bodies.values()]
        most = max((len(slot.examples) for slot in slots), default=0)
        for index in range(most):
            chosen = {
                (slot.location, slot.name): slot.examples[min(index, len(slot.examples) - 1)]
                for slot in slots
                if slot.examples
            }
            bodies = [name for name, slot in self._bodies.items() if len(slot.examples) > index]
            for media_type in bodies or self._media_types()[:1]:
                yield self._told(self._usual("examples", Random(index), media_type, chosen))

    def boundary(self) -> Iterator[GeneratedCase]:
        """Cases at the limits of each place, and just beyond them, one place at a time."""
        for count, drawn in enumerate(self._boundary()):
            if count >= _MOST_BOUNDARIES:
                return
            yield self._told(drawn)

    def _boundary(self) -> Iterator[GeneratedCase]:
        media_types = self._media_types()
        base = self._usual("boundary", Random(0), media_types[0])
        yield base
        if any(not slot.required for slot in self._parameters):
            yield self._only_required(base)
        for slot in self._parameters:
            yield from self._limits(base, slot)
        for media_type in media_types:
            if media_type is not None:
                yield from self._limits(
                    self._usual("boundary", Random(0), media_type), self._bodies[media_type]
                )
        yield from self._duplicates(base)
        yield from self._with_slashes(base)
        for media_type in self._bodies:
            yield from self._malformed(self._usual("boundary", Random(0), media_type))
        yield from self._probes(base)

    def random(self, seed: int, count: int, seen: Observations | None = None) -> Iterator[GeneratedCase]:
        """Random cases: as many right ones as wrong ones, or more where nothing was accepted yet.

        Case number `k` follows from the seed and `k`. What was seen decides only which of two it is, right or
        wrong, and gives a value to each eighth case.
        """
        random = Random()
        media_types = self._media_types()
        flawed = self._flawed_slots()
        # What takes nothing is the same each time.
        for number in range(count if self._parameters or self._bodies else min(count, 1)):
            random.seed(seed + number * _STRIDE)
            share = 0.5 if seen is None or number < _TRIED or seen.accepted else 0.25
            is_wrong = random.random() < share
            drawn = self._drawn(random, random.choice(media_types))
            if number and random.random() < 0.15:
                drawn = self._repeating(drawn, random, seed + random.randrange(number) * _STRIDE)
            if seen is not None and number % 8 == 7:
                drawn = self._with_seen(drawn, random, seen)
            yield self._told(self._broken(drawn, random, flawed) if flawed and is_wrong else drawn)

    def of_sequence(self, random: Random | None, *, is_wrong: bool = False) -> GeneratedCase:
        """A case for a sequence: a random one, right or wrong, or an ordinary one with all parameters."""
        media_types = self._media_types()
        if random is None:
            return self._told(self._usual("stateful", Random(0), media_types[0]))
        drawn = replace(self._drawn(random, random.choice(media_types)), phase="stateful")
        flawed = self._flawed_slots() if is_wrong else []
        return self._told(self._broken(drawn, random, flawed) if flawed else drawn)

    def without_body(self) -> GeneratedCase | None:
        """An ordinary case with nothing in its body; none where a parameter has no value that needs one."""
        if not self._has_parameters:
            return None
        drawn = self._usual("stateful", Random(0), None)
        if not self.description.bodies:
            return drawn
        parts = replace(drawn.parts, body=Raw(b""))
        return replace(drawn, parts=parts, media_type=self.description.bodies[0].media_type)

    def _told(self, drawn: GeneratedCase) -> GeneratedCase:
        """A case that says so where something is missing: nothing could be drawn, or a list has no items."""
        if not drawn.flaws:
            for slot in self._slots(drawn):
                if slot.required and is_missing(slot, value_of(drawn, slot)):
                    return replace(drawn, flaws=(missing(slot),))
            unclear = self.requests.unclear(drawn)
            return drawn if unclear is None else replace(drawn, flaws=(unclear,))
        return drawn

    def _repeating(self, drawn: GeneratedCase, random: Random, seed: int) -> GeneratedCase:
        """A case with one value that an earlier one had: what is to be unique is tried twice."""
        again = Random(seed)
        again.random()
        again.choice((0, 1))
        earlier = self._drawn(again, drawn.media_type)
        slots = [slot for slot in self._slots(drawn) if value_of(earlier, slot) is not ABSENT]
        if not slots:
            return drawn
        slot = random.choice(slots)
        value, old = value_of(earlier, slot), value_of(drawn, slot)
        if isinstance(value, dict) and isinstance(old, dict) and value:
            name = random.choice(list(value))
            value = {**old, name: value[name]}
        return with_value(drawn, slot, value) if self.requests.is_right(slot.schema, value) else drawn

    def _with_seen(self, drawn: GeneratedCase, random: Random, seen: Observations) -> GeneratedCase:
        """A case with one value that an answer had under the name of the place that it is put in."""
        choices = []
        for slot in self._slots(drawn):
            if slot.location != "body":
                choices += [(slot, value) for value in seen.named(slot.name)]
            elif isinstance(body := drawn.parts.body, dict):
                names = self._schemas.merged(slot.schema).get("properties", body)
                choices += [(slot, {**body, name: value}) for name in names for value in seen.named(name)]
        fitting = [(slot, value) for slot, value in choices if self.requests.is_right(slot.schema, value)]
        return with_value(drawn, *random.choice(fitting)) if fitting else drawn

    def _media_types(self) -> list[str | None]:
        return [*self._bodies] or [None]

    def _slots(self, drawn: GeneratedCase) -> list[Slot]:
        body = self._bodies.get(drawn.media_type) if drawn.media_type is not None else None
        return [*self._parameters, *([body] if body is not None else [])]

    def _flawed_slots(self) -> list[Slot]:
        # A body has the more keywords, the more there is to break.
        return [
            slot
            for slot in [*self._parameters, *self._bodies.values()]
            for _ in range(1 + min(len(slot.mutations) // 8, 4))
            if slot.mutations or slot.required
        ]

    def _drawn(self, random: Random, media_type: str | None) -> GeneratedCase:
        found: dict[tuple[str, str], Any] = {}
        chance = random.choice((0.2, 0.5, 0.8))
        for slot in self._parameters:
            if slot.required or random.random() < chance:
                value = self._right(slot, random)
                if value is not ABSENT:
                    found[slot.location, slot.name] = value
        body = self._bodies.get(media_type) if media_type is not None else None
        if body is not None and (body.required or random.random() < 0.9):
            found["body", body.name] = self._right(body, random)
        return self._case("random", media_type, found)

    def _right(self, slot: Slot, random: Random) -> Any:
        """A value that keeps to the schema; what cannot be drawn is left out."""
        for attempt in range(_ATTEMPTS):
            if slot.examples and random.random() < 0.1:
                value = random.choice(slot.examples)
            else:
                value = slot.values.draw(random) if attempt < _ATTEMPTS - 1 else slot.values.plain(random)
            if self.requests.is_right(slot.schema, value):
                return value
        return ABSENT

    def _broken(self, drawn: GeneratedCase, random: Random, slots: list[Slot]) -> GeneratedCase:
        """A case with one or two things wrong in it."""
        for _ in range(2 if random.random() < 0.2 else 1):
            slot = random.choice(slots)
            if slot.location == "body" and slot.name != drawn.media_type:
                continue
            if any(flaw.kind == "missing" for flaw in drawn.flaws):
                continue  # what is missing is judged by itself, and must not come back
            is_alone = slot.location != "header" or not drawn.flaws
            is_left_out = not slot.mutations or random.random() < 0.08
            if slot.required and slot.location != "path" and is_left_out and is_alone:
                drawn = without(drawn, slot)
            elif slot.location == "body" and "json" in slot.name and random.random() < 0.03:
                drawn = _malformed(drawn, random.choice(malformed.BROKEN))
            elif slot.mutations:
                mutation = random.choice(slot.mutations)
                drawn = self._mutated(drawn, slot, mutation) or drawn
        return drawn

    def _mutated(self, drawn: GeneratedCase, slot: Slot, mutation: Mutation) -> GeneratedCase | None:
        value = value_of(drawn, slot)
        try:
            changed = mutation.applied(slot.ordinary if value is ABSENT else value)
        except LookupError:
            try:
                changed = mutation.applied(slot.ordinary)
            except LookupError:
                return None
        flaw = Violation(slot.location, slot.name, mutation.keyword, _described(mutation))
        return with_value(drawn, slot, changed, flaw)

    def _usual(
        self,
        phase: str,
        random: Random,
        media_type: str | None,
        given: dict[tuple[str, str], Any] | None = None,
    ) -> GeneratedCase:
        """A case with all that is optional, and nothing strange."""
        found: dict[tuple[str, str], Any] = {}
        for slot in self._slots(self._case(phase, media_type, {})):
            place = (slot.location, slot.name)
            value = given[place] if given and place in given else self._plain(slot, random)
            if value is not ABSENT:
                found[place] = value
        return self._case(phase, media_type, found)

    def _plain(self, slot: Slot, random: Random) -> Any:
        if slot.examples:
            return slot.examples[0]
        value = slot.values.plain(random)
        value = value if self.requests.is_right(slot.schema, value) else self._right(slot, random)
        if value is ABSENT:
            self._omissions.note(slot.named, "no value was found that conforms to its schema")
        return value

    def _only_required(self, base: GeneratedCase) -> GeneratedCase:
        for slot in self._parameters:
            if not slot.required:
                base = with_value(base, slot, ABSENT)
        return base

    def _limits(self, base: GeneratedCase, slot: Slot) -> Iterator[GeneratedCase]:
        for value in slot.values.boundaries():
            if self.requests.is_right(slot.schema, value):
                yield with_value(base, slot, value)
        if slot.required and slot.location != "path":
            yield without(base, slot)
        elif slot.location == "body":
            yield with_value(base, slot, ABSENT)
        for mutation in slot.mutations:
            drawn = self._mutated(base, slot, mutation)
            if drawn is not None:
                yield drawn

    def _duplicates(self, base: GeneratedCase) -> Iterator[GeneratedCase]:
        for slot in self._parameters:
            value = value_of(base, slot)
            if slot.location == "query" and value is not ABSENT and not isinstance(value, dict | list):
                flaw = Violation("query", slot.name, REPEATED, f"`{slot.name}` is sent twice")
                yield with_value(base, slot, [value, value], flaw)

    def _with_slashes(self, base: GeneratedCase) -> Iterator[GeneratedCase]:
        for slot in self._parameters:
            value = value_of(base, slot)
            if slot.location == "path" and isinstance(value, str):
                flaw = Violation("path", slot.name, SLASHES, f"`{slot.name}` has slashes in it")
                for changed in (f"{value}/a", f"{value}/a/b.c", "a//b", f"{value}/"):
                    yield with_value(base, slot, changed, flaw)

    def _malformed(self, base: GeneratedCase) -> Iterator[GeneratedCase]:
        if base.media_type is not None and "json" in base.media_type:
            for kind, content in malformed.bodies(base.parts.body):
                yield _malformed(base, content, kind)

    def _probes(self, base: GeneratedCase) -> Iterator[GeneratedCase]:
        """Requests that are malformed as a whole."""
        for kind, content_type in (
            ("malformed content type", "multipart/form-data"),
            (OTHER_TYPE, _other_type(self._bodies)),
        ):
            if self._bodies or kind != OTHER_TYPE:
                flaw = Violation("header", "Content-Type", kind, f"{kind}: {content_type}")
                is_form = kind != OTHER_TYPE and base.media_type == "multipart/form-data"
                parts = base.parts
                headers = {**parts.headers, "Content-Type": content_type}
                body = ABSENT if is_form else parts.body
                changed = Parts(parts.path_parameters, parts.query, headers, parts.cookies, body)
                yield GeneratedCase(base.label, base.method, changed, base.media_type, base.phase, (flaw,))
        is_whole = any(item.is_whole for item in self.description.parameters)
        for name in () if is_whole else ("x-unknown", "x-unknown[key][]"):
            flaw = Violation("query", name, UNKNOWN, f"unknown query parameter {name}")
            parts = replace(base.parts, query={**base.parts.query, name: "1"})
            yield replace(base, parts=parts, flaws=(flaw,))
        for method in self.undeclared_methods:
            flaw = Violation("method", None, "method", f"undeclared method {method}")
            yield GeneratedCase(base.label, method, base.parts, base.media_type, base.phase, (flaw,))

    def _case(self, phase: str, media_type: str | None, found: dict[tuple[str, str], Any]) -> GeneratedCase:
        by_place: dict[str, dict[str, Any]] = {place: {} for place in PLACES.values()}
        body: Any = ABSENT
        for (location, name), value in found.items():
            if location == "body":
                body = value
            else:
                by_place[PLACES[location]][name] = value
        return GeneratedCase(
            self.description.label, self.description.method, Parts(**by_place, body=body), media_type, phase
        )


def _malformed(drawn: GeneratedCase, content: bytes, kind: str = malformed.MALFORMED) -> GeneratedCase:
    parts = drawn.parts
    changed = Parts(parts.path_parameters, parts.query, parts.headers, parts.cookies, Raw(content))
    flaw = Violation("body", None, kind, f"{kind}: {content!r}")
    return GeneratedCase(
        drawn.label, drawn.method, changed, drawn.media_type, drawn.phase, (*drawn.flaws, flaw)
    )


def _described(mutation: Mutation) -> str:
    place = ".".join(str(part) for part in mutation.path)
    return f"`{place}`: {mutation.description}" if place else mutation.description


def _other_type(bodies: dict[str, Slot]) -> str:
    return "application/xml" if "text/plain" in bodies else "text/plain"
