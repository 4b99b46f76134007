"""Frontends: a built single-page app, below every operation (see the record `applications` too)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from xapi import XAPI, APIRouter, Depends, HTTPException
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient

PAGE = {"accept": "text/html"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    directory = tmp_path / "dist"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("index")
    (directory / "assets" / "app.js").write_text("script")
    (tmp_path / "secret.txt").write_text("secret")
    (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
    return directory


def test_operations_come_first_wherever_they_are_declared(dist: Path) -> None:
    app = XAPI()
    app.frontend("/", directory=dist)
    app.get("/assets/app.js")(lambda: "operation")
    app.mount("/deep", XAPI())
    client = TestClient(app, headers=PAGE)
    assert client.get("/assets/app.js").json() == "operation"
    assert client.get("/docs").text != "index"
    assert client.get("/deep/link").status_code == 404
    assert client.get("/other/link").text == "index"


def test_a_file_is_sent_again_only_if_it_changed(dist: Path) -> None:
    app = XAPI()
    app.frontend("/ui", directory=dist)
    client = TestClient(app)
    first = client.get("/ui/assets/app.js")
    assert first.text == "script"
    unchanged = client.get("/ui/assets/app.js", headers={"if-none-match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    index = client.get("/ui/")
    fallback = client.get("/ui/any", headers={**PAGE, "if-none-match": index.headers["etag"]})
    assert fallback.status_code == 304


@pytest.mark.parametrize(
    "path", ["/link.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/x%00", "/" + "x" * 300]
)
def test_nothing_outside_of_the_directory_is_read(dist: Path, path: str) -> None:
    app = XAPI()
    app.frontend("/", directory=dist)
    assert TestClient(app).get(path).status_code == 404


def test_methods_that_write_are_refused(dist: Path) -> None:
    app = XAPI()
    app.frontend("/", directory=dist)
    refused = TestClient(app).post("/assets/app.js")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert TestClient(app).post("/assets/none.js").status_code == 404


def test_the_longest_path_counts_and_the_first_of_one_path(dist: Path, tmp_path: Path) -> None:
    for name in ("admin", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    app = XAPI()
    app.frontend("/", directory=dist)
    app.frontend("/admin/", directory=tmp_path / "admin")
    app.frontend("/admin", directory=tmp_path / "other")
    client = TestClient(app, headers=PAGE)
    assert [client.get(path).text for path in ("/", "/x", "/admin", "/admin/x", "/administration")] == [
        "index", "index", "admin", "admin", "index",
    ]  # fmt: skip


def test_dependencies_around_a_frontend_hold_and_can_be_replaced(dist: Path) -> None:
    events = []

    def guard() -> Iterator[None]:
        events.append("enter")
        yield
        events.append("exit")

    def locked() -> None:
        raise HTTPException(401, "locked")

    router = APIRouter(prefix="/ui", dependencies=[Depends(guard)])
    app = XAPI()
    app.include_router(router, prefix="/v1")
    router.frontend("/", directory=dist)
    assert TestClient(app).get("/v1/ui/").text == "index"
    assert events == ["enter", "exit"]
    with app.overrides(guard, locked):
        assert TestClient(app).get("/v1/ui/").status_code == 401


def test_what_is_missing_is_told_where_the_frontend_is_declared(
    dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = XAPI()
    for keywords, message in [
        (
            {"directory": tmp_path / "none"},
            r"frontend\('/', directory='.*none'\): there is no directory .*build",
        ),
        ({"directory": dist, "fallback": "404.html"}, "there is no file 404.html in"),
        ({"directory": dist, "fallback": "home.html"}, "fallback='home.html' is unknown"),
        ({"directory": dist, "check_dir": "never"}, "check_dir='never' is unknown"),
    ]:
        with pytest.raises(DeclarationError, match=message):
            app.frontend("/", **keywords)  # type: ignore[arg-type]
    for path in ("", "ui", "/{tenant}"):
        with pytest.raises(DeclarationError, match="must start with '/' and have no parameters"):
            app.frontend(path, directory=dist)
    monkeypatch.setenv("XAPI_ENV", "development")
    with pytest.warns(UserWarning, match="there is no directory") as told:
        app.frontend("/", directory=tmp_path / "later")
    assert told[0].filename == __file__
    with pytest.raises(RuntimeError, match="does not exist"):
        TestClient(app).get("/")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "index.html").write_text("built")
    assert TestClient(app).get("/").text == "built"


def test_a_frontend_is_not_documented(dist: Path) -> None:
    app = XAPI()
    app.frontend("/", directory=dist)
    assert app.openapi()["paths"] == {}
