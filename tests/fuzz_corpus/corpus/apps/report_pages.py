"""A page size of zero is documented, and divided by.

Class: division by zero
Operation: GET /reports
Checks: not_a_server_error
Found by: the first boundary values
"""

from typing import Annotated

from xapi import XAPI, Query

REPORTS = list(range(40))


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Reports", version="1.0.0", document_errors="exact")

    @app.get("/reports")
    async def count_pages(per_page: Annotated[int, Query(ge=1 if fixed else 0, le=50)] = 20) -> int:
        return 1 + (len(REPORTS) - 1) // per_page

    return app
