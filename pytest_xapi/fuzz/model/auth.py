"""Credentials of the fixture `xapi_auth`, and the security schemes of a document."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Credentials = Mapping[str, Any]
"""By the name of the security scheme: a token or an API key, or user name and password as a pair; or a
mapping from users to one of these."""


@dataclass(frozen=True)
class User:
    """Someone who has credentials."""

    name: str
    credentials: Mapping[str, Any]
    """By the name of the security scheme; one of each."""


class UnknownScheme(Exception):
    """Credentials are given for a scheme that the document does not have."""


def users(credentials: Credentials) -> list[User]:
    """The users of the fixture, the first of whom sends the requests; one without name if it names none."""
    names = dict.fromkeys(
        name for value in credentials.values() if isinstance(value, Mapping) for name in value
    )
    if not names:
        return [User("", credentials)]
    return [
        User(
            name,
            {
                scheme: value[name] if isinstance(value, Mapping) else value
                for scheme, value in credentials.items()
                if not isinstance(value, Mapping) or name in value
            },
        )
        for name in names
    ]


def each(credentials: Credentials) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each credential, with the keys that lead to it in the fixture: scheme, or scheme and user."""
    for scheme, value in credentials.items():
        if isinstance(value, Mapping):
            yield from (((scheme, name), credential) for name, credential in value.items())
        else:
            yield (scheme,), value


def as_sent(credential: Any) -> str:
    """A credential as it is sent; a pair by the rules of Basic (RFC 7617)."""
    return b64encode(":".join(credential).encode()).decode() if isinstance(credential, tuple) else credential


def as_sent_in_latin_1(pair: tuple[str, str]) -> str:
    """A pair as clients send it that prefer Latin-1; where that will not do, as `as_sent` has it."""
    try:
        return b64encode(":".join(pair).encode("latin-1")).decode()
    except UnicodeEncodeError:
        return as_sent(pair)


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
