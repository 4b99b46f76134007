"""Credentials of the fixture `xapi_auth`, and the security schemes of a document."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Credentials = Mapping[str, Any]
"""By the name of the security scheme: a token or an API key, or user name and password as a pair."""


class UnknownScheme(Exception):
    """Credentials are given for a scheme that the document does not have."""


def with_bearer_tokens(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document in which the schemes whose credential is a bearer token in the end say so.

    That credentials are asked for is checked only where it is known how they are sent. OAuth 2.0 and OpenID
    Connect send a bearer token (RFC 6750).
    """
    copy = deepcopy(dict(document))
    schemes = _schemes(copy)
    for name, scheme in schemes.items():
        if scheme.get("type") in ("oauth2", "openIdConnect"):
            schemes[name] = {"type": "http", "scheme": "bearer"}
    return copy


def settings(credentials: Credentials, document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The credentials as settings of Schemathesis (`[auth.openapi.NAME]`), for a document with bearer tokens.

    Raises:
        UnknownScheme: the document has no scheme of that name.
    """
    schemes = _schemes(document)
    found = {}
    for name, credential in credentials.items():
        if name not in schemes:
            known = ", ".join(f"`{scheme}`" for scheme in schemes) or "none"
            raise UnknownScheme(
                f"the fixture `xapi_auth` gives credentials for a security scheme `{name}`; "
                f"the document has {known}"
            )
        found[name] = _setting(credential, schemes[name])
    return found


def _setting(credential: Any, scheme: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(credential, tuple):
        return {"username": credential[0], "password": credential[1]}
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return {"bearer": credential}
    return {"api_key": credential}


def _schemes(document: Mapping[str, Any]) -> dict[str, Any]:
    schemes: dict[str, Any] = document.get("components", {}).get("securitySchemes", {})
    return schemes
