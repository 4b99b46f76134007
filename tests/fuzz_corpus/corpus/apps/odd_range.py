"""A range whose end is not after its beginning: ValueError.

Class: combination of two parameters
Operation: GET /samples
Checks: not_a_server_error
Found by: two parameters together
"""

import random
from typing import Annotated

from xapi import XAPI, Query

Bound = Annotated[int, Query(ge=0, le=1_000)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Samples", version="1.0.0", document_errors="exact")

    @app.get("/samples")
    async def sample(low: Bound = 100, high: Bound = 900) -> int:
        if fixed and low >= high:
            return low
        return random.Random(1).randrange(low, high)

    return app
