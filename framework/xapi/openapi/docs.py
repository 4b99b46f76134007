"""The pages that show a document: Swagger UI, its OAuth2 redirect page, and ReDoc.

Scripts and styles come from a CDN unless other URLs are given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

from xapi.encoders import jsonable_encoder

_SWAGGER_UI = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5"
_REDOC = "https://cdn.jsdelivr.net/npm/redoc@2"
_NO_FAVICON = "data:,"

swagger_ui_default_parameters: dict[str, Any] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}
"""What Swagger UI is started with, unless `swagger_ui_parameters` say otherwise."""


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
) -> HTMLResponse:
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
    return _page(
        title,
        swagger_favicon_url,
        head=f'<link rel="stylesheet" href="{escape(swagger_css_url)}">',
        body='<div id="swagger-ui"></div>\n'
        f'<script src="{escape(swagger_js_url)}"></script>\n{_script(lines)}',
    )


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str = f"{_REDOC}/bundles/redoc.standalone.js",
    redoc_favicon_url: str = _NO_FAVICON,
    with_google_fonts: bool = True,
) -> HTMLResponse:
    """A page with ReDoc for the document at `openapi_url`."""
    fonts = "https://fonts.googleapis.com/css?family=Montserrat:300,400,700|Roboto:300,400,700"
    return _page(
        title,
        redoc_favicon_url,
        head=f'<link rel="stylesheet" href="{escape(fonts)}">' if with_google_fonts else "",
        body="<noscript>ReDoc needs JavaScript.</noscript>\n"
        f'<redoc spec-url="{escape(openapi_url)}"></redoc>\n<script src="{escape(redoc_js_url)}"></script>',
        style="body { margin: 0; padding: 0; }",
    )


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """The page that an authorization server sends users back to (RFC 6749, section 3.1.2).

    It hands what the server said to the Swagger UI that opened it, and closes.
    """
    return _page("OAuth2 redirect", _NO_FAVICON, head="", body=_script(_REDIRECT.strip().splitlines()))


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


def _page(title: str, favicon_url: str, *, head: str, body: str, style: str = "") -> HTMLResponse:
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f'<link rel="icon" href="{escape(favicon_url)}">',
        head,
        f"<style>{style}</style>" if style else "",
        "</head>",
        "<body>",
        body,
        "</body>",
        "</html>",
    ]
    return HTMLResponse("\n".join(part for part in parts if part) + "\n")


def _script(lines: list[str]) -> str:
    return "\n".join(["<script>", *lines, "</script>"])


def _in_script(value: Any) -> str:
    """A value as JSON that can stand in a script element: nothing in it can end the element."""
    text = json.dumps(jsonable_encoder(value))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
