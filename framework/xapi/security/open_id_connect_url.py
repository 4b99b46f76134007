"""OpenID Connect."""

from __future__ import annotations

from xapi.security.base import SecurityBase
from xapi.security.oauth2 import OAuth2

__all__ = ["OpenIdConnect"]


class OpenIdConnect(OAuth2):
    """A token from a provider that `openIdConnectUrl` describes (OpenID Connect Discovery 1.0).

    Gives the `Authorization` header as it is.
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: str,  # noqa: N803  (OpenAPI's own spelling)
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        model = {"type": "openIdConnect", "openIdConnectUrl": openIdConnectUrl}
        SecurityBase.__init__(
            self, model, scheme_name=scheme_name, description=description, auto_error=auto_error
        )
