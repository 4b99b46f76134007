"""What holds for every test of the shop, written by hand or generated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from shop.mail import mailer
from shop.routers.accounts import LOGIN_EXAMPLE

from pytest_xapi import Override
from xapi.testing import TestClient

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)

Headers = dict[str, str]


class Outbox(list[tuple[str, str, str]]):
    """E-mails that were sent: address, subject and text."""

    def send(self, to: str, subject: str, text: str) -> None:
        self.append((to, subject, text))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for files. Each process of pytest-xdist has its own."""
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(autouse=True)
def own_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database of this process, which the app makes anew for each test."""
    for left in folder.glob("shop.db*"):
        left.unlink()
    monkeypatch.setenv("SHOP_DATABASE", str(folder / "shop.db"))
    monkeypatch.setenv("SHOP_IMAGES", str(folder / "images"))
    monkeypatch.setenv("SHOP_LARGEST_IMAGE", "1000")
    monkeypatch.setenv("SHOP_HASH_MEMORY", "32")
    # The account that the OpenAPI document has as its example, so that generated requests can log in.
    monkeypatch.setenv("SHOP_MANAGER_EMAIL", LOGIN_EXAMPLE["username"])
    monkeypatch.setenv("SHOP_MANAGER_PASSWORD", LOGIN_EXAMPLE["password"])
    return folder / "shop.db"


@pytest.fixture(autouse=True)
def outbox(override: Override) -> Outbox:
    """Takes the e-mails of every test."""
    outbox = Outbox()
    override(mailer, outbox)
    return outbox


@pytest.fixture
def manager(client: TestClient) -> Headers:
    """Headers of requests by the manager."""
    answer = client.post("/token", data=LOGIN_EXAMPLE).json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.fixture
def customer(client: TestClient) -> Headers:
    """Headers of requests by a customer."""
    password = "a password of her own"
    client.post("/accounts", json={"email": "bea@example.com", "name": "Bea", "password": password})
    answer = client.post("/token", data={"username": "bea@example.com", "password": password}).json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.fixture
def catalogue(client: TestClient, manager: Headers) -> list[dict[str, Any]]:
    """Three products. The first one has an image."""
    drafts = [
        {"name": "Kettle", "price_cents": 4900, "stock": 20},
        {"name": "Teapot", "price_cents": 3900, "stock": 5},
        {"name": "Samovar", "price_cents": 29900},
    ]
    products = [client.post("/products", json=draft, headers=manager).json() for draft in drafts]
    image = {"image": ("kettle.png", PNG)}
    products[0] = client.put("/products/1/image", files=image, headers=manager).json()
    return products


@pytest.fixture(scope="session")
def _generators() -> None:
    """Tell Schemathesis what the document cannot say: which files are images, which addresses are real."""
    import schemathesis.openapi
    from hypothesis import strategies

    for media_type, image in (("image/png", PNG), ("image/jpeg", JPEG)):
        schemathesis.openapi.media_type(media_type, strategies.just(image))
    addresses = strategies.from_regex(r"[a-z]{1,20}@[a-z]{1,20}\.com", fullmatch=True)
    schemathesis.openapi.format("email", addresses)


@pytest.fixture
def xapi_auth(
    client: TestClient,
    manager: Headers,
    catalogue: list[dict[str, Any]],
    _generators: None,
) -> Mapping[str, str]:
    """The credentials of generated tests, and with them what they find: products, and an order."""
    client.post("/orders", json={"lines": [{"product_id": 2}]}, headers=manager)
    return {"OAuth2PasswordBearer": manager["Authorization"].removeprefix("Bearer ")}


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"
