"""Models that are read from a path, a query, headers, cookies or a form: their fields as parameters.

A model, an optional one and a union of models are one thing here. There are keys under which the place has
what they are made of, and members, which are what clients and the document know: one for each name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Tag
from pydantic.fields import FieldInfo

from xapi.operation.annotations import union, with_members
from xapi.operation.fields import Field, constrained, with_attributes
from xapi.operation.lookups import lookups_of, spelled
from xapi.operation.model import Gathered, Key
from xapi.operation.texts import fields_without_text
from xapi.operation.types import holds_files, is_list, is_optional, models_of, parts
from xapi.params import Form, Header, Undefined

_EXTRA = ("ignore", "allow", "forbid")
"""What becomes of what a model has no field for; of several models, the last of these counts."""


class Ambiguous(Exception):
    """Fields read one name in ways that exclude each other. The text says which name, and how."""


@dataclass(frozen=True)
class _Source:
    """One field of one of the models."""

    model: type[BaseModel]
    name: str
    info: FieldInfo
    annotation: Any
    keys: tuple[Key, ...]
    """Of them, the first is documented."""


@dataclass(frozen=True)
class Member:
    """One name that clients know, with the fields that are read from it."""

    name: str
    """The key that the model takes."""
    wire_name: str
    field: Field
    optional: bool
    """Whether it may be left out although its field is required."""


class Group:
    """The models that an argument may be, in the place that `marker` reads.

    `names` are all that the place has, if that is known: those of a path, where nothing is left out.
    """

    def __init__(self, annotation: Any, marker: FieldInfo, names: AbstractSet[str] | None = None) -> None:
        self.models = models_of(annotation)
        self._annotation = annotation
        self._marker = marker
        self._may_be_absent = names is None and is_optional(annotation)
        self._sources = [
            source
            for model in self.models
            for source in _sources(model, marker)
            if names is None or any(key.wire_name in names for key in source.keys)
        ]

    @cached_property
    def gathered(self) -> Gathered:
        """How values are put together.

        Raises Ambiguous where a name stands for a file and for the content of one, or, in one model, for one
        value and for several.
        """
        found: dict[tuple[str, str], Key] = {}
        for source in self._sources:
            for key in source.keys:
                known = found.setdefault((key.name, key.wire_name), key)
                if key.content != known.content:
                    raise Ambiguous(f"{key.wire_name!r} as a file and as the content of one")
                if key.repeats:
                    found[key.name, key.wire_name] = key
        for model, names in self._single(found.values()).items():
            if names & {key.name for key in self._keys(model) if key.repeats}:
                raise Ambiguous(f"{min(names)!r} as one value and as a list")
        return Gathered(
            keys=tuple(found.values()),
            may_be_absent=self._may_be_absent,
            extra=max(
                (model.model_config.get("extra") or "ignore" for model in self.models), key=_EXTRA.index
            ),
            needed=tuple(
                tuple(
                    source.keys[0].wire_name
                    for source in self._sources
                    if source.model is model and source.info.is_required()
                )
                for model in self.models
            ),
        )

    @property
    def annotation(self) -> Any:
        """The annotation. Where one model takes all values of a name, those that take one of them choose it
        themselves.
        """
        single = self._single(self.gathered.keys)
        first, drops_empty = isinstance(self._marker, Header), isinstance(self._marker, Form)

        def choosing(kind: Any) -> Any:
            names = single.get(kind)
            if names is None:
                return kind
            choose = partial(_one_of_several, names=names, first=first, drops_empty=drops_empty)
            # The tag keeps the model's name in the places of errors.
            return Annotated[kind, BeforeValidator(choose), Tag(kind.__name__)]

        return with_members(self._annotation, choosing) if single else self._annotation

    def _single(self, keys: Iterable[Key]) -> dict[Any, set[str]]:
        """Names of which a model takes one value, although all of them are given, by model."""
        several = {key.name for key in keys if key.repeats}
        single = {
            model: several & {key.name for key in self._keys(model) if not key.repeats}
            for model in self.models
        }
        return {model: names for model, names in single.items() if names}

    def _keys(self, model: type[BaseModel]) -> list[Key]:
        return [key for source in self._sources if source.model is model for key in source.keys]

    def members(self, *, required: bool) -> list[Member]:
        """The names that clients know; `required` says whether the argument is."""
        by_name: dict[str, list[_Source]] = {}
        for source in self._sources:
            by_name.setdefault(source.keys[0].wire_name.lower(), []).append(source)
        left_out = self._may_be_absent and not required
        return [self._member(sources, left_out=left_out) for sources in by_name.values()]

    def _member(self, sources: Sequence[_Source], *, left_out: bool) -> Member:
        first = sources[0]
        annotations = {repr(source.annotation): source.annotation for source in sources}
        needed = {source.model for source in sources if source.info.is_required()} == set(self.models)
        return Member(
            name=first.keys[0].name,
            wire_name=first.keys[0].wire_name,
            field=Field(first.name, union(annotations.values()), _texts([s.info for s in sources])),
            optional=left_out or not needed,
        )

    def missing(self) -> list[str]:
        """The fields that a model needs and that the place does not have."""
        here = {(source.model, source.name) for source in self._sources}
        return [
            name
            for model in self.models
            for name, info in model.model_fields.items()
            if info.is_required() and (model, name) not in here
        ]

    def unreadable(self) -> list[tuple[type[BaseModel], str]]:
        """The fields that a model needs and that no text can become."""
        found = []
        for model in self.models:
            own = [source for source in self._sources if source.model is model]
            repeated = {source.name for source in own if is_list(source.annotation)}
            names = fields_without_text(Field("model", model).core_schema, repeated)
            names += [source.name for source in own if holds_files(source.annotation)]
            found += [(model, name) for name in names if model.model_fields[name].is_required()]
        return found


def _sources(model: type[BaseModel], marker: FieldInfo) -> list[_Source]:
    sources = []
    for name, info in model.model_fields.items():
        annotation = constrained(info.annotation, info)
        keys = tuple(_keys_of(model, name, info, annotation, marker))
        sources.append(_Source(model, name, info, annotation, keys))
    return sources


def _keys_of(
    model: type[BaseModel], name: str, info: FieldInfo, annotation: Any, marker: FieldInfo
) -> Iterable[Key]:
    """The keys under which a model takes a field: its aliases, its name, or both, as it is configured."""
    config = model.model_config
    repeats, content = is_list(annotation), bytes in parts(annotation)
    lookups = lookups_of(info) if config.get("validate_by_alias", True) else ()
    for key, *below in lookups:
        by_position = bool(below) and isinstance(below[0], int)
        yield Key(str(key), str(key), by_position or (repeats and not below), content, by_position)
    if not lookups or config.get("validate_by_name") or config.get("populate_by_name"):
        yield Key(name, spelled(name, marker), repeats, content)


def _texts(infos: Sequence[FieldInfo]) -> FieldInfo:
    """What the document says beside the type of a name that several fields are read from."""
    first, *others = infos
    defaults = {repr(info.default) for info in infos}
    if not others or (len(defaults) == 1 and not any(info.default_factory for info in infos)):
        return first
    texts = with_attributes(first, first)
    texts.default, texts.default_factory = Undefined, None
    return texts


def _one_of_several(value: Any, *, names: AbstractSet[str], first: bool, drops_empty: bool) -> Any:
    """What a model is made of, with one value of each of `names` where there is a list of them."""
    if not isinstance(value, dict):
        return value
    chosen = {
        name: sent[0 if first else -1] if name in names and isinstance(sent, list) else sent
        for name, sent in value.items()
    }
    if drops_empty:
        return {name: sent for name, sent in chosen.items() if not (name in names and sent == "")}
    return chosen
