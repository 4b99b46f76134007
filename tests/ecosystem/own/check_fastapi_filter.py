"""fastapi-filter: filters of SQLAlchemy as dependencies."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from fastapi_filter import FilterDepends, with_prefix
from fastapi_filter.contrib.sqlalchemy import Filter
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Inner(Filter):
    id: int | None = None

    class Constants(Filter.Constants):
        model = Row


class RowFilter(Filter):
    name: str | None = None
    id__in: list[int] | None = None
    order_by: list[str] | None = None
    inner: Inner | None = FilterDepends(with_prefix("inner", Inner))

    class Constants(Filter.Constants):
        model = Row


app = FastAPI()


@app.get("/")
def rows(filters: RowFilter = FilterDepends(RowFilter)) -> str:
    found = filters.sort(select(Row))
    if filters.name is not None:
        found = found.where(Row.name == filters.name)
    return f"{found} {filters.id__in} {filters.inner}"


client = TestClient(app)


def test_values_are_read_from_the_query() -> None:
    told = client.get("/?name=a&id__in=1,2&order_by=-name&inner__id=3").json()
    assert "ORDER BY rows.name DESC" in told
    assert "[1, 2] id=3" in told


def test_what_cannot_be_ordered_by_is_refused() -> None:
    answer = client.get("/?order_by=nothing")
    assert answer.status_code == 422
    assert client.get("/?id__in=x").json()["detail"][0]["loc"][:2] == ["query", "id__in"]


def test_the_document_has_the_fields() -> None:
    parameters = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert {"name", "id__in", "order_by", "inner__id"} <= {parameter["name"] for parameter in parameters}
