"""API keys in a header, the query or a cookie."""

from __future__ import annotations

from typing import ClassVar

from starlette.requests import HTTPConnection

from xapi.security.base import SecurityBase

__all__ = ["APIKeyBase", "APIKeyCookie", "APIKeyHeader", "APIKeyQuery"]


class APIKeyBase(SecurityBase):
    """A key under `name` in one place of the request."""

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

    def make_authenticate_headers(self) -> dict[str, str]:
        """No scheme is registered for keys; a challenge has to name one."""
        return {"WWW-Authenticate": "APIKey"}

    def check_api_key(self, api_key: str | None) -> str | None:
        """The key; an empty one counts as none."""
        if not api_key:
            self.refuse()
        return api_key or None


class APIKeyHeader(APIKeyBase):
    """A key in the request header `name`. Of several the first counts."""

    place = "header"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.check_api_key(request.headers.get(self.name))


class APIKeyQuery(APIKeyBase):
    """A key in the query parameter `name`. Of several the last counts."""

    place = "query"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.check_api_key(request.query_params.get(self.name))


class APIKeyCookie(APIKeyBase):
    """A key in the cookie `name`. Of several the last counts."""

    place = "cookie"

    async def __call__(self, request: HTTPConnection) -> str | None:
        return self.check_api_key(request.cookies.get(self.name))
