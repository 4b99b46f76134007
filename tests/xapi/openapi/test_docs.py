"""The HTML of the pages: what it loads, what it starts, and that nothing can break out of its place."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.responses import HTMLResponse

from xapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html

NASTY = "\"'><script>alert(1)</script><!--"


class Page(HTMLParser):
    """The elements of a page, as a browser sees them."""

    def __init__(self, response: HTMLResponse) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(bytes(response.body).decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and data.strip():
            self.texts.setdefault(self.elements[-1][0], []).append(data)

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [
            attributes[attribute]
            for name, attributes in self.elements
            if name == tag and attribute in attributes
        ]

    @property
    def configuration(self) -> Any:
        [script] = self.texts["script"]
        found = re.search(r"const configuration = (.*);", script)
        assert found is not None
        return json.loads(found[1])


def test_swagger_ui_shows_the_document() -> None:
    page = Page(get_swagger_ui_html(openapi_url="/openapi.json", title="Shop"))

    assert page.texts["title"] == ["Shop"]
    assert page.configuration["url"] == "/openapi.json"
    assert page.configuration["dom_id"] == "#swagger-ui"
    assert page.values("div", "id") == ["swagger-ui"]
    [script] = page.values("script", "src")
    assert script is not None
    assert script.endswith("/swagger-ui-bundle.js")
    assert "oauth2RedirectUrl" not in page.texts["script"][0]
    assert "initOAuth" not in page.texts["script"][0]


def test_swagger_ui_takes_parameters_and_oauth_settings() -> None:
    page = Page(
        get_swagger_ui_html(
            openapi_url="/o.json",
            title="Shop",
            swagger_js_url="/static/ui.js",
            swagger_css_url="/static/ui.css",
            swagger_favicon_url="/icon.png",
            oauth2_redirect_url="/docs/oauth2-redirect",
            init_oauth={"clientId": "me", "scopes": ["a", "b"]},
            swagger_ui_parameters={"deepLinking": False, "syntaxHighlight": {"theme": "obsidian"}},
        )
    )

    assert page.values("script", "src") == ["/static/ui.js"]
    assert page.values("link", "href") == ["/icon.png", "/static/ui.css"]
    assert page.configuration["deepLinking"] is False
    assert page.configuration["syntaxHighlight"] == {"theme": "obsidian"}
    assert page.configuration["layout"] == "BaseLayout"
    [script] = page.texts["script"]
    assert 'oauth2RedirectUrl = new URL("/docs/oauth2-redirect", window.location.href).href' in script
    assert 'ui.initOAuth({"clientId": "me", "scopes": ["a", "b"]});' in script


def test_redoc_shows_the_document() -> None:
    page = Page(get_redoc_html(openapi_url="/openapi.json", title="Shop"))

    assert page.texts["title"] == ["Shop"]
    assert page.values("redoc", "spec-url") == ["/openapi.json"]
    assert any("fonts.googleapis.com" in str(url) for url in page.values("link", "href"))


def test_redoc_takes_other_places_and_no_fonts() -> None:
    page = Page(
        get_redoc_html(
            openapi_url="/o.json",
            title="Shop",
            redoc_js_url="/static/redoc.js",
            redoc_favicon_url="/icon.png",
            with_google_fonts=False,
        )
    )

    assert page.values("script", "src") == ["/static/redoc.js"]
    assert page.values("link", "href") == ["/icon.png"]


@pytest.mark.parametrize(
    "response",
    [
        get_swagger_ui_html(
            openapi_url=NASTY,
            title=NASTY,
            swagger_js_url=NASTY,
            swagger_css_url=NASTY,
            swagger_favicon_url=NASTY,
            oauth2_redirect_url=NASTY,
            init_oauth={NASTY: NASTY},
            swagger_ui_parameters={NASTY: NASTY},
        ),
        get_redoc_html(openapi_url=NASTY, title=NASTY, redoc_js_url=NASTY, redoc_favicon_url=NASTY),
    ],
    ids=["swagger-ui", "redoc"],
)
def test_nothing_breaks_out_of_its_place(response: HTMLResponse) -> None:
    page, harmless = Page(response), Page(HTMLResponse(bytes(response.body).replace(NASTY.encode(), b"")))

    assert page.texts["title"] == [NASTY]
    assert NASTY in page.values("link", "href")
    assert NASTY in page.values("script", "src")
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert all("alert" not in text or text.startswith("\nconst") for text in page.texts.get("script", []))


def test_values_in_the_script_arrive_as_they_are() -> None:
    page = Page(get_swagger_ui_html(openapi_url=NASTY, title="", swagger_ui_parameters={NASTY: NASTY}))

    assert page.configuration["url"] == NASTY
    assert page.configuration[NASTY] == NASTY


def test_pages_are_the_same_each_time() -> None:
    def body() -> bytes:
        return bytes(
            get_swagger_ui_html(openapi_url="/o", title="x", swagger_ui_parameters={"b": 1, "a": 2}).body
        )

    assert body() == body()


def test_the_redirect_page_reports_to_the_window_that_opened_it() -> None:
    [script] = Page(get_swagger_ui_oauth2_redirect_html()).texts["script"]

    assert "window.opener.swaggerUIRedirectOauth2" in script
    assert "window.close()" in script
