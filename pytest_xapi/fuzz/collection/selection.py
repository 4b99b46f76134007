"""Which operations, phases and shares of the property tests are run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import store
from pytest_xapi.options import Option
from xapi.openapi.reader import Document, Operation, Problem, pointers

Pattern = tuple[str, str]
"""A kind (see `options.KINDS`) and a glob."""

T = TypeVar("T")


@dataclass(frozen=True)
class Selection:
    """What a user chose."""

    labels: tuple[str, ...] = ()
    """If there are any, no other operation is run."""
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    phases: tuple[str, ...] = options.PHASES
    shard: tuple[int, int] = (1, 1)

    def has(self, operation: Operation) -> bool:
        """Whether an operation is run. Each item asks this of all operations."""
        is_of_all = not (self.labels or self.include or self.exclude)
        return is_of_all or self._has(operation.label, _values(operation))

    def has_unusable(self, label: str) -> bool:
        """Whether what a document has in the place of an operation, or of a path item, is told of."""
        method, _, path = label.rpartition(" ")
        values = {"path": (path,), "method": (method, method.lower()) if method else ()}
        return self.phases != ("replay",) and self._has(label, values)

    def _has(self, label: str, values: Mapping[str, Sequence[str]]) -> bool:
        if self.labels and label not in self.labels:
            return False
        included = {kind for kind, _ in self.include}
        return all(_match(values, self.include, kind) for kind in included) and not any(
            _match(values, self.exclude, kind) for kind in options.KINDS
        )

    def share(self, found: list[T]) -> list[T]:
        """The part of a list that is this shard's. All shards together have all, each once."""
        number, count = self.shard
        return found[number - 1 :: count]


def of(config: pytest.Config) -> Selection:
    """The selection of a run, from its flags and ini options."""
    if settings.value(config, options.REPLAY) is not None:
        return Selection(labels=tuple(store.of(config)), phases=("replay",))
    return Selection(
        labels=tuple(label_of(text) for text in settings.value(config, options.OPERATION, ())),
        include=tuple(settings.value(config, options.INCLUDE, ())),
        exclude=tuple(settings.value(config, options.EXCLUDE, ())),
        phases=tuple(settings.value(config, options.CHOSEN_PHASES, options.PHASES)),
        shard=settings.value(config, options.SHARD, (1, 1)),
    )


def named(problem: Problem) -> str:
    """What stands for something of a document that is no operation: its operation, or the path."""
    return problem.operation or pointers.split(problem.pointer)[1]


def label_of(text: str) -> str:
    """An operation as a user writes it, with its method in capitals."""
    method, _, path = text.strip().partition(" ")
    return f"{method.upper()} {path.strip()}"


def fault(config: pytest.Config, document: Document) -> str | None:
    """What is wrong with a choice among the operations: one that is not there, or none that is left."""
    chosen = of(config)
    operations = document.operations
    labels = [operation.label for operation in operations]
    labels += [named(problem) for problem in document.problems]
    for label in chosen.labels:
        if label not in labels:
            return (
                f"{_source(config, options.OPERATION)}: the document has no operation {label!r}"
                f"{settings.suggestion(label, labels)}"
            )
    if not any(map(chosen.has, operations)) and not any(map(chosen.has_unusable, labels)):
        given = [
            option
            for option in (options.OPERATION, options.INCLUDE, options.EXCLUDE)
            if _given(config, option)
        ]
        sources = ", ".join(_source(config, option) for option in given)
        return f"nothing to fuzz: no operation of the document matches what is chosen by {sources}"
    return None


def matches(operation: Operation, patterns: Sequence[Pattern]) -> bool:
    """Whether any of some patterns is about an operation."""
    return any(_match(_values(operation), patterns, kind) for kind in options.KINDS)


def _given(config: pytest.Config, option: Option) -> settings.Setting | None:
    return settings.read(config).given.get(option.key)


def _source(config: pytest.Config, option: Option) -> str:
    setting = _given(config, option)
    return option.flag if setting is None else setting.source


def _values(operation: Operation) -> Mapping[str, Sequence[str]]:
    """What patterns are matched with, by kind."""
    return {
        "path": (operation.path,),
        "method": (operation.method, operation.method.lower()),
        "tag": operation.tags,
        "id": (operation.operation_id or "",),
    }


def _match(values: Mapping[str, Sequence[str]], patterns: Sequence[Pattern], kind: str) -> bool:
    globs = [glob for name, glob in patterns if name == kind]
    return any(fnmatchcase(value, glob) for glob in globs for value in values.get(kind, ()))
