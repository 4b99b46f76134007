"""The routes that serve an app's document, and the pages that show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from xapi.applications import XAPI


def add_pages(app: XAPI) -> None:
    """Serve the document at `app.openapi_url`, and the pages at the URLs that the app names for them."""
    if not app.openapi_url:
        return
    pages = _Pages(app, app.openapi_url)
    app.add_route(app.openapi_url, pages.document, name="openapi", include_in_schema=False)
    if app.docs_url:
        app.add_route(app.docs_url, pages.swagger_ui, name="swagger_ui_html", include_in_schema=False)
        if redirect_url := app.swagger_ui_oauth2_redirect_url:
            app.add_route(
                redirect_url, pages.oauth2_redirect, name="swagger_ui_redirect", include_in_schema=False
            )
    if app.redoc_url:
        app.add_route(app.redoc_url, pages.redoc, name="redoc_html", include_in_schema=False)


class _Pages:
    """The endpoints. URLs in what they send begin with the `root_path` under which clients see the app."""

    def __init__(self, app: XAPI, openapi_url: str) -> None:
        self.app = app
        self.openapi_url = openapi_url
        self.served: tuple[dict[str, Any], bytes] | None = None

    async def document(self, request: Request) -> Response:
        return Response(self.encoded(self.with_server(_root_path(request))), media_type="application/json")

    async def swagger_ui(self, request: Request) -> HTMLResponse:
        from xapi.openapi.docs import get_swagger_ui_html

        root_path, redirect_url = _root_path(request), self.app.swagger_ui_oauth2_redirect_url
        return get_swagger_ui_html(
            openapi_url=root_path + self.openapi_url,
            title=f"{self.app.title} - Swagger UI",
            oauth2_redirect_url=root_path + redirect_url if redirect_url else None,
            init_oauth=self.app.swagger_ui_init_oauth,
            swagger_ui_parameters=self.app.swagger_ui_parameters,
        )

    async def oauth2_redirect(self, request: Request) -> HTMLResponse:
        from xapi.openapi.docs import get_swagger_ui_oauth2_redirect_html

        return get_swagger_ui_oauth2_redirect_html()

    async def redoc(self, request: Request) -> HTMLResponse:
        from xapi.openapi.docs import get_redoc_html

        return get_redoc_html(
            openapi_url=_root_path(request) + self.openapi_url, title=f"{self.app.title} - ReDoc"
        )

    def with_server(self, root_path: str) -> dict[str, Any]:
        """The document, with `root_path` as its first server unless it has this one already."""
        document = self.app.openapi()
        servers = document.get("servers", [])
        if not root_path or not self.app.root_path_in_servers:
            return document
        if any(server.get("url") == root_path for server in servers):
            return document
        return {**document, "servers": [{"url": root_path}, *servers]}

    def encoded(self, document: dict[str, Any]) -> bytes:
        """The document as JSON; the last text is used again as long as the document stays the same."""
        if self.served is None or self.served[0] != document:
            text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            self.served = json.loads(text), text.encode()
        return self.served[1]


def _root_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")
