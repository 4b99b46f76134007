"""API keys in a header, the query or a cookie."""

from __future__ import annotations

from typing import ClassVar

from starlette.requests import HTTPConnection

from xapi.security.base import SecurityBase


class APIKeyBase(SecurityBase):
    """A key under `name` in one place of the request."""

    challenge = "APIKey"
    place: ClassVar[str]

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "apiKey", "in": self.place, "name": name}
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)
        self.name = name

    def checked(self, key: str | None) -> str | None:
        """The key; an empty one counts as none."""
        if not key:
            self.refuse()
        return key or None


class APIKeyHeader(APIKeyBase):
    """A key in the request header `name`."""

    place = "header"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.checked(request.headers.get(self.name))


class APIKeyQuery(APIKeyBase):
    """A key in the query parameter `name`."""

    place = "query"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.checked(request.query_params.get(self.name))


class APIKeyCookie(APIKeyBase):
    """A key in the cookie `name`."""

    place = "cookie"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.checked(request.cookies.get(self.name))
