"""The document and its pages as an app serves them."""

from __future__ import annotations

import math
from typing import Annotated, Any

import pytest

from xapi import XAPI, Depends, Query
from xapi.security import OAuth2AuthorizationCodeBearer
from xapi.testclient import TestClient


def shop(**keywords: Any) -> XAPI:
    app = XAPI(title="Shop", **keywords)

    @app.get("/items")
    def list_items() -> list[str]: ...

    return app


def paths(app: XAPI) -> list[str]:
    """The paths that are served, without the scripts and styles of the pages."""
    served = [getattr(route, "path", "") for route in app.routes]
    return [path for path in served if not path.endswith((".js", ".css"))]


def test_document_and_pages_are_served() -> None:
    with TestClient(shop()) as client:
        document = client.get("/openapi.json")
        swagger_ui, redoc = client.get("/docs"), client.get("/redoc")
        redirect = client.get("/docs/oauth2-redirect")

    assert document.headers["content-type"] == "application/json"
    assert document.json()["openapi"] == "3.1.0"
    assert list(document.json()["paths"]) == ["/items"]
    assert "<title>Shop - Swagger UI</title>" in swagger_ui.text
    assert '"url": "/openapi.json"' in swagger_ui.text
    assert 'new URL("/docs/oauth2-redirect"' in swagger_ui.text
    assert "<title>Shop - ReDoc</title>" in redoc.text
    assert 'spec-url="/openapi.json"' in redoc.text
    assert "swaggerUIRedirectOauth2" in redirect.text
    for response in (swagger_ui, redoc, redirect):
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_the_urls_can_be_moved() -> None:
    app = shop(
        openapi_url="/api/o.json",
        docs_url="/ui",
        redoc_url="/re",
        swagger_ui_oauth2_redirect_url="/ui/back",
        swagger_ui_parameters={"deepLinking": False},
        swagger_ui_init_oauth={"clientId": "me"},
    )
    with TestClient(app) as client:
        assert client.get("/api/o.json").json()["info"]["title"] == "Shop"
        page = client.get("/ui").text
        assert 'spec-url="/api/o.json"' in client.get("/re").text
        assert client.get("/ui/back").status_code == 200
        assert client.get("/docs").status_code == 404

    assert '"url": "/api/o.json"' in page
    assert 'new URL("/ui/back"' in page
    assert '"deepLinking": false' in page
    assert 'initOAuth({"clientId": "me"})' in page


@pytest.mark.parametrize(
    ("keywords", "served"),
    [
        ({"openapi_url": None}, ["/items"]),
        ({"openapi_url": ""}, ["/items"]),
        ({"docs_url": None}, ["/openapi.json", "/redoc", "/items"]),
        ({"redoc_url": None}, ["/openapi.json", "/docs", "/docs/oauth2-redirect", "/items"]),
        ({"swagger_ui_oauth2_redirect_url": None}, ["/openapi.json", "/docs", "/redoc", "/items"]),
    ],
)
def test_the_urls_can_be_switched_off(keywords: dict[str, Any], served: list[str]) -> None:
    assert paths(shop(**keywords)) == served


def test_a_page_without_redirect_page_names_none() -> None:
    with TestClient(shop(swagger_ui_oauth2_redirect_url=None)) as client:
        assert "oauth2RedirectUrl" not in client.get("/docs").text


def test_everything_is_seen_under_the_root_path() -> None:
    with TestClient(shop(root_path="/api/v1", servers=[{"url": "https://example.com"}])) as client:
        for prefix in ("", "/api/v1"):
            assert client.get(f"{prefix}/openapi.json").json()["servers"] == [
                {"url": "/api/v1"},
                {"url": "https://example.com"},
            ]
            page = client.get(f"{prefix}/docs").text
            assert '"url": "/api/v1/openapi.json"' in page
            assert 'new URL("/api/v1/docs/oauth2-redirect"' in page
            assert 'spec-url="/api/v1/openapi.json"' in client.get(f"{prefix}/redoc").text


def test_the_root_path_is_added_once_and_can_be_left_out() -> None:
    with TestClient(shop(root_path="/p", servers=[{"url": "/q"}, {"url": "/p"}])) as client:
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/q"}, {"url": "/p"}]
    with TestClient(shop(root_path="/p", root_path_in_servers=False)) as client:
        assert "servers" not in client.get("/openapi.json").json()


