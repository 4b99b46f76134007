"""What can be set from outside: environment variables, or a file `.env`."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BOOKINGS_", env_file=".env")

    database_url: str = "sqlite:///bookings.db"
    photos: str = "photos"
    largest_photo: int = 1_000_000
    secret: str = "only for development, not for the world"
    token_minutes: int = 60


@lru_cache
def get_settings() -> Settings:
    return Settings()
