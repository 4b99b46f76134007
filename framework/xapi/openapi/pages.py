"""The routes that serve an app's document, and the pages that show it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from xapi.openapi.assets import REDOC_JS, SWAGGER_UI_CSS, SWAGGER_UI_JS, Asset, find_assets, is_module
from xapi.openapi.served import Latest, Served


class DocumentedApp(Protocol):
    """What the pages need of the app that they are about."""

    title: str
    openapi_url: str | None
    docs_url: str | None
    redoc_url: str | None
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_init_oauth: Mapping[str, Any] | None
    swagger_ui_parameters: Mapping[str, Any] | None
    docs_assets: Any
    root_path_in_servers: bool

    def openapi(self) -> dict[str, Any]:
        """The app's document."""

    def add_route(self, path: str, route: Any, /, *, name: str, include_in_schema: bool) -> None:
        """Serve a function at a path."""


def add_pages(app: DocumentedApp) -> None:
    """Serve the document at `app.openapi_url`, and the pages at the URLs that the app names for them."""
    if not app.openapi_url:
        return
    pages = _Pages(app, app.openapi_url)
    _serve(app, app.openapi_url, pages.document, "openapi")
    if app.docs_url:
        _serve(app, app.docs_url, pages.swagger_ui, "swagger_ui_html")
        pages.swagger_ui_files = _serve_assets(app, app.docs_url, (SWAGGER_UI_JS, SWAGGER_UI_CSS))
        if app.swagger_ui_oauth2_redirect_url:
            _serve(app, app.swagger_ui_oauth2_redirect_url, pages.oauth2_redirect, "swagger_ui_redirect")
    if app.redoc_url:
        _serve(app, app.redoc_url, pages.redoc, "redoc_html")
        pages.redoc_files = _serve_assets(app, app.redoc_url, (REDOC_JS,))


def _serve(
    app: DocumentedApp, url: str, endpoint: Callable[[Request], Awaitable[Response]], name: str
) -> None:
    app.add_route(url, endpoint, name=name, include_in_schema=False)


def _serve_assets(app: DocumentedApp, page_url: str, names: tuple[str, ...]) -> dict[str, Path]:
    """Serve beside the page what it loads, and return the files; none if a CDN has them."""
    files = find_assets(app.docs_assets, names, page_url)
    for name, file in files.items():
        _serve(app, _asset_url(page_url, name), Asset(file).serve, name)
    return files


def _asset_url(page_url: str, name: str) -> str:
    return f"{page_url.rstrip('/')}/{name}"


class _Pages:
    """The endpoints. URLs in what they send begin with the `root_path` under which clients see the app."""

    def __init__(self, app: DocumentedApp, openapi_url: str) -> None:
        self.app = app
        self.openapi_url = openapi_url
        self.swagger_ui_files: dict[str, Path] = {}
        self.redoc_files: dict[str, Path] = {}
        self.latest = Latest()

    async def document(self, request: Request) -> Response:
        return Response(self.served(_root_path(request)).encoded, media_type="application/json")

    async def swagger_ui(self, request: Request) -> Response:
        from xapi.openapi.docs import get_swagger_ui_html
        from xapi.openapi.policy import origins_in, with_policy

        app, root_path = self.app, _root_path(request)
        redirect_url, assets = app.swagger_ui_oauth2_redirect_url, {}
        if self.swagger_ui_files:
            page_url = f"{root_path}{app.docs_url}"
            assets["swagger_js_url"] = _asset_url(page_url, SWAGGER_UI_JS)
            assets["swagger_css_url"] = _asset_url(page_url, SWAGGER_UI_CSS)
        page = get_swagger_ui_html(
            openapi_url=root_path + self.openapi_url,
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=root_path + redirect_url if redirect_url else None,
            init_oauth=app.swagger_ui_init_oauth,
            swagger_ui_parameters=app.swagger_ui_parameters,
            **assets,
        )
        served = self.served(root_path)
        called = [*served.called, *origins_in(app.swagger_ui_parameters)]
        return with_policy(page, called=called, images=served.images)

    async def oauth2_redirect(self, request: Request) -> Response:
        from xapi.openapi.docs import get_swagger_ui_oauth2_redirect_html
        from xapi.openapi.policy import with_policy

        return with_policy(get_swagger_ui_oauth2_redirect_html())

    async def redoc(self, request: Request) -> Response:
        from xapi.openapi.docs import Loaded, get_redoc_html, redoc_page
        from xapi.openapi.policy import with_policy

        root_path, title = _root_path(request), f"{self.app.title} - ReDoc"
        openapi_url = root_path + self.openapi_url
        if file := self.redoc_files.get(REDOC_JS):
            urls = (_asset_url(f"{root_path}{self.app.redoc_url}", REDOC_JS),)
            # A module is version 3, which has a font in it.
            loaded = Loaded(modules=urls, fonts=("data:",)) if is_module(file) else Loaded(scripts=urls)
            page = redoc_page(openapi_url, title, loaded)
        else:
            page = get_redoc_html(openapi_url=openapi_url, title=title)
        return with_policy(page, called=["'self'"], images=self.served(root_path).images)

    def served(self, root_path: str) -> Served:
        """The document as clients see it under `root_path`."""
        return self.latest.of(self.with_server(root_path))

    def with_server(self, root_path: str) -> dict[str, Any]:
        """The document, with `root_path` as its first server unless it has this one already."""
        document = self.app.openapi()
        servers = document.get("servers") or []
        if not root_path or not self.app.root_path_in_servers:
            return document
        if any(isinstance(server, Mapping) and server.get("url") == root_path for server in servers):
            return document
        return {**document, "servers": [{"url": root_path}, *servers]}


def _root_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")
