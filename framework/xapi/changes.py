"""Attributes that may be changed at any time: their owner is notified, also when a list changes in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")


class Changeable:
    """An object that is told when one of its attributes in `observed` is set, or changed in place.

    Lists, dictionaries and sets among them are held as copies that tell of changes.
    """

    observed: ClassVar[frozenset[str]] = frozenset()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.observed:
            object.__setattr__(self, name, value)
            return
        before = vars(self).get(name)
        self.hold(name, value)
        self.changed(name, before)

    def __delattr__(self, name: str) -> None:
        before = vars(self).get(name)
        object.__delattr__(self, name)
        if name in self.observed:
            self.changed(name, before)

    def hold(self, name: str, value: Any) -> None:
        """Set an attribute, and tell nobody."""
        if not isinstance(value, _Observed) or value is not vars(self).get(name):
            for plain, observed in _OBSERVED.items():
                if isinstance(value, plain):
                    value = observed(value).held_by(self, name)
                    break
        vars(self)[name] = value

    def refill(self, name: str, value: Any) -> None:
        """Set an attribute that follows from others. A list that is there stays, with what is in `value`."""
        known = vars(self).get(name)
        if isinstance(known, list) and isinstance(value, list):
            list.__setitem__(known, slice(None), value)
        elif isinstance(known, dict) and isinstance(value, dict):
            dict.clear(known)
            dict.update(known, value)
        else:
            self.hold(name, value)

    def changed(self, name: str, before: Any) -> None:
        """Hear that the attribute `name` was set, deleted or changed in place; `before` is what it was."""
        raise NotImplementedError


class _Observed:
    """A container that tells the object that has it as an attribute of each change."""

    __slots__ = ()
    holder: Changeable
    name: str

    def held_by(self, holder: Changeable, name: str) -> Any:
        setattr(self, "holder", holder)  # noqa: B010  the slots are those of the classes below
        setattr(self, "name", name)  # noqa: B010
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        # A copy is an attribute of nobody.
        plain: Any = next(plain for plain in _OBSERVED if isinstance(self, plain))
        return plain, (plain(self),)


class ObservedList(_Observed, list[Any]):
    """A list that is an attribute."""

    __slots__ = ("holder", "name")


class ObservedDict(_Observed, dict[Any, Any]):
    """A dictionary that is an attribute."""

    __slots__ = ("holder", "name")


class ObservedSet(_Observed, set[Any]):
    """A set that is an attribute."""

    __slots__ = ("holder", "name")


_OBSERVED: dict[type, Any] = {list: ObservedList, dict: ObservedDict, set: ObservedSet}
_MUTATORS: dict[type, str] = {
    list: "append extend insert remove pop clear reverse sort __setitem__ __delitem__ __iadd__ __imul__",
    dict: "update setdefault pop popitem clear __setitem__ __delitem__ __ior__",
    set: """add update remove discard pop clear difference_update intersection_update
        symmetric_difference_update __iand__ __ior__ __isub__ __ixor__""",
}


def _telling(plain: Any, mutate: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(mutate)
    def tell(self: Any, *args: Any, **keywords: Any) -> Any:
        before = plain(self)
        try:
            return mutate(self, *args, **keywords)
        finally:
            if vars(self.holder).get(self.name) is self:
                self.holder.changed(self.name, before)

    return tell


for _plain, _names in _MUTATORS.items():
    for _name in _names.split():
        setattr(_OBSERVED[_plain], _name, _telling(_plain, getattr(_plain, _name)))


def plain(value: Any) -> Any:
    """A copy of a container that is an attribute, which changes no more; other values as they are."""
    return next((kind(value) for kind, observed in _OBSERVED.items() if type(value) is observed), value)


def followed(
    target: Sequence[T], before: Sequence[T], after: Sequence[T], *, in_front: bool = False
) -> list[T]:
    """`target`, with the change that made `after` of `before`.

    What was added there stands beside its neighbours here. Where none of them is here it comes last, or
    `in_front`.
    """
    if len(target) == len(before) and all(map(_same, target, before)):
        return list(after)
    removed = [item for item in before if not _holds(after, item)]
    result = [item for item in target if not _holds(removed, item)]
    for place, item in enumerate(after):
        if not _holds(before, item):
            result.insert(_place(result, after, place, in_front), item)
    return result


def grown(before: Sequence[T], after: Sequence[T]) -> list[T]:
    """`after`, and what it has no more of `before`."""
    return [*after, *(item for item in before if not _holds(after, item))]


def _place(items: Sequence[T], other: Sequence[T], place: int, in_front: bool) -> int:
    """Where what stands in `other` at `place` belongs in `items`."""
    if place and _holds(items, other[place - 1]):
        return 1 + next(index for index, item in enumerate(items) if _same(item, other[place - 1]))
    for following in other[place + 1 :]:
        for index, item in enumerate(items):
            if _same(item, following):
                return index
    return 0 if in_front else len(items)


def _holds(items: Sequence[T], item: T) -> bool:
    return any(_same(other, item) for other in items)


def _same(one: Any, other: Any) -> bool:
    """Whether two items are the same one. Objects that are only equal are not; texts are."""
    return one is other or (type(one) is str and type(other) is str and one == other)
