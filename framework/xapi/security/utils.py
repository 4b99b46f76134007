"""Reading the `Authorization` header."""

from __future__ import annotations

__all__ = ["get_authorization_scheme_param"]


def get_authorization_scheme_param(authorization_header_value: str | None) -> tuple[str, str]:
    """The scheme and its credentials (RFC 9110, section 11.4); empty texts where there are none."""
    scheme, _, credentials = (authorization_header_value or "").partition(" ")
    return scheme, credentials.strip()
