"""OAuth2 flows (RFC 6749), with bearer tokens (RFC 6750)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel
from starlette.requests import HTTPConnection

from xapi.param_functions import Form
from xapi.params import SecurityScopes as SecurityScopes
from xapi.security.base import SecurityBase, authorization

__all__ = [
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "SecurityScopes",
]


class OAuth2(SecurityBase):
    """Any OAuth2 flows, as the OAuth Flows Object writes them (OpenAPI 3.1, section 4.8.28); an
    `xapi.openapi.models.OAuthFlows` as well.

    Gives the `Authorization` header as it is.
    """

    def __init__(
        self,
        *,
        flows: Mapping[str, Mapping[str, Any]] | BaseModel | None = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        if isinstance(flows, BaseModel):
            flows = flows.model_dump(by_alias=True, exclude_none=True)
        model = {
            "type": "oauth2",
            "flows": {name: {"scopes": {}, **flow} for name, flow in (flows or {}).items()},
        }
        super().__init__(model, scheme_name=scheme_name, description=description, auto_error=auto_error)

    def make_authenticate_headers(self) -> dict[str, str]:
        """Bearer (RFC 6750, section 3)."""
        return {"WWW-Authenticate": "Bearer"}

    async def __call__(self, request: HTTPConnection) -> str | None:
        header = request.headers.get("Authorization")
        if not header:
            self.refuse()
        return header or None


class _BearerToken(OAuth2):
    """Gives the token alone."""

    async def __call__(self, request: HTTPConnection) -> str | None:
        scheme, token = authorization(request)
        if scheme.lower() != "bearer" or not token:
            self.refuse()
            return None
        return token


class OAuth2PasswordBearer(_BearerToken):
    """A token from the password flow; `tokenUrl` is where clients log in, `scopes` maps names to texts."""

    def __init__(
        self,
        tokenUrl: str,  # noqa: N803  (OpenAPI's own spelling)
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
        refreshUrl: str | None = None,  # noqa: N803
    ) -> None:
        flow = _flow(scopes, refreshUrl, tokenUrl=tokenUrl)
        super().__init__(
            flows={"password": flow}, scheme_name=scheme_name, description=description, auto_error=auto_error
        )


class OAuth2AuthorizationCodeBearer(_BearerToken):
    """A token from the authorization code flow."""

    def __init__(
        self,
        authorizationUrl: str,  # noqa: N803  (OpenAPI's own spelling)
        tokenUrl: str,  # noqa: N803
        refreshUrl: str | None = None,  # noqa: N803
        scheme_name: str | None = None,
        scopes: Mapping[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        flow = _flow(scopes, refreshUrl, authorizationUrl=authorizationUrl, tokenUrl=tokenUrl)
        super().__init__(
            flows={"authorizationCode": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )


def _flow(scopes: Mapping[str, str] | None, refresh_url: str | None, **urls: str) -> dict[str, Any]:
    flow: dict[str, Any] = {"scopes": dict(scopes or {}), **urls}
    return flow if refresh_url is None else {**flow, "refreshUrl": refresh_url}


class OAuth2PasswordRequestForm:
    """The form that clients of the password flow send (RFC 6749, section 4.3.2), as a class dependency.

    `scopes` are the words of the field `scope`.
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra={"format": "password"})],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra={"format": "password"})] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The same where `grant_type` has to be sent, as the standard demands."""

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$")],
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra={"format": "password"})],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra={"format": "password"})] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )
