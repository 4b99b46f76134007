"""A key is given twice, which the document allows, and the code counts on one of each: ValueError.

The original: only the last of several values of one field was validated.

Class: duplicated query keys
Operation: GET /charts
Checks: not_a_server_error
Found by: a list in which a value comes twice
Issue: https://nvd.nist.gov/vuln/detail/CVE-2023-31047
"""

from enum import Enum
from typing import Annotated

from xapi import XAPI, Query


class Column(Enum):
    DATE = "date"
    COUNT = "count"
    SUM = "sum"


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Charts", version="1.0.0", document_errors="exact")

    @app.get("/charts")
    async def chart(columns: Annotated[list[Column], Query()] = []) -> dict[str, int]:  # noqa: B006
        left = [member.value for member in Column]
        places = {}
        for column in columns:
            if fixed and column.value not in left:
                continue
            left.remove(column.value)
            places[column.value] = len(places)
        return places

    return app
