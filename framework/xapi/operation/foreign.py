"""Recognising the markers of FastAPI by their attributes.

The package stays installed where libraries need it, and an import of it that was forgotten must not open a
door. It is not imported here: what can be understood becomes a marker of ours, and `is_foreign` tells what
else looks like one.
"""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from xapi import params
from xapi.operation.fields import with_attributes

_KIN = "fastapi"
"""The package whose markers mean what ours of the same name mean."""
_PLACES: dict[str, type[params.Marker]] = {
    cls.__name__: cls
    for cls in (
        params.Path,
        params.Query,
        params.Header,
        params.Cookie,
        params.Body,
        params.Form,
        params.File,
    )
}
_DEPENDENCIES: dict[str, type[params.Depends]] = {"Depends": params.Depends, "Security": params.Security}

_OURS = params.Marker, params.Depends, type


class NotUnderstood(ValueError):
    """A marker of FastAPI says what ours cannot say. The text is what."""


def understood(item: Any) -> Any:
    """A marker of FastAPI as ours; anything else as it is.

    Raises:
        NotUnderstood: It has settings that ours have not.
    """
    if item is None or isinstance(item, _OURS):
        return item
    for cls in type(item).__mro__:
        if not _is_kin(cls):
            continue
        if cls.__name__ in _DEPENDENCIES and hasattr(item, "dependency"):
            return _dependency(item, _DEPENDENCIES[cls.__name__])
        if cls.__name__ in _PLACES and isinstance(item, FieldInfo):
            return _marker(item, _PLACES[cls.__name__])
    return item


def is_foreign(item: Any) -> bool:
    """Whether it looks like a marker, but is none that is understood."""
    if item is None or isinstance(item, _OURS):
        return False
    if hasattr(item, "dependency") and hasattr(item, "use_cache"):
        return True
    names = {cls.__name__ for cls in type(item).__mro__ if isinstance(item, FieldInfo) or _is_kin(cls)}
    return not names.isdisjoint(_PLACES.keys() | _DEPENDENCIES.keys())


def is_security_scopes(cls: type) -> bool:
    """Whether it is FastAPI's class for the scopes that are asked for, in whose place ours can stand."""
    return cls.__name__ == "SecurityScopes" and _is_kin(cls)


def is_security_scheme(call: Any) -> bool:
    """Whether it is a security scheme of FastAPI, with the attributes that ours have."""
    return any(cls.__name__ == "SecurityBase" and _is_kin(cls) for cls in type(call).__mro__)


def is_scheme_class(cls: type) -> bool:
    """Whether it is a class of security schemes, ours or FastAPI's."""
    packages = (_KIN, __name__.partition(".")[0])
    return any(
        base.__name__ == "SecurityBase" and base.__module__.partition(".")[0] in packages
        for base in cls.__mro__
    )


def is_event_response(cls: type) -> bool:
    """Whether it is FastAPI's class for Server-Sent Events, whose events are not ours."""
    return cls.__name__ == "EventSourceResponse" and _is_kin(cls)


def is_mark_class(cls: type) -> bool:
    """Whether it is the class of a marker of FastAPI."""
    return _is_kin(cls) and (cls.__name__ in _DEPENDENCIES or cls.__name__ in _PLACES)


def _is_kin(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == _KIN


def _dependency(item: Any, cls: type[params.Depends]) -> params.Depends:
    given = {name: value for name, value in vars(item).items() if not name.startswith("_")}
    known = {
        name: given.pop(name) for name in ("dependency", "use_cache", "scope", "scopes") if name in given
    }
    if unknown := [f"{name}={value!r}" for name, value in given.items() if value is not None]:
        raise NotUnderstood(", ".join(unknown))
    return cls(**known)


def _marker(item: FieldInfo, cls: type[params.Marker]) -> params.Marker:
    marker = with_attributes(cls(), item)
    for name, value in vars(item).items():
        if name in vars(marker) and not _is_kin(type(value)):
            setattr(marker, name, value)
    return marker
