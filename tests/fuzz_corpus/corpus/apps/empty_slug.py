"""A title of letters that have no form in ASCII is normalised to nothing: IndexError.

Class: unicode, normalisation
Operation: GET /slug
Checks: not_a_server_error
Found by: random or boundary texts
"""

import unicodedata
from typing import Annotated

from xapi import XAPI, Query


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Slugs", version="1.0.0", document_errors="exact")

    @app.get("/slug")
    async def slug(title: Annotated[str, Query(min_length=1)]) -> str:
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
        if fixed and not plain:
            return ""
        return plain[0].lower() + plain[1:]

    return app
