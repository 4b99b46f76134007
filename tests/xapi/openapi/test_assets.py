"""Where the scripts and styles of the pages come from: an installed package, a directory, or the CDN."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xapi import XAPI
from xapi.testclient import TestClient

FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"]
LOADED = re.compile(r'(?:src|rel="stylesheet" href)="([^"]+)"')


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_text(f"/* our {name} */")
    return tmp_path


def loaded(client: TestClient, page: str) -> list[str]:
    return LOADED.findall(client.get(page).text)


def test_the_installed_files_are_served_beside_the_pages() -> None:
    with TestClient(XAPI()) as client:
        assert loaded(client, "/docs") == ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]
        assert loaded(client, "/redoc") == ["/redoc/redoc.standalone.js"]
        style, script = (client.get(url) for url in loaded(client, "/docs"))
        redoc = client.get("/redoc/redoc.standalone.js")

    assert ".swagger-ui" in style.text
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "SwaggerUIBundle" in script.text
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "Redoc" in redoc.text


def test_a_file_that_a_browser_has_is_not_sent_again() -> None:
    with TestClient(XAPI()) as client:
        first = client.get("/docs/swagger-ui.css")
        again = client.get("/docs/swagger-ui.css", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert again.content == b""


def test_files_are_found_under_the_root_path_and_under_a_mount() -> None:
    app = XAPI()
    app.mount("/sub", XAPI())
    with TestClient(XAPI(root_path="/api")) as behind_proxy, TestClient(app) as outer:
        assert loaded(behind_proxy, "/api/redoc") == ["/api/redoc/redoc.standalone.js"]
        for client, page in ((behind_proxy, "/api/docs"), (outer, "/sub/docs")):
            assert len(loaded(client, page)) == 2
            assert [client.get(url).status_code for url in loaded(client, page)] == [200, 200]


@pytest.mark.parametrize("url", ["/", "/documentation/", "/a/b"])
def test_files_follow_a_page_that_is_moved(url: str) -> None:
    with TestClient(XAPI(docs_url=url)) as client:
        assert [client.get(asset).status_code for asset in loaded(client, url)] == [200, 200]


def test_files_are_no_operations() -> None:
    assert XAPI().openapi()["paths"] == {}


@pytest.mark.parametrize("page", ["docs_url", "redoc_url"])
def test_a_page_that_is_switched_off_serves_no_file(page: str) -> None:
    with TestClient(XAPI(**{page: None})) as client:
        kept, lost = ("redoc/redoc.standalone.js", "docs/swagger-ui.css")[:: 1 if page == "docs_url" else -1]
        assert client.get(kept).status_code == 200
        assert client.get(lost).status_code == 404


@pytest.mark.usefixtures("nothing_installed")
def test_without_the_packages_the_cdn_serves_them() -> None:
    with TestClient(XAPI()) as client:
        assert all(url.startswith("https://cdn.jsdelivr.net/") for url in loaded(client, "/docs"))
        assert "https://cdn.jsdelivr.net/npm/redoc@2/bundles/redoc.standalone.js" in loaded(client, "/redoc")
        assert client.get("/docs/swagger-ui.css").status_code == 404


@pytest.mark.parametrize("as_text", [True, False])
def test_a_directory_takes_the_place_of_the_packages(directory: Path, as_text: bool) -> None:
    app = XAPI(docs_assets=str(directory) if as_text else directory)
    with TestClient(app) as client:
        assert client.get("/docs/swagger-ui.css").text == "/* our swagger-ui.css */"
        assert client.get("/docs/swagger-ui-bundle.js").text == "/* our swagger-ui-bundle.js */"
        assert client.get("/redoc/redoc.standalone.js").text == "/* our redoc.standalone.js */"


def test_nothing_else_of_the_directory_is_served(directory: Path) -> None:
    (directory / "secret.txt").write_text("secret")
    with TestClient(XAPI(docs_assets=directory)) as client:
        assert client.get("/docs/secret.txt").status_code == 404
        assert client.get("/docs/..%2fsecret.txt").status_code == 404


def test_a_changed_file_is_served_changed(directory: Path) -> None:
    with TestClient(XAPI(docs_assets=directory)) as client:
        before = client.get("/docs/swagger-ui.css")
        (directory / "swagger-ui.css").write_text("/* longer than it was before */")
        after = client.get("/docs/swagger-ui.css", headers={"if-none-match": before.headers["etag"]})

    assert after.text == "/* longer than it was before */"


def test_redoc_as_a_module_is_loaded_as_one(directory: Path) -> None:
    (directory / "redoc.standalone.js").write_text("const init = () => {};export{init};\n")
    with TestClient(XAPI(docs_assets=directory)) as client:
        page = client.get("/redoc")

    assert '<script type="module" src="/redoc/redoc.standalone.js"></script>' in page.text
    assert "font-src data:;" in page.headers["content-security-policy"]


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"docs_assets='.*nowhere'\): there is no directory .*nowhere"):
        XAPI(docs_assets=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("name", "page", "package"),
    [
        ("swagger-ui.css", "/docs", "swagger-ui-dist"),
        ("swagger-ui-bundle.js", "/docs", "swagger-ui-dist"),
        ("redoc.standalone.js", "/redoc", "redoc"),
    ],
)
def test_a_file_that_is_missing_is_an_error(directory: Path, name: str, page: str, package: str) -> None:
    (directory / name).unlink()
    with pytest.raises(ValueError, match=rf"page at {page} needs {name}, .* the npm package {package},"):
        XAPI(docs_assets=directory)


def test_a_page_that_is_switched_off_needs_no_file(directory: Path) -> None:
    (directory / "redoc.standalone.js").unlink()
    with TestClient(XAPI(docs_assets=directory, redoc_url=None)) as client:
        assert client.get("/docs/swagger-ui.css").status_code == 200
