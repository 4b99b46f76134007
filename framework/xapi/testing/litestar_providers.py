"""Dependencies that an app of Litestar provides, replaced in the `Provide` objects of its handlers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Any

from xapi.overrides import Layer, OverrideError, Replacement, name_of
from xapi.testing.override_dictionaries import counting

_REPLACED = (
    "dependency",
    "has_async_generator_dependency",
    "has_sync_callable",
    "has_sync_generator_dependency",
    "signature_model",
    "use_cache",
    "value",
)
"""What a provider does, and what it has kept."""
State = dict[str, Any]


def is_litestar(app: object) -> bool:
    """Whether an app is Litestar's."""
    return any((base.__module__, base.__name__) == ("litestar.app", "Litestar") for base in type(app).__mro__)


class _Swapped:
    """What a provider was before, and what came above that, in order."""

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self.before = {name: getattr(provider, name) for name in _REPLACED}
        self.above: list[tuple[object, State]] = []


_swapped: dict[int, _Swapped] = {}
"""By the identity of the provider."""


def unknown(app: Any, layer: Layer) -> list[tuple[Replacement, str]]:
    """The replacements of what an app does not provide, each with the nearest name, as a clause."""
    providers = list(_providers(app))
    found = []
    for replacement in layer.values():
        if not any(_is_of(replacement, name, provider) for name, provider in providers):
            names = sorted({name for name, _ in providers})
            near = get_close_matches(name_of(replacement.original).strip("'"), names, n=1)
            found.append((replacement, f" (did you mean {near[0]!r}?)" if near else ""))
    return found


def replace(app: Any, layer: Layer) -> Callable[[], None]:
    """Let the providers of an app that a layer names, by name or function, do what the layer says.

    Args:
        app: An app of Litestar.
        layer: What replaces what.

    Returns:
        What undoes it.

    Raises:
        OverrideError: A replacement asks for what the provider does not ask for.
    """
    states = [
        (provider, _state(name, provider, replacement))
        for name, provider in _providers(app)
        for replacement in layer.values()
        if _is_of(replacement, name, provider)
    ]
    token = object()
    for provider, state in states:
        _swapped.setdefault(id(provider), _Swapped(provider)).above.append((token, state))
        _put(provider, state)
    return lambda: _restore([provider for provider, _ in states], token)


def _restore(providers: list[Any], token: object) -> None:
    for provider in providers:
        swapped = _swapped[id(provider)]
        swapped.above = [pair for pair in swapped.above if pair[0] is not token]
        _put(provider, swapped.above[-1][1] if swapped.above else swapped.before)
        if not swapped.above:
            del _swapped[id(provider)]


def _put(provider: Any, state: State) -> None:
    for name, value in state.items():
        setattr(provider, name, value)


def _providers(app: Any) -> Iterator[tuple[str, Any]]:
    """The providers of all handlers, each once, with the name under which it is asked for."""
    seen: dict[tuple[str, int], Any] = {}
    for route in app.routes:
        handlers = getattr(route, "route_handlers", None) or [route.route_handler]
        for handler in handlers:
            for name, provider in handler.resolve_dependencies().items():
                seen[name, id(provider)] = provider
    yield from ((name, provider) for (name, _), provider in seen.items())


def _is_of(replacement: Replacement, name: str, provider: Any) -> bool:
    if isinstance(replacement.original, str):
        return replacement.original == name
    swapped = _swapped.get(id(provider))
    call = provider.dependency if swapped is None else swapped.before["dependency"]
    in_thread = getattr(call, "func", call)  # what Litestar wraps to run it in a thread
    return replacement.original is call or replacement.original is in_thread


def _state(name: str, provider: Any, replacement: Replacement) -> State:
    call = counting(replacement)
    wanted = inspect.signature(call).parameters
    asked = set() if not wanted else set(provider.signature_model._fields)
    missing = [key for key, one in wanted.items() if key not in asked and one.default is one.empty]
    if missing:
        raise OverrideError(
            f"what replaces {name!r} asks for {', '.join(missing)}: in an app of Litestar it may ask for "
            f"what {name!r} itself asks for ({', '.join(sorted(asked)) or 'nothing'})"
        )
    is_async = inspect.iscoroutinefunction(call)
    return {
        "dependency": partial(_called, call, frozenset(wanted)),
        "has_async_generator_dependency": inspect.isasyncgenfunction(call),
        "has_sync_callable": not is_async,
        "has_sync_generator_dependency": inspect.isgeneratorfunction(call),
        "signature_model": provider.signature_model if wanted else _NoFields,
        "use_cache": False,
        "value": None,
    }


class _NoFields:
    """The model of a signature without parameters: nothing is read for it, nor validated."""

    _fields = ()


def _called(call: Callable[..., Any], wanted: frozenset[str], **arguments: Any) -> Any:
    return call(**{key: value for key, value in arguments.items() if key in wanted})
