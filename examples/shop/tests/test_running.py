"""What the app does when it starts, and what it needs from outside."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError
from shop.mail import SmtpMailer
from shop.settings import Settings

from xapi.testing import TestClient


def test_the_lifespan_makes_the_database(own_database: Path, request: pytest.FixtureRequest) -> None:
    assert not own_database.exists()
    client: TestClient = request.getfixturevalue("client")
    assert own_database.exists()
    assert client.get("/products").json() == []


def test_what_is_kept_outlives_the_app(client: TestClient, catalogue: list[object]) -> None:
    with TestClient(client.app) as started_again:
        assert started_again.get("/products").headers["X-Total-Count"] == str(len(catalogue))


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET", "too short")
    with pytest.raises(ValidationError, match="secret"):
        Settings()


def test_e_mails_go_to_the_log_where_there_is_no_server(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "shop.mail"):
        SmtpMailer(Settings()).send("bea@example.com", "Welcome", "Hello")
    assert "To: bea@example.com" in caplog.text


def test_an_e_mail_that_cannot_be_sent_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(smtp_host="127.0.0.1", smtp_port=1)
    SmtpMailer(settings).send("bea@example.com", "Welcome", "Hello")
    assert "'Welcome' to bea@example.com could not be sent" in caplog.text
