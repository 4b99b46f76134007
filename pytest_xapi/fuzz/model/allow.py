"""The methods of a resource that `Allow` names (RFC 9110, section 10.2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_xapi.fuzz.model.wire import WireResponse

_IMPLICIT = frozenset({"OPTIONS", "HEAD", "TRACE", "CONNECT"})
"""What servers answer by themselves: `Allow` may name it or not, whatever the document says."""


def named(answer: WireResponse) -> frozenset[str]:
    """The methods that an answer names, but for those that servers answer by themselves."""
    return explicit(name.strip().upper() for name in (answer.header("allow") or "").split(","))


def explicit(methods: Iterable[str]) -> frozenset[str]:
    """Methods, but for those that servers answer by themselves."""
    return frozenset(methods) - _IMPLICIT - {""}
