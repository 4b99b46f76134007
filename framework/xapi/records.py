"""Records: values with names, as frozen dataclasses have them, made without compiling code at import.

A dataclass compiles half a dozen functions when its module is imported, which takes a millisecond where there
are many fields. What `import xapi` needs uses this instead, and what the first routes and requests of an app
need; other modules have dataclasses.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, dataclass_transform


@dataclass_transform(frozen_default=True, eq_default=False)
class Record:
    """The annotations of a subclass are its fields; what it assigns to them are defaults, which all share."""

    _fields: ClassVar[tuple[str, ...]]
    _known: ClassVar[frozenset[str]]
    _required: ClassVar[frozenset[str]]

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._known = frozenset(cls._fields)
        cls._required = cls._known - vars(cls).keys()

    def __init__(self, *values: Any, **named: Any) -> None:
        said = vars(self)
        if values:
            said.update(zip(self._fields, values, strict=False))
        said.update(named)
        if not said.keys() <= self._known or len(said) != len(values) + len(named):
            raise TypeError(
                f"{type(self).__name__} takes {', '.join(self._fields)}, not {values!r}, {named!r}"
            )
        if not self._required <= said.keys():
            missing = [name for name in self._fields if name in self._required and name not in said]
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}, too")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{name!r} of a {type(self).__name__} cannot be changed: use `but`")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name!r} of a {type(self).__name__} cannot be deleted")

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"
        )

    def but(self, **changes: Any) -> Self:
        """The same, but for `changes`."""
        said = {name: value for name, value in vars(self).items() if name in self._known}
        return type(self)(**{**said, **changes})
