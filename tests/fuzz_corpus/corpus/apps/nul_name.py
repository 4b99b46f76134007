"""A NUL in the name of a file: ValueError of the operating system's functions.

Class: file name, NUL
Operation: GET /images
Checks: not_a_server_error
Found by: random or boundary texts
Issue: https://cwe.mitre.org/data/definitions/158.html
"""

import os
from typing import Annotated

from xapi import XAPI, HTTPException, Query

PLAIN = r"^[a-z]*$"


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Images", version="1.0.0", document_errors="exact")
    rule = {"pattern": PLAIN} if fixed else {}

    @app.get("/images", responses={404: {"description": "No such image"}})
    async def size(name: Annotated[str, Query(max_length=50, **rule)]) -> int:
        try:
            return os.stat(f"images-{name}").st_size
        except OSError:
            raise HTTPException(404) from None

    return app
