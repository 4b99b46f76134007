"""Accounts, and the tokens that prove who one is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from pydantic import SecretStr
from shop.security import settings_of
from shop.settings import Settings

from pytest_xapi import Override
from xapi.testing import TestClient

BEA = {"email": "bea@example.com", "name": "Bea", "password": "a password of her own"}


def log_in(client: TestClient, **more: str) -> Any:
    return client.post("/token", data={"username": BEA["email"], "password": BEA["password"], **more})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_new_account_is_a_customer_and_its_password_is_not_shown(client: TestClient) -> None:
    created = client.post("/accounts", json=BEA)
    assert created.status_code == 201
    assert created.json() == {"id": 2, "email": "bea@example.com", "name": "Bea", "role": "customer"}


def test_a_new_customer_is_welcomed_by_e_mail(client: TestClient, outbox: list[Any]) -> None:
    client.post("/accounts", json=BEA)
    assert [(to, subject) for to, subject, _ in outbox] == [("bea@example.com", "Welcome")]


def test_an_address_has_one_account_however_it_is_written(client: TestClient, outbox: list[Any]) -> None:
    client.post("/accounts", json=BEA)
    assert client.post("/accounts", json=BEA | {"email": "BEA@Example.com"}).status_code == 409
    assert len(outbox) == 1


@pytest.mark.parametrize("field", [{"email": "nowhere"}, {"name": ""}, {"password": "short"}], ids=str)
def test_a_bad_draft_is_refused_and_the_place_is_named(client: TestClient, field: dict[str, str]) -> None:
    response = client.post("/accounts", json=BEA | field)
    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [["body", *field]]


def test_nobody_makes_oneself_a_manager(client: TestClient) -> None:
    assert client.post("/accounts", json=BEA | {"role": "manager"}).json()["role"] == "customer"


def test_a_token_says_who_one_is(client: TestClient) -> None:
    client.post("/accounts", json=BEA)
    token = log_in(client).json()
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("bearer", 1800, "orders")
    assert client.get("/me", headers=bearer(token["access_token"])).json()["email"] == "bea@example.com"


@pytest.mark.parametrize(
    "wrong",
    [{"username": "nobody@example.com"}, {"password": "another password"}],
    ids=["address", "password"],
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(
    client: TestClient, wrong: dict[str, str]
) -> None:
    client.post("/accounts", json=BEA)
    response = log_in(client, **wrong)
    assert response.status_code == 401
    assert response.json() == {"detail": "Address or password is wrong."}
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_has_no_scope_that_its_account_lacks(client: TestClient) -> None:
    client.post("/accounts", json=BEA)
    assert log_in(client, scope="orders sales").json()["scope"] == "orders"


def test_a_token_may_have_fewer_scopes_than_its_account(client: TestClient) -> None:
    manager = {"username": "ada@example.com", "password": "correct horse battery staple", "scope": "orders"}
    token = client.post("/token", data=manager).json()["access_token"]
    assert client.get("/orders", headers=bearer(token)).status_code == 200
    refused = client.get("/sales", headers=bearer(token))
    assert refused.status_code == 403
    assert refused.json() == {"detail": "This takes a token with the scope sales."}


def test_a_request_without_a_token_is_told_to_bring_one(client: TestClient) -> None:
    response = client.get("/me")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


SECRET = "0123456789abcdef0123456789abcdef"
LATER = datetime.now(UTC) + timedelta(hours=1)
EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("claims", "secret"),
    [
        ({"sub": "1", "scope": "orders", "exp": LATER}, "another secret of the same length"),
        ({"sub": "1", "scope": "orders", "exp": EARLIER}, SECRET),
        ({"sub": "1", "exp": LATER}, SECRET),
        ({"sub": "99", "scope": "orders", "exp": LATER}, SECRET),
        ({"sub": "Ada", "scope": "orders", "exp": LATER}, SECRET),
    ],
    ids=["another signature", "too old", "no scope", "no such account", "no account"],
)
def test_a_token_that_proves_nothing_is_refused(
    client: TestClient, override: Override, claims: dict[str, Any], secret: str
) -> None:
    override(settings_of, Settings(secret=SecretStr(SECRET), hash_memory=32))
    good = jwt.encode({"sub": "1", "scope": "orders", "exp": LATER}, SECRET)
    assert client.get("/me", headers=bearer(good)).status_code == 200
    response = client.get("/me", headers=bearer(jwt.encode(claims, secret)))
    assert response.status_code == 401
    assert response.json() == {"detail": "This token is not valid."}
