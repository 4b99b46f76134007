"""The pages that show a document: Swagger UI, its OAuth2 redirect page, and ReDoc.

Scripts and styles come from a CDN unless other URLs are given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

from xapi.encoders import jsonable_encoder

__all__ = [
    "get_redoc_html",
    "get_swagger_ui_html",
    "get_swagger_ui_oauth2_redirect_html",
    "swagger_ui_default_parameters",
]

_SWAGGER_UI = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5"
_REDOC = "https://cdn.jsdelivr.net/npm/redoc@2"
_REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_FONTS = "https://fonts.gstatic.com"
_FONT_STYLES = "https://fonts.googleapis.com/css?family=Montserrat:300,400,700|Roboto:300,400,700"
_NO_FAVICON = "data:,"

swagger_ui_default_parameters: dict[str, Any] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}
"""What Swagger UI is started with, unless `swagger_ui_parameters` say otherwise."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a page loads and runs: its content security policy has to allow this."""

    scripts: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    inline_scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    makes_styles: bool = False
    """Whether scripts or texts of the page put style elements and attributes into it."""
    images: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()


class DocumentationPage(HTMLResponse):
    """A page that shows a document, and what it loads."""

    def __init__(
        self, title: str, favicon_url: str, loaded: Loaded, *, body: str = "", style: str = ""
    ) -> None:
        self.loaded = loaded
        parts = [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f'<link rel="icon" href="{escape(favicon_url)}">',
            *(f'<link rel="stylesheet" href="{escape(url)}">' for url in loaded.styles),
            f"<style>{style}</style>" if style else "",
            "</head>",
            "<body>",
            body,
            *(f'<script src="{escape(url)}"></script>' for url in loaded.scripts),
            *(f'<script type="module" src="{escape(url)}"></script>' for url in loaded.modules),
            *(f"<script>{script}</script>" for script in loaded.inline_scripts),
            "</body>",
            "</html>",
        ]
        super().__init__("\n".join(part for part in parts if part) + "\n")

    def render(self, content: Any) -> bytes:
        """The page in UTF-8. Lone surrogates, which it does not have, become question marks."""
        return str(content).encode("utf-8", "replace")


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str = f"{_SWAGGER_UI}/swagger-ui-bundle.js",
    swagger_css_url: str = f"{_SWAGGER_UI}/swagger-ui.css",
    swagger_favicon_url: str = _NO_FAVICON,
    oauth2_redirect_url: str | None = None,
    init_oauth: Mapping[str, Any] | None = None,
    swagger_ui_parameters: Mapping[str, Any] | None = None,
) -> DocumentationPage:
    """A page with Swagger UI for the document at `openapi_url`.

    `oauth2_redirect_url` is where `get_swagger_ui_oauth2_redirect_html` is served; `init_oauth` goes to
    Swagger UI's `initOAuth`, and `swagger_ui_parameters` are added to its configuration.
    """
    configuration = {"url": openapi_url, **swagger_ui_default_parameters, **(swagger_ui_parameters or {})}
    lines = [
        f"const configuration = {_in_script(configuration)};",
        "configuration.presets = [SwaggerUIBundle.presets.apis];",
    ]
    if oauth2_redirect_url:
        # Swagger UI hands it to the authorization server, so it has to be absolute.
        redirect = f"new URL({_in_script(oauth2_redirect_url)}, window.location.href).href"
        lines.append(f"configuration.oauth2RedirectUrl = {redirect};")
    lines.append("const ui = SwaggerUIBundle(configuration);")
    if init_oauth:
        lines.append(f"ui.initOAuth({_in_script(init_oauth)});")
    loaded = Loaded(
        scripts=(swagger_js_url,),
        inline_scripts=(_script(lines),),
        styles=(swagger_css_url,),
        makes_styles=True,
        images=("data:", swagger_favicon_url),
    )
    return DocumentationPage(title, swagger_favicon_url, loaded, body='<div id="swagger-ui"></div>')


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str = f"{_REDOC}/bundles/redoc.standalone.js",
    redoc_favicon_url: str = _NO_FAVICON,
    with_google_fonts: bool = True,
) -> DocumentationPage:
    """A page with ReDoc for the document at `openapi_url`."""
    loaded = Loaded(
        scripts=(redoc_js_url,),
        styles=(_FONT_STYLES,) if with_google_fonts else (),
        fonts=(_FONTS,) if with_google_fonts else (),
        images=(_REDOC_LOGO,),
    )
    return redoc_page(openapi_url, title, loaded, favicon_url=redoc_favicon_url)


def redoc_page(
    openapi_url: str, title: str, loaded: Loaded, *, favicon_url: str = _NO_FAVICON
) -> DocumentationPage:
    """A page with the ReDoc that is among the scripts or modules of `loaded`."""
    loaded = replace(
        loaded, makes_styles=True, images=("data:", favicon_url, *loaded.images), workers=("blob:",)
    )
    # Version 3 reports how it is used unless it is told not to.
    redoc = f'<redoc spec-url="{escape(openapi_url)}" disable-telemetry="true"></redoc>'
    return DocumentationPage(
        title,
        favicon_url,
        loaded,
        body=f"<noscript>ReDoc needs JavaScript.</noscript>\n{redoc}",
        style="body { margin: 0; padding: 0; }",
    )


def get_swagger_ui_oauth2_redirect_html() -> DocumentationPage:
    """The page that an authorization server sends users back to (RFC 6749, section 3.1.2).

    It hands what the server said to the Swagger UI that opened it, and closes.
    """
    loaded = Loaded(inline_scripts=(_script(_REDIRECT.strip().splitlines()),), images=(_NO_FAVICON,))
    return DocumentationPage("OAuth2 redirect", _NO_FAVICON, loaded)


# The contract of `swaggerUIRedirectOauth2`, which Swagger UI leaves in the window that opens this page.
_REDIRECT = """
const request = window.opener.swaggerUIRedirectOauth2;
const given = window.location.hash.length > 1 ? window.location.hash : window.location.search;
const answer = Object.fromEntries(new URLSearchParams(given.slice(1)));
const isValid = answer.state === request.state;
const tell = (level, message) => request.errCb({authId: request.auth.name, source: "auth", level, message});
const flow = request.auth.schema.get("flow");
const wantsCode = ["accessCode", "authorizationCode", "authorization_code"].includes(flow);

if (wantsCode && !request.auth.code) {
  if (!isValid) {
    tell("warning", "The state in the answer is not the one that was sent: the answer may be forged.");
  }
  if (answer.code) {
    delete request.state;
    request.auth.code = answer.code;
    request.callback({auth: request.auth, redirectUrl: request.redirectUrl});
  } else if (answer.error) {
    tell("error", [answer.error, answer.error_description, answer.error_uri].filter(Boolean).join(": "));
  } else {
    tell("error", "The authorization server sent no code.");
  }
} else {
  request.callback({auth: request.auth, token: answer, isValid, redirectUrl: request.redirectUrl});
}
window.close();
"""


def _script(lines: list[str]) -> str:
    return "\n".join(["", *lines, ""])


def _in_script(value: Any) -> str:
    """A value as JSON that can stand in a script element: nothing in it can end the element."""
    text = json.dumps(jsonable_encoder(value))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
