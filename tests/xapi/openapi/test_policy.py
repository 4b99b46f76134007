"""What the pages are allowed to load and call."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from httpx import Response

from xapi import XAPI, Depends
from xapi.security import OAuth2AuthorizationCodeBearer, OpenIdConnect
from xapi.testclient import TestClient

SWAGGER_UI_CDN = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5"


def get(app: XAPI, url: str) -> Response:
    with TestClient(app) as client:
        response = client.get(url)
    assert response.status_code == 200
    return response


def policy_of(app: XAPI, url: str = "/docs") -> dict[str, set[str]]:
    header = get(app, url).headers["content-security-policy"]
    directives = [directive.split() for directive in header.split("; ")]
    return {name: set(sources) for name, *sources in directives}


def hashes_of_scripts(page: str) -> set[str]:
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts}


def test_swagger_ui_runs_its_own_scripts_only() -> None:
    app = XAPI()

    assert policy_of(app) == {
        "default-src": {"'none'"},
        "script-src": {"'self'", *hashes_of_scripts(get(app, "/docs").text)},
        "style-src": {"'self'", "'unsafe-inline'"},
        "img-src": {"data:"},
        "connect-src": {"'self'"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
        "frame-ancestors": {"'self'"},
    }


def test_redoc_runs_no_inline_script() -> None:
    policy = policy_of(XAPI(), "/redoc")

    assert policy["script-src"] == {"'self'"}
    assert policy["worker-src"] == {"blob:"}
    assert policy["connect-src"] == {"'self'"}
    assert "font-src" not in policy


def test_the_redirect_page_runs_its_script_and_loads_nothing() -> None:
    app = XAPI()
    policy = policy_of(app, "/docs/oauth2-redirect")

    assert policy["script-src"] == hashes_of_scripts(get(app, "/docs/oauth2-redirect").text)
    assert len(policy["script-src"]) == 1
    assert not policy.keys() & {"connect-src", "style-src"}


@pytest.mark.usefixtures("nothing_installed")
def test_from_the_cdn_the_files_are_allowed_and_nothing_beside_them() -> None:
    app = XAPI()
    swagger_ui, redoc = policy_of(app), policy_of(app, "/redoc")

    inline = hashes_of_scripts(get(app, "/docs").text)
    assert swagger_ui["script-src"] == {f"{SWAGGER_UI_CDN}/swagger-ui-bundle.js", *inline}
    assert swagger_ui["style-src"] == {f"{SWAGGER_UI_CDN}/swagger-ui.css", "'unsafe-inline'"}
    assert redoc["script-src"] == {"https://cdn.jsdelivr.net/npm/redoc@2/bundles/redoc.standalone.js"}
    assert redoc["style-src"] == {"https://fonts.googleapis.com/css", "'unsafe-inline'"}
    assert redoc["font-src"] == {"https://fonts.gstatic.com"}
    assert redoc["img-src"] == {"data:", "https://cdn.redoc.ly/redoc/logo-mini.svg"}


@pytest.mark.parametrize(
    ("server", "sources"),
    [
        ({"url": "/v1"}, set()),
        ({"url": "https://api.example.com/v1"}, {"https://api.example.com"}),
        ({"url": "http://localhost:8080"}, {"http://localhost:8080"}),
        (
            {"url": "https://example.com/{base}", "variables": {"base": {"default": "v1"}}},
            {"https://example.com"},
        ),
        (
            {
                "url": "https://{place}.example.com",
                "variables": {"place": {"default": "eu", "enum": ["eu", "us"]}},
            },
            {"https://eu.example.com", "https://us.example.com"},
        ),
        ({"url": "https://{name}.example.com", "variables": {"name": {"default": "a"}}}, {"https:"}),
        (
            {"url": "{where}/v1", "variables": {"where": {"default": "https://a.example"}}},
            {"http:", "https:"},
        ),
        ({"url": "https://a.example;script-src *"}, set()),
        ({"url": "https://[your-host]/v1"}, set()),
        ({"url": "https://a.example:port"}, set()),
        ({"url": "https://a.example:99999999"}, set()),
        ({"url": "https://*"}, set()),
        ({"url": "https://a\x00b"}, set()),
        ({"url": "https://\ud800.example"}, set()),
        ({"url": "https://" + "a" * 10_000}, set()),
        ({"url": "1http://a.example"}, set()),
        ({"url": "https://name:secret@a.example/v1"}, {"https://a.example"}),
        ({"url": "HTTPS://A.example:8443?x#y"}, {"https://a.example:8443"}),
        ({"url": "https://b\xfccher.example"}, {"https://xn--bcher-kva.example"}),
        ({"url": "https://\u4f8b\u3048.jp/v1"}, {"https://xn--r8jz45g.jp"}),
        ({"url": "http://[::1]:8080/v1"}, {"http:"}),
        ({"url": "http://my_service:8000"}, {"http://my_service:8000"}),
        (
            {
                "url": "https://{place}.example.com",
                "variables": {"place": {"default": "eu", "enum": ["eu", "a b", "\ud800", "x;y", "\xfc"]}},
            },
            {"https://eu.example.com", "https://xn--tda.example.com"},
        ),
        ({"url": "https://{a}.example.com", "variables": ["a"]}, {"https:"}),
        ({"url": "https://{a}.example.com", "variables": {"a": {"enum": 3}}}, {"https:"}),
        ({"url": None}, {"'self'"}),
    ],
)
def test_swagger_ui_may_call_the_servers_of_the_document(server: dict[str, Any], sources: set[str]) -> None:
    app = XAPI(servers=[server])

    assert policy_of(app)["connect-src"] == {"'self'", *sources}
    assert policy_of(app, "/redoc")["connect-src"] == {"'self'"}


@pytest.mark.parametrize("servers", ["https://a.example", ["https://a.example"], {"url": "/"}, None])
def test_servers_that_are_none_do_not_break_the_page(servers: Any) -> None:
    app = XAPI()
    app.openapi()["servers"] = servers

    assert policy_of(app)["connect-src"] == {"'self'"}


def test_swagger_ui_may_call_the_servers_of_an_operation() -> None:
    app = XAPI()

    @app.get("/files", openapi_extra={"servers": [{"url": "https://files.example.com"}]})
    def files() -> None: ...

    assert policy_of(app)["connect-src"] == {"'self'", "https://files.example.com"}


def test_swagger_ui_may_call_where_tokens_come_from() -> None:
    code = OAuth2AuthorizationCodeBearer(
        authorizationUrl="https://login.example.com/authorize",
        tokenUrl="https://login.example.com/token",
        refreshUrl="https://refresh.example.com/token",
    )
    settings = OpenIdConnect(openIdConnectUrl="https://id.example.com/.well-known/openid-configuration")
    app = XAPI(dependencies=[Depends(code), Depends(settings)])

    @app.get("/")
    def read() -> None: ...

    assert policy_of(app)["connect-src"] == {
        "'self'",
        "https://login.example.com",
        "https://refresh.example.com",
        "https://id.example.com",
    }


def test_swagger_ui_may_call_what_its_parameters_name() -> None:
    urls = [{"url": "https://a.example.com/o.json", "name": "a"}, {"url": "/b.json", "name": "b"}]

    assert policy_of(XAPI(swagger_ui_parameters={"urls": urls}))["connect-src"] == {
        "'self'",
        "https://a.example.com",
    }


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_images_in_texts_are_shown(page: str) -> None:
    app = XAPI(
        description="![Build](https://img.example.com/build.svg) <img alt='' src='https://b.example.com/x.png'>",
        openapi_tags=[
            {"name": "a", "description": "![here](/static/logo.png) [no image](https://c.example.com)"}
        ],
    )

    assert policy_of(app, page)["img-src"] == {
        "data:",
        "'self'",
        "https://img.example.com",
        "https://b.example.com",
    }


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("![logo](https://[your-host]/x.png)", None),
        ("![logo](https://a.example:port/x.png)", None),
        ("<img src=https://a\x00b/x.png>", None),
        ("![logo](https://a.example\\@b.example/x.png)", "https://a.example"),
        ("![logo](https://\u4f8b\u3048.jp/x.png)", "https://xn--r8jz45g.jp"),
        ("![logo](https://a.example/%zz;,)", "https://a.example"),
        ("![a [b] c](<https://a.example/x.png> 'title')", "https://a.example"),
        ("[![badge](https://a.example/x.svg)](https://link.example)", "https://a.example"),
        (r"\![no image](https://a.example/x.png)", None),
        ("<IMG alt=\"a > b\"\nsrc = 'https://a.example/?b&amp;c'/>", "https://a.example"),
        ("<imgx src='https://a.example'>", None),
        ("<img data-src='https://a.example'>", None),
        ("![logo](//a.example/x.png)", "a.example"),
        ("![logo](data:image/png;base64,AA//==)", "data:"),
    ],
)
def test_of_the_images_in_texts_the_origin_is_allowed(text: str, source: str | None) -> None:
    app = XAPI(description=text)

    assert policy_of(app)["img-src"] - {"data:"} == {source or "data:"} - {"data:"}


@pytest.mark.parametrize("piece", ["<img ", "![", '<img a="', "![x](", "<img src = ", "](\n", "<img a b "])
def test_a_long_text_is_read_in_one_pass(piece: str) -> None:
    # Reading that looks back takes hours for this; the time limit of the run ends it.
    assert "data:" in policy_of(XAPI(description=piece * (400_000 // len(piece))))["img-src"]


def test_many_hosts_are_not_listed() -> None:
    images = " ".join(f"![a](https://h{number}.example/x.png)" for number in range(5000))

    assert policy_of(XAPI(description=images))["img-src"] == {"'self'", "data:", "http:", "https:"}


def test_the_sources_are_found_once_for_as_long_as_the_document_stays_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    monkeypatch.setattr("xapi.openapi.policy.images_in", lambda text: read.append(text) or [])
    app = XAPI(description="once")
    for _ in range(3):
        policy_of(app)
        policy_of(app, "/redoc")
        get(app, "/openapi.json")
    assert read.count("once") == 1
    app.openapi()["info"]["description"] = "changed"
    policy_of(app)
    assert read.count("changed") == 1


def test_a_logo_is_shown() -> None:
    app = XAPI()
    app.openapi()["info"]["x-logo"] = {"url": "https://example.com/logo.png"}

    assert "https://example.com" in policy_of(app, "/redoc")["img-src"]
