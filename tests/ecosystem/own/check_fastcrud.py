"""fastcrud: endpoints made of a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fastcrud import FilterConfig, crud_router
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Create(BaseModel):
    name: str


class Update(BaseModel):
    name: str | None = None


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def session() -> AsyncIterator[AsyncSession]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with sessions() as opened:
            yield opened

    app = FastAPI()
    app.include_router(
        crud_router(
            session=session,
            model=Row,
            create_schema=Create,
            update_schema=Update,
            path="/rows",
            tags=["rows"],
            filter_config=FilterConfig(name=None),
        )
    )
    with TestClient(app) as opened:
        yield opened


def test_a_row_is_made_read_changed_and_deleted(client: TestClient) -> None:
    assert client.post("/rows", json={"name": "a"}).json()["name"] == "a"
    assert client.get("/rows/1").json()["name"] == "a"
    assert client.patch("/rows/1", json={"name": "b"}).status_code == 200
    assert client.get("/rows/1").json()["name"] == "b"
    assert client.delete("/rows/1").status_code == 200
    assert client.get("/rows/1").status_code == 404


def test_rows_are_listed_and_filtered(client: TestClient) -> None:
    for name in "abc":
        client.post("/rows", json={"name": name})
    assert len(client.get("/rows").json()["data"]) == 3
    assert [row["name"] for row in client.get("/rows?name=b").json()["data"]] == ["b"]
    assert client.post("/rows", json={}).status_code == 422


def test_the_document_has_the_endpoints(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {method for path in paths.values() for method in path} >= {"get", "post", "patch", "delete"}
