"""What can be set from outside."""

from __future__ import annotations

from pathlib import Path
from secrets import token_urlsafe

from pydantic import EmailStr, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def random_secret() -> SecretStr:
    return SecretStr(token_urlsafe(32))


class Settings(BaseSettings):
    """Read from environment variables such as SHOP_DATABASE, and from a file `.env`, when the app starts."""

    model_config = SettingsConfigDict(env_prefix="SHOP_", env_file=".env")

    database: Path = Path("shop.db")
    images: Path = Path("images")
    largest_image: int = Field(default=2_000_000, gt=0, description="Bytes")

    secret: SecretStr = Field(default_factory=random_secret, min_length=32)
    """Signs the tokens. Without one they end with the process, and hold in one process only."""
    token_minutes: int = Field(default=30, gt=0)
    hash_memory: int = Field(default=64 * 1024, ge=32)
    """What one check of a password takes, in KiB: much, so that guessing is expensive."""

    manager_email: EmailStr = "manager@example.com"
    manager_password: SecretStr | None = None
    """With a password, the first start makes an account that may do everything."""

    smtp_host: str | None = None
    """Without one, e-mails are written to the log."""
    smtp_port: int = 25
    sender: EmailStr = "shop@example.com"
