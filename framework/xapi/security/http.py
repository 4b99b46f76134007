"""HTTP authentication: Basic, Bearer and Digest."""

from __future__ import annotations

import base64
import binascii

from pydantic import BaseModel
from starlette.requests import HTTPConnection

from xapi.security.base import SecurityBase, authorization

__all__ = [
    "HTTPAuthorizationCredentials",
    "HTTPBase",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
]


class HTTPBasicCredentials(BaseModel):
    """A name and a password. Compare them with `secrets.compare_digest`."""

    username: str
    password: str


class HTTPAuthorizationCredentials(BaseModel):
    """The two parts of an `Authorization` header."""

    scheme: str
    credentials: str


class HTTPBase(SecurityBase):
    """The `Authorization` header (RFC 9110, section 11.4), for schemes of your own.

    `scheme` is what is documented, and what the client is asked for. Which one it has sent is among the
    credentials, for the app to compare; the classes for a scheme take no other.
    """

    def __init__(
        self,
        *,
        scheme: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "http", "scheme": scheme}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.scheme = scheme

    def make_authenticate_headers(self) -> dict[str, str]:
        """The scheme."""
        return {"WWW-Authenticate": self.scheme.title()}

    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        scheme, credentials = authorization(request)
        if not scheme or not credentials or not self.accepts(scheme):
            self.refuse()
            return None
        return HTTPAuthorizationCredentials(scheme=scheme, credentials=credentials)

    def accepts(self, scheme: str) -> bool:
        """Whether credentials of this scheme are handed on."""
        return True


class _HTTPScheme(HTTPBase):
    """One scheme and no other; letter case does not matter (RFC 9110, section 11.1)."""

    def accepts(self, scheme: str) -> bool:
        return scheme.lower() == self.scheme


class HTTPBearer(_HTTPScheme):
    """A bearer token (RFC 6750). `bearerFormat` hints at its form in the document."""

    def __init__(
        self,
        *,
        bearerFormat: str | None = None,  # noqa: N803  (OpenAPI's own spelling)
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="bearer", scheme_name=scheme_name, description=description, auto_error=auto_error
        )
        if bearerFormat is not None:
            self._described["bearerFormat"] = bearerFormat


class HTTPDigest(_HTTPScheme):
    """The Digest scheme (RFC 7616). The credentials are handed on as they are; checking them is the app's."""

    def __init__(
        self, *, scheme_name: str | None = None, description: str | None = None, auto_error: bool = True
    ) -> None:
        super().__init__(
            scheme="digest", scheme_name=scheme_name, description=description, auto_error=auto_error
        )


class HTTPBasic(_HTTPScheme):
    """A name and a password (RFC 7617), in UTF-8. `realm` is told to the client.

    What is not a name and password is answered with 401 even with `auto_error=False`.
    """

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        realm: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="basic", scheme_name=scheme_name, description=description, auto_error=auto_error
        )
        self.realm = realm

    def make_authenticate_headers(self) -> dict[str, str]:
        """The scheme and the realm."""
        if self.realm is None:
            return super().make_authenticate_headers()
        escaped = self.realm.replace("\\", "\\\\").replace('"', '\\"')
        return {"WWW-Authenticate": f'Basic realm="{escaped}"'}

    async def __call__(  # type: ignore[override]
        self, request: HTTPConnection
    ) -> HTTPBasicCredentials | None:
        scheme, encoded = authorization(request)
        if scheme.lower() != "basic":
            self.refuse()
            return None
        # More padding than is needed counts for nothing; from Python 3.13 on it would be an error.
        digits = len(encoded.rstrip("="))
        encoded = encoded[: digits + -digits % 4]
        try:
            username, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise self.make_not_authenticated_error() from None
        if not colon:
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username=username, password=password)
