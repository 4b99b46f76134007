"""The documentation pages in a browser that has no network beyond this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated, Any
from urllib.parse import urlencode

import pytest

from xapi import XAPI, Depends, Form, HTTPException
from xapi.responses import RedirectResponse
from xapi.security import OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm

REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
"""ReDoc shows it beside its own name. Nobody needs it, and the policy of a page with local files stops it."""


def harbour(**keywords: Any) -> XAPI:
    """An app with an open operation, one behind a password, and one behind an authorization server."""
    app = XAPI(title="Harbour", **keywords)
    prefix = app.root_path
    password = OAuth2PasswordBearer(tokenUrl=f"{prefix}/token")
    code = OAuth2AuthorizationCodeBearer(
        authorizationUrl=f"{prefix}/authorize", tokenUrl=f"{prefix}/exchange"
    )

    @app.get("/ships/{number}")
    async def read_ship(number: int) -> dict[str, int]:
        """Read **one** ship."""
        return {"ship": number}

    @app.post("/token", include_in_schema=False)
    async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
        if form.password != "anchor":
            raise HTTPException(400, "Wrong password")
        return {"access_token": form.username, "token_type": "bearer"}

    @app.get("/captain")
    async def read_captain(token: Annotated[str, Depends(password)]) -> dict[str, str]:
        return {"captain": token}

    @app.get("/authorize", include_in_schema=False)
    async def authorize(redirect_uri: str, state: str) -> RedirectResponse:
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': 'tide', 'state': state})}")

    @app.post("/exchange", include_in_schema=False)
    async def exchange(code: Annotated[str, Form()]) -> dict[str, str]:
        return {"access_token": f"{code}-token", "token_type": "bearer"}

    @app.get("/pilot")
    async def read_pilot(token: Annotated[str, Depends(code)]) -> dict[str, str]:
        return {"pilot": token}

    return app


@pytest.fixture(scope="module", params=["", "/api"], ids=["at the root", "behind a proxy"])
def url(request: pytest.FixtureRequest, serve: Callable[[Any], AbstractContextManager[str]]) -> Iterator[str]:
    with serve(harbour(root_path=request.param)) as url:
        yield url + request.param


def try_out(browser: Any, operation: str, **values: str) -> str:
    """Opens an operation, fills in its parameters and sends a request; a selector of the operation."""
    block = f"[id^='operations-default-{operation}']"
    browser.click(f"{block} .opblock-summary-control")
    browser.click(f"{block} .try-out__btn", "Try it out")
    for name, value in values.items():
        browser.type(f"{block} [data-param-name='{name}'] input", value)
    browser.click(f"{block} .execute")
    return block


def answer(browser: Any, block: str, status: str) -> str:
    """The body of the answer, once there is one with this status."""
    browser.find(f"{block} .live-responses-table .response .response-col_status", status)
    return str(browser.find(f"{block} .live-responses-table .response-col_description code").text)


def log_in(browser: Any, **fields: str) -> None:
    """Fills in the form of a security scheme and waits until Swagger UI has a token."""
    for name, value in fields.items():
        browser.type(f"#{name}", value)
    browser.click(f".auth-container:has(#{next(iter(fields))}) .auth-btn-wrapper .authorize")
    browser.find(".auth-container h6", "Authorized")


def test_swagger_ui_lists_the_operations(browser: Any, url: str) -> None:
    browser.open(f"{url}/docs")
    browser.find("h1.title", "Harbour")
    browser.find(".opblock", "/pilot")

    assert browser.texts(".opblock-summary-path") == ["/ships/{number}", "/captain", "/pilot"]
    browser.screenshot("operations")
    assert browser.complaints() == []
    assert browser.loaded()
    assert [loaded for loaded in browser.loaded() if not loaded.startswith((url, "data:"))] == []


def test_an_open_operation_can_be_tried_out(browser: Any, url: str) -> None:
    browser.open(f"{url}/docs")
    block = try_out(browser, "read_ship", number="7")

    assert '"ship": 7' in answer(browser, block, "200")
    browser.screenshot("tried-out")
    assert browser.complaints() == []


def test_a_protected_operation_answers_after_the_password(browser: Any, url: str) -> None:
    browser.open(f"{url}/docs")
    block = try_out(browser, "read_captain")
    assert "Not authenticated" in answer(browser, block, "401")
    assert [complaint for complaint in browser.complaints() if "401" not in complaint] == []

    browser.click(".auth-wrapper .authorize")
    log_in(browser, oauth_username="nemo", oauth_password="anchor")
    browser.screenshot("authorized")
    browser.click(".auth-container .btn-done")
    browser.click(f"{block} .execute")
    assert '"captain": "nemo"' in answer(browser, block, "200")
    browser.screenshot("protected")
    assert browser.complaints() == []


def test_a_protected_operation_answers_after_the_authorization_server(browser: Any, url: str) -> None:
    browser.open(f"{url}/docs")
    browser.click(".auth-wrapper .authorize")
    log_in(browser, client_id_authorizationCode="me")
    browser.click(".auth-container .btn-done")

    block = try_out(browser, "read_pilot")
    assert '"pilot": "tide-token"' in answer(browser, block, "200")
    assert len(browser.driver.window_handles) == 1, "the redirect page closes itself"
    assert browser.complaints() == []


def test_redoc_shows_the_operations(browser: Any, url: str) -> None:
    browser.open(f"{url}/redoc")
    browser.find("h1", "Harbour")
    browser.find("h2", "Read Pilot")

    assert "Read one ship." in browser.find("redoc").text
    browser.screenshot("redoc")
    assert [complaint for complaint in browser.complaints() if REDOC_LOGO not in complaint] == []
    assert {loaded for loaded in browser.loaded() if not loaded.startswith((url, "data:"))} <= {REDOC_LOGO}


def test_the_policy_stops_what_a_page_does_not_need(browser: Any, url: str) -> None:
    browser.open(f"{url}/docs")
    browser.find("h1.title", "Harbour")
    browser.driver.execute_script(
        "const script = document.createElement('script'); script.textContent = 'window.broken = true';"
        "document.body.append(script);"
        "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:1/pixel'}));"
    )

    assert browser.driver.execute_script("return window.broken") is None
    scripts, images = sorted(browser.complaints(), reverse=True)
    assert "script-src" in scripts
    assert "img-src" in images
