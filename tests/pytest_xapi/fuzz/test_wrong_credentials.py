"""Operations that take credentials which are almost right."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.model.wrong_credentials import VARIANTS, changed
from pytest_xapi.fuzz.schemathesis_adapter import Api

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "token": {"type": "http", "scheme": "bearer"},
    "user": {"type": "http", "scheme": "basic"},
}
GIVEN: dict[str, Any] = {"key": "secret", "token": "secret", "user": ("ada", "secret")}
SENT = {
    "key": ("x-key", "secret"),
    "token": ("authorization", "Bearer secret"),
    "user": ("authorization", f"Basic {b64encode(b'ada:secret').decode()}"),
}


def document(scheme: str, security: list[dict[str, list[str]]]) -> dict[str, Any]:
    responses = {"200": {"description": ""}, "401": {"description": ""}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vault", "version": "1"},
        "paths": {"/vault": {"get": {"security": security, "responses": responses}}},
        "components": {"securitySchemes": {scheme: SCHEMES[scheme]}},
    }


def blamed(
    scheme: str, accepts: Callable[[str], bool], security: list[dict[str, list[str]]] | None = None
) -> set[tuple[str, str]]:
    """Title and cause of what is found in an app that accepts some secrets."""
    name, right = SENT[scheme]
    start, _, _ = right.rpartition(" ")

    def send(request: WireRequest) -> WireResponse:
        value = request.header(name)
        if value is None:
            return WireResponse(401, (), b"")
        secret = value.removeprefix(start).strip()
        if scheme == "user":
            secret = b64decode(secret).decode().partition(":")[2]
        return WireResponse(200 if accepts(secret) else 401, (), b"")

    api = Api(
        document(scheme, [{scheme: []}] if security is None else security),
        send,
        credentials={scheme: GIVEN[scheme]},
    )
    return {
        (item.title, item.cause)
        for case in api.boundary("GET /vault")
        if api.preview(case)
        for item in api.send(case).failed
        if item.check == "ignored_auth"
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_right_secret_alone_is_no_finding(scheme: str) -> None:
    assert blamed(scheme, lambda secret: secret == "secret") == set()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("what", "accepts"),
    [
        ("nothing in the place of the credential", lambda secret: secret in ("", "secret")),
        ("the first character of the credential alone", lambda secret: secret in ("s", "secret")),
        ("the credential without its last character", lambda secret: secret in ("secre", "secret")),
        ("one more character after the credential", lambda secret: secret.startswith("secret")),
    ],
)
def test_a_secret_that_is_almost_right_is_refused(
    scheme: str, what: str, accepts: Callable[[str], bool]
) -> None:
    assert blamed(scheme, accepts) == {("Accepted with wrong credentials", what)}


def test_who_takes_any_secret_is_found_once() -> None:
    assert len(blamed("key", lambda secret: True)) == 1


def test_credentials_that_may_be_left_out_are_not_tried() -> None:
    assert blamed("key", lambda secret: secret in ("s", "secret"), [{"key": []}, {}]) == set()


def test_a_request_that_schemathesis_writes_is_sent_as_it_is() -> None:
    described = document("key", [{"key": []}])
    content = {"application/xml": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    operation = described["paths"]["/vault"].pop("get")
    described["paths"]["/vault"]["post"] = operation | {"requestBody": {"content": content, "required": True}}
    keys = []

    def send(request: WireRequest) -> WireResponse:
        if (request.header("content-type") or "").startswith("application/xml"):
            keys.append(request.header("x-key"))
        return WireResponse(200 if request.header("x-key") == "secret" else 401, (), b"")

    api = Api(described, send, credentials={"key": "secret"})
    for case in api.boundary("POST /vault"):
        if api.preview(case):
            api.send(case)
    assert "secret" in keys


def test_what_is_no_pair_is_left_as_it_is() -> None:
    assert (
        changed("Basic no-base64!", VARIANTS["one more character after the credential"]) == "Basic no-base64!"
    )
