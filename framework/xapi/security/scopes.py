"""The OAuth2 scopes that an operation needs (RFC 6749, section 3.3)."""

from __future__ import annotations

from collections.abc import Iterable


class SecurityScopes:
    """A parameter of this type holds the scopes that everything above it asks for, outermost first."""

    def __init__(self, scopes: Iterable[str] | None = None) -> None:
        self.scopes = list(scopes or ())
        self.scope_str = " ".join(self.scopes)
