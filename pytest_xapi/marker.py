"""The marker `xapi(...)`: what it may say, and what holds for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_xapi import settings

_OF_BOTH = ("base_url", "raise_server_exceptions", "check_responses")


@dataclass(frozen=True)
class ClientOptions:
    """What holds for the clients of one test."""

    app: Any = None
    """The app, or its import string; None where the marker says none."""
    lifespan: str = "client"
    overrides: tuple[Mapping[Any, Any], ...] = ()
    """Of several markers, the closest first."""
    keywords: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of both kinds of client."""
    synchronous: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the synchronous client alone."""


def options_of(item: pytest.Item) -> ClientOptions:
    """What the markers of a test say, the closest first, then the settings of the run.

    Of `headers` and `overrides` each key counts by itself.
    """
    said: dict[str, Any] = {}
    for marker in item.iter_markers(settings.MARKER):
        reason = fault(marker)
        if reason is not None:
            pytest.fail(reason, pytrace=False)
        for name, value in marker.kwargs.items():
            if name == "headers":
                said[name] = {**value, **said.get(name, {})}
            elif name == "overrides":
                said[name] = (*said.get(name, ()), value)
            else:
                said.setdefault(name, value)
    given = settings.read(item.config)
    for name in ("lifespan", "backend", "driver", *_OF_BOTH):
        if (value := getattr(given, name)) is not None:
            said.setdefault(name, value)
    return ClientOptions(
        app=said.get("app"),
        lifespan=lifespan_name(said.get("lifespan", True)),
        overrides=said.get("overrides", ()),
        keywords={key: said[key] for key in ("headers", *_OF_BOTH) if key in said},
        synchronous={key: said[key] for key in ("backend", "driver") if key in said},
    )


def lifespan_name(value: bool | str) -> str:
    """The name of what `lifespan=` says: True is a lifespan for each client, False none."""
    if isinstance(value, bool):
        return "client" if value else "none"
    return value


def check(collector: pytest.Collector, items: Iterable[pytest.Item]) -> None:
    """Refuse a marker that says what is not known.

    Raises:
        pytest.Collector.CollectError: a marker of a test has a wrong argument.
    """
    for item in items:
        for marker in item.iter_markers(settings.MARKER):
            reason = fault(marker)
            if reason is not None:
                raise collector.CollectError(f"{item.nodeid}: {reason}")


def fault(marker: pytest.Mark) -> str | None:
    """What is wrong with a marker, if something is."""
    if marker.args:
        return f"@pytest.mark.xapi takes keywords only, not {marker.args[0]!r}: {', '.join(_CHECKS)}"
    for name, value in marker.kwargs.items():
        if name not in _CHECKS:
            known = tuple(_CHECKS)
            return (
                f"@pytest.mark.xapi has no argument {name!r}{settings.suggestion(name, known)}; "
                f"known are {', '.join(known)}"
            )
        expected = _CHECKS[name](value)
        if expected is not None:
            return f"@pytest.mark.xapi({name}={value!r}): give {expected}"
    return None


def _expect(phrase: str, is_right: Callable[[Any], bool]) -> Callable[[Any], str | None]:
    return lambda value: None if is_right(value) else phrase


def _word(*names: str) -> Callable[[Any], str | None]:
    return _expect("one of " + ", ".join(map(repr, names)), lambda value: value in names)


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "app": _expect("an app, or MODULE:APP", lambda value: isinstance(value, str) or callable(value)),
    "base_url": _expect("a string", lambda value: isinstance(value, str)),
    "headers": _expect("a mapping", lambda value: isinstance(value, Mapping)),
    "backend": _word(*settings.BACKENDS),
    "lifespan": _expect(
        "True, False, or one of " + ", ".join(map(repr, settings.LIFESPANS)),
        lambda value: isinstance(value, bool) or value in settings.LIFESPANS,
    ),
    "driver": _word(*settings.DRIVERS),
    "raise_server_exceptions": _expect("True or False", lambda value: isinstance(value, bool)),
    "check_responses": _expect("True or False", lambda value: isinstance(value, bool)),
    "overrides": _expect(
        "a mapping from dependencies to their replacements",
        lambda value: isinstance(value, Mapping) and all(map(callable, value)),
    ),
}