def test_the_root_path_stays_out_of_the_apps_own_document() -> None:
    app = shop(root_path="/p")
    with TestClient(app) as client:
        client.get("/openapi.json")

    assert "servers" not in app.openapi()


def test_a_mounted_app_serves_its_own_document_under_its_prefix() -> None:
    app = XAPI()
    app.mount("/sub", shop())
    with TestClient(app) as client:
        assert list(client.get("/openapi.json").json()["paths"]) == []
        document = client.get("/sub/openapi.json").json()
        page = client.get("/sub/docs").text

    assert list(document["paths"]) == ["/items"]
    assert document["servers"] == [{"url": "/sub"}]
    assert '"url": "/sub/openapi.json"' in page


def test_the_document_can_be_replaced() -> None:
    app = shop()
    app.openapi = lambda: {"openapi": "3.1.0", "info": {"title": "Mine", "version": "1"}}  # type: ignore[method-assign]
    with TestClient(app) as client:
        assert client.get("/openapi.json").json()["info"]["title"] == "Mine"


def test_a_changed_document_is_served_changed() -> None:
    app = shop()
    with TestClient(app) as client:
        assert "x-logo" not in client.get("/openapi.json").json()["info"]
        app.openapi()["info"]["x-logo"] = {"url": "/logo.png"}
        assert client.get("/openapi.json").json()["info"]["x-logo"] == {"url": "/logo.png"}


def test_text_is_served_as_it_is() -> None:
    with TestClient(shop(summary="Süß </script>")) as client:
        response = client.get("/openapi.json")

    assert response.json()["info"]["summary"] == "Süß </script>"
    assert "Süß" in response.text


TEXTS = {
    "lone surrogate": ("\ud800", "?"),
    "end of a script": ("</script><script>alert(1)</script>", "</script><script>alert(1)</script>"),
    "end of a title": ("</title><img src=x onerror=alert(1)>", "</title><img src=x onerror=alert(1)>"),
    "controls": ("\x00\x1b[2J\r\n\x85\u2028", "\x00\x1b[2J\r\n\x85\u2028"),
    "quotes": ("\"'`&lt;", "\"'`&lt;"),
    "not on the first plane": ("\U0001f600", "\U0001f600"),
}


@pytest.mark.parametrize(("text", "served"), TEXTS.values(), ids=list(TEXTS))
def test_any_text_can_stand_in_the_document_and_its_pages(text: str, served: str) -> None:
    app = XAPI(
        title=text,
        summary=text,
        description=text,
        version=text,
        terms_of_service=text,
        contact={"name": text, "url": text},
        openapi_tags=[{"name": text, "description": text}],
        servers=[{"url": f"https://{text}"}],
        swagger_ui_parameters={text: text},
        swagger_ui_init_oauth={"clientId": text},
    )
    callback = Depends(OAuth2AuthorizationCodeBearer(text, text, text, scopes={text: text}))

    @app.get("/x", summary=text, tags=[text], dependencies=[callback], response_description=text)
    def read(q: Annotated[str, Query(title=text, examples=[text])] = text) -> None: ...

    with TestClient(app) as client:
        document = client.get("/openapi.json").json()
        pages = [client.get(url) for url in ("/docs", "/redoc", "/docs/oauth2-redirect")]
    assert document["info"]["title"] == served
    assert document["paths"]["/x"]["get"]["parameters"][0]["schema"]["examples"] == [served]
    for page in pages:
        assert page.status_code == 200
        assert page.headers["content-security-policy"].isascii()
        assert page.headers["content-security-policy"].isprintable()
        assert "<script>alert" not in page.text
        assert "<img" not in page.text


def test_numbers_that_json_does_not_have_are_null() -> None:
    app = XAPI()

    @app.get("/x", openapi_extra={"x-most": math.inf})
    def read(q: Annotated[float, Query(examples=[math.nan, 1.5])]) -> None: ...

    with TestClient(app) as client:
        operation = client.get("/openapi.json").json()["paths"]["/x"]["get"]
    assert operation["x-most"] is None
    assert operation["parameters"][0]["schema"]["examples"] == [None, 1.5]


def test_only_get_and_head_are_answered() -> None:
    with TestClient(shop()) as client:
        assert client.head("/openapi.json").status_code == 200
        assert client.post("/openapi.json").status_code == 405
