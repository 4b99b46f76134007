"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from sqlalchemy import func
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from xapi import Depends, Query, Request, Response

Row = TypeVar("Row")

PAGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {"description": "The pages beside this one (RFC 8288)", "schema": {"type": "string"}},
            "X-Total-Count": {
                "description": "How many there are on all pages",
                "schema": {"type": "integer"},
            },
        }
    }
}
"""For `responses=` of an operation that answers in pages."""


class PageDependency:
    """Cuts the page that the request asks for, and says in headers of the response where the others are."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> None:
        self._url = request.url
        self._headers = response.headers
        self._limit = limit
        self._offset = offset

    def of(self, query: SelectOfScalar[Row], session: Session) -> Sequence[Row]:
        """The rows of the page."""
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        total = session.exec(counted).one()
        self._headers["X-Total-Count"] = str(total)
        self._headers["Link"] = ", ".join(
            f'<{self._url.include_query_params(limit=self._limit, offset=offset)}>; rel="{relation}"'
            for relation, offset in self._neighbours(total)
        )
        return session.exec(query.limit(self._limit).offset(self._offset)).all()

    def _neighbours(self, total: int) -> list[tuple[str, int]]:
        pages = [("first", 0)]
        if self._offset > 0:
            pages.append(("prev", max(self._offset - self._limit, 0)))
        if self._offset + self._limit < total:
            pages.append(("next", self._offset + self._limit))
        return pages


Page = Annotated[PageDependency, Depends()]
