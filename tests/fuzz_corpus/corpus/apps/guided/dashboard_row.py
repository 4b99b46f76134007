"""A row of a dashboard that is full has a widget without a title: KeyError.

Class: JSON in text, list that must add up
Operation: PUT /dashboards/{name}
Checks: not_a_server_error
Found by: a text with a list of objects whose widths have a sum, and one of a kind of its own
"""

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field

from xapi import XAPI, HTTPException, Path

KINDS = ("chart", "table", "gap")
COLUMNS = 12


class Dashboard(BaseModel):
    layout: Annotated[str, Field(max_length=2_000)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Dashboards", version="1.0.0", document_errors="exact")

    def widgets(layout: str) -> list[dict[str, Any]]:
        try:
            found = json.loads(layout)
        except (ValueError, RecursionError):
            raise HTTPException(409) from None
        if not isinstance(found, list) or not all(isinstance(widget, dict) for widget in found):
            raise HTTPException(409)
        return found

    def width(widget: dict[str, Any]) -> int:
        columns = widget.get("columns", 1)
        if type(columns) is not int or not 1 <= columns <= COLUMNS or widget.get("kind") not in KINDS:
            raise HTTPException(409)
        return columns

    @app.put("/dashboards/{name}", responses={409: {"description": "No layout"}})
    def save(name: Annotated[str, Path(max_length=20)], dashboard: Dashboard) -> list[int]:
        row = widgets(dashboard.layout)
        if len(row) < 2 or sum(width(widget) for widget in row) != COLUMNS:
            return []
        titles = [
            widget.get("title", "") if fixed or widget["kind"] != "gap" else widget["title"] for widget in row
        ]
        return [len(str(title)) for title in titles]

    return app
