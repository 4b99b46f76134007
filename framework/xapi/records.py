"""Records: values with names, as frozen dataclasses have them, made without compiling code at import.

A dataclass compiles half a dozen functions when its module is imported, which takes a millisecond where there
are many fields. What `import xapi` needs uses this instead; modules that are imported later have dataclasses.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, dataclass_transform


@dataclass_transform(frozen_default=True, eq_default=False)
class Record:
    """The annotations of a subclass are its fields; what it assigns to them are defaults, which all share."""

    names: ClassVar[tuple[str, ...]]
    known: ClassVar[frozenset[str]]
    required: ClassVar[frozenset[str]]

    def __init_subclass__(cls) -> None:
        cls.names = tuple(cls.__annotations__)
        cls.known = frozenset(cls.names)
        cls.required = cls.known - vars(cls).keys()

    def __init__(self, *values: Any, **named: Any) -> None:
        said = vars(self)
        said.update(named)
        if values:
            said.update(zip(self.names, values, strict=False))
        if len(values) > len(self.names) or not self.known >= said.keys():
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.names)}, not {values!r}, {named!r}")
        if not self.required <= said.keys():
            missing = [name for name in self.names if name in self.required and name not in said]
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}, too")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{name!r} of a {type(self).__name__} cannot be changed: use `replaced`")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name!r} of a {type(self).__name__} cannot be deleted")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.names)})"

    def replaced(self, **changes: Any) -> Self:
        """The same, but for `changes`."""
        return type(self)(**{**vars(self), **changes})
