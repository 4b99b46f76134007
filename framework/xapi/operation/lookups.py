"""The names under which values are sent: aliases, alias choices, and alias paths."""

from __future__ import annotations

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo

from xapi import params
from xapi.operation.model import Lookup


def lookups_of(info: FieldInfo) -> tuple[Lookup, ...]:
    """Where a value is looked for, in order, as its field says; nothing if it has no alias.

    The first one is documented.
    """
    alias = info.alias if info.validation_alias is None else info.validation_alias
    if alias is None:
        return ()
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    paths = (choice.path if isinstance(choice, AliasPath) else [choice] for choice in choices)
    return tuple(tuple(map(_plain, path)) for path in paths)


def _plain(part: str | int) -> str | int:
    """A text without the class that it may be of, whose own methods are not asked."""
    return str.__str__(part) if isinstance(part, str) else part


def spelled(name: str, marker: FieldInfo) -> str:
    """A name of Python as clients write it where `marker` reads: headers have hyphens."""
    hyphens = isinstance(marker, params.Header) and marker.convert_underscores
    return name.replace("_", "-") if hyphens else name


def sent_as(marker: FieldInfo, name: str) -> tuple[str, tuple[Lookup, ...]]:
    """The name that clients know of the argument `name`, and all lookups if that is not the only one."""
    lookups = lookups_of(marker)
    if not lookups:
        return spelled(name, marker), ()
    first = str(lookups[0][0])
    return first, () if lookups == ((first,),) else lookups
