"""A number with more than 4300 digits is written as text: ValueError since Python limits the conversion.

Class: long numbers
Operation: GET /powers
Checks: not_a_server_error
Found by: the first boundary values
Issue: https://nvd.nist.gov/vuln/detail/CVE-2020-10735
"""

from typing import Annotated

from xapi import XAPI, Query

BASE = 10


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Powers", version="1.0.0", document_errors="exact")

    @app.get("/powers")
    async def power(exponent: Annotated[int, Query(ge=0, le=4_000 if fixed else 5_000)] = 2) -> str:
        return str(BASE**exponent)

    return app
