"""sqladmin: an admin's pages in an app."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqladmin import Admin, ModelView
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def make_client() -> TestClient:
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    app = FastAPI()
    admin = Admin(app, engine)

    class RowAdmin(ModelView, model=Row):
        column_list = [Row.id, Row.name]  # noqa: RUF012

    admin.add_view(RowAdmin)
    app.get("/own")(lambda: 1)
    return TestClient(app)


def test_pages_are_served() -> None:
    client = make_client()
    assert client.get("/admin/").status_code == 200
    assert "Rows" in client.get("/admin/row/list").text
    assert client.get("/admin/statics/css/main.css").status_code == 200
    assert client.get("/own").json() == 1


def test_a_row_is_made() -> None:
    client = make_client()
    assert client.post("/admin/row/create", data={"name": "lamp", "save": "Save"}).status_code == 200
    assert "lamp" in client.get("/admin/row/list").text
    assert "/admin" not in client.get("/openapi.json").text
