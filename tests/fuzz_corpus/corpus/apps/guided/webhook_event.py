"""An event that is sent again says how often, unless it is of the old kind: KeyError.

Class: keys of a free object, isinstance
Operation: POST /events
Checks: not_a_server_error
Found by: an object with keys and a text that only the code names, and one key left out
"""

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel


class Taken(BaseModel):
    taken: bool
    tries: int = 0


class Events:
    """What is done with events."""

    def __init__(self, fixed: bool) -> None:
        self.fixed = fixed

    def take(self, event: dict[str, Any]) -> Taken:
        """By the kind of the event."""
        kind = event.get("kind")
        if not isinstance(kind, str) or not kind.startswith("invoice."):
            return Taken(taken=False)
        delivery = event.get("delivery")
        if isinstance(delivery, dict) and delivery.get("redelivered") is True:
            return self.again(kind.removeprefix("invoice."), delivery)
        return Taken(taken=True)

    def again(self, what: str, delivery: dict[str, Any]) -> Taken:
        """An event that came before."""
        if what not in ("paid", "voided"):
            return Taken(taken=False)
        attempt = delivery.get("attempt", 1) if self.fixed else delivery["attempt"]
        return Taken(taken=True, tries=attempt if type(attempt) is int and attempt < 100 else 100)


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Events")
    events = Events(fixed)

    @app.post("/events")
    async def take(event: dict[str, Any], by: Annotated[Events, Depends(lambda: events)]) -> Taken:
        return by.take(event)

    return app
