from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file="atlas.env", env_prefix="atlas_")
    owner: str
    scale: int = 50
    languages: list[str] = []
