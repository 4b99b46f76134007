"""What all security schemes have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from xapi.encoders import jsonable_encoder
from xapi.exceptions import DeclarationError, HTTPException
from xapi.security.utils import get_authorization_scheme_param

__all__ = ["SecurityBase"]


class SecurityBase:
    """A callable that reads a credential from the request, and says so in the document.

    `model` is the Security Scheme Object (OpenAPI 3.1, section 4.8.27), of `xapi.openapi.models` or a
    dictionary; `scheme_name` its key in `components.securitySchemes`, by default the class's name. Without a
    credential it answers with `make_not_authenticated_error`, or gives None with `auto_error=False`.

    A scheme of your own sets `self.model`, and may leave `__init__` of this class alone.
    """

    scheme_name: str
    auto_error: bool = True

    def __init__(
        self,
        model: Mapping[str, Any] | None = None,
        *,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        if model is not None:
            self._described = dict(model) if description is None else {**model, "description": description}
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    @cached_property
    def model(self) -> Any:
        """The Security Scheme Object, of `xapi.openapi.models`. It may be changed, and set."""
        if (described := self.__dict__.get("_described")) is None:
            raise AttributeError(
                f"the security scheme {type(self).__name__} has no model: set self.model to a Security "
                "Scheme Object, such as xapi.openapi.models.HTTPBearer()"
            )
        from xapi.openapi.models import security_scheme

        return security_scheme(described)

    def documented(self) -> dict[str, Any]:
        """The Security Scheme Object for the document.

        Raises DeclarationError where there is none.
        """
        if "_described" in self.__dict__ and "model" not in self.__dict__:
            return dict(self._described)
        try:
            model = self.model
        except AttributeError as missing:
            raise DeclarationError(str(missing)) from missing
        return jsonable_encoder(model, exclude_none=True)  # type: ignore[no-any-return]

    def refuse(self) -> None:
        """Answer that a credential is missing, unless the scheme is optional."""
        if self.auto_error:
            raise self.make_not_authenticated_error()

    def make_authenticate_headers(self) -> dict[str, str]:
        """The challenge of the answer (RFC 9110, section 11.6.1), to be overridden."""
        return {}

    def make_not_authenticated_error(self) -> HTTPException:
        """The exception that is raised without a credential, to be overridden: 401, with the challenge."""
        headers = self.make_authenticate_headers()
        return HTTPException(HTTP_401_UNAUTHORIZED, "Not authenticated", headers=headers)


def authorization(request: HTTPConnection) -> tuple[str, str]:
    """The scheme and the credentials of the `Authorization` header; empty texts where there are none."""
    return get_authorization_scheme_param(request.headers.get("Authorization"))
