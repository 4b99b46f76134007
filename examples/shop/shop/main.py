"""The app. Serve it with `uvicorn shop.main:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from sqlalchemy import Engine
from sqlmodel import Session, select

from shop.database import open_database
from shop.feed import Feed
from shop.models import Account, Role
from shop.routers import accounts, feed, orders, products
from shop.security import hasher
from shop.settings import Settings
from xapi import XAPI


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[dict[str, Any]]:
    """What lives as long as the app does; requests and WebSockets find it in their `state`."""
    settings = Settings()
    settings.images.mkdir(parents=True, exist_ok=True)
    engine = await to_thread.run_sync(open_database, settings.database)
    await to_thread.run_sync(ensure_manager, engine, settings)
    yield {"settings": settings, "engine": engine, "feed": Feed()}
    engine.dispose()


def ensure_manager(engine: Engine, settings: Settings) -> None:
    """Make the account that the settings describe, unless there is one with its address."""
    if settings.manager_password is None:
        return
    email = settings.manager_email.lower()
    with Session(engine) as session, session.begin():
        if session.exec(select(Account).where(Account.email == email)).one_or_none() is None:
            password_hash = hasher(settings.hash_memory).hash(settings.manager_password.get_secret_value())
            session.add(Account(email=email, name="Manager", role=Role.MANAGER, password_hash=password_hash))


app = XAPI(title="Shop", version="1.0.0", summary="Sells things.", lifespan=lifespan, document_errors="exact")
app.include_router(accounts.router)
app.include_router(products.router)
app.include_router(orders.router)
app.include_router(feed.router)
