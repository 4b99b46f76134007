"""Infinity is accepted for a number, and has no floor: OverflowError.

The original: a date made from infinity kept the validator busy for ever.

Class: float nan and inf
Operation: GET /floors
Checks: not_a_server_error
Found by: texts that stand for numbers without being JSON numbers, or a number too large for a float
Issue: https://nvd.nist.gov/vuln/detail/CVE-2021-29510
"""

import math
from typing import Annotated

from xapi import XAPI, Query


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Floors", version="1.0.0", document_errors="exact")

    @app.get("/floors")
    async def floor(height: Annotated[float, Query(allow_inf_nan=not fixed)]) -> int:
        return math.floor(height)

    return app
