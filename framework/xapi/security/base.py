"""What all security schemes have in common."""

from __future__ import annotations

from typing import Any

from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from xapi.exceptions import HTTPException
from xapi.security.utils import get_authorization_scheme_param


class SecurityBase:
    """A callable that reads a credential from the request, and says so in the document.

    `model` is the Security Scheme Object (OpenAPI 3.1, section 4.8.27); `scheme_name` its key in
    `components.securitySchemes`, by default the class's name. Without a credential it answers 401 with
    `challenge` in `WWW-Authenticate` (RFC 9110, section 11.6.1), or gives None with `auto_error=False`.
    """

    challenge: str

    def __init__(
        self,
        model: dict[str, Any],
        *,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.model = model if description is None else {**model, "description": description}
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def refuse(self) -> None:
        """Answer 401, unless the scheme is optional."""
        if self.auto_error:
            raise self.unauthorized()

    def unauthorized(self) -> HTTPException:
        """The answer 401."""
        headers = {"WWW-Authenticate": self.challenge}
        return HTTPException(HTTP_401_UNAUTHORIZED, "Not authenticated", headers=headers)


def authorization(request: HTTPConnection) -> tuple[str, str]:
    """The scheme and the credentials of the `Authorization` header; empty texts where there are none."""
    return get_authorization_scheme_param(request.headers.get("Authorization"))
