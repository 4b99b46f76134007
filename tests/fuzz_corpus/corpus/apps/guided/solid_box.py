"""A box whose base is as large as its padding has no room: ZeroDivisionError.

Class: equation between parameters
Operation: GET /boxes
Checks: not_a_server_error
Found by: three numbers of which one follows from the others, in an order
"""

from collections.abc import Callable
from typing import Annotated

from xapi import XAPI, Query

Side = Annotated[int, Query(ge=1, le=5_000)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Boxes", version="1.0.0", document_errors="exact")

    def share_of(padding: int) -> Callable[[int, int, int], float]:
        def share(width: int, height: int, depth: int) -> float:
            room = width * height - 3 * depth - padding
            if fixed and room == 0:
                return 0.0
            return depth / room

        return share

    of_large, of_small = share_of(17), share_of(-1)

    @app.get("/boxes")
    async def fill(width: Side, height: Side, depth: Side) -> float:
        if width > 30 and width < height < depth:
            return of_large(width, height, depth)
        return of_small(width + 10, height + 10, 10)

    return app
