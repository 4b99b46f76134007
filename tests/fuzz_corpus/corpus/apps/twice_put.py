"""Putting the same thing twice fails the second time, as its old version is looked for where it is not.

Class: idempotency
Operation: PUT /settings/{name}
Checks: not_a_server_error
Found by: a sequence of two equal requests
"""

from enum import Enum

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI


class Name(Enum):
    THEME = "theme"
    LANGUAGE = "language"


class Value(BaseModel):
    model_config = ConfigDict(strict=True)

    value: str


def create_app(fixed: bool) -> XAPI:
    settings: dict[str, str] = {}
    history: dict[str, list[str]] = {}
    app = XAPI(
        title="Settings", version="1.0.0", document_errors="exact", lifespan=emptying(settings, history)
    )

    @app.put("/settings/{name}")
    async def write(name: Name, value: Value) -> Value:
        if settings.get(name.value) == value.value:
            (history.setdefault(name.value, []) if fixed else history[name.value]).append(value.value)
        settings[name.value] = value.value
        return value

    return app
