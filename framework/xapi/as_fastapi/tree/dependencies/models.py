"""What a callable asks for."""

from collections.abc import Callable
from dataclasses import field, make_dataclass
from typing import Any

from xapi.as_fastapi.tree.types import DependencyCacheKey
from xapi.operation.arguments import CallKind, call_kind
from xapi.operation.dependant import INJECTED, Dependant
from xapi.security.base import SecurityBase

_PLACES = ("path", "query", "header", "cookie", "body")
# FastAPI's is a dataclass: libraries copy it field by field, and by `dataclasses.replace`.
Dependant.__dataclass_fields__ = make_dataclass(  # type: ignore[attr-defined]
    "Dependant",
    [
        *((f"{place}_params", list, field(default_factory=list)) for place in _PLACES),
        ("dependencies", list, field(default_factory=list)),
        *((name, Any, field(default=None)) for name in ("name", "call", *INJECTED)),
        *((name, Any, field(default=None)) for name in ("own_oauth_scopes", "parent_oauth_scopes")),
        ("use_cache", bool, field(default=True)),
        *((name, Any, field(default=None)) for name in ("path", "scope", "concurrency")),
    ],
).__dataclass_fields__


def _is_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether it is a generator."""
    return call is not None and call_kind(call) is CallKind.GENERATOR


def _is_async_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether it is an asynchronous generator."""
    return call is not None and call_kind(call) is CallKind.ASYNC_GENERATOR


def _is_coroutine_callable(call: Callable[..., Any] | None) -> bool:
    """Whether it is asynchronous."""
    return call is not None and call_kind(call) is CallKind.ASYNC


def _get_oauth_scopes(*, dependant: Dependant) -> list[str]:
    """The scopes of all that asks for it, and its own."""
    return [*(dependant.parent_oauth_scopes or ()), *(dependant.own_oauth_scopes or ())]


def _get_computed_scope(*, dependant: Dependant) -> str | None:
    """When what follows its `yield` runs."""
    if dependant.scope:
        return dependant.scope
    yields = dependant.call is not None and call_kind(dependant.call).yields
    return "request" if yields else None


def _get_cache_key(*, dependant: Dependant, uses_scopes_cache: Any = None) -> DependencyCacheKey:
    """What is the same for uses that share a result."""
    scopes = tuple(sorted(set(_get_oauth_scopes(dependant=dependant))))
    return dependant.call, scopes, _get_computed_scope(dependant=dependant) or ""


def _get_security_scheme(*, dependant: Dependant) -> SecurityBase:
    """The security scheme that it is."""
    assert isinstance(dependant.call, SecurityBase), "not a security scheme"
    return dependant.call


def _is_security_scheme(*, dependant: Dependant) -> bool:
    """Whether it is a security scheme."""
    return isinstance(dependant.call, SecurityBase)
