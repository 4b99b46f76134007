"""What is searched for is taken for a regular expression: an opening bracket raises `re.error`.

Class: search text as a pattern
Operation: GET /words
Checks: not_a_server_error
Found by: a text with a bracket in it
Issue: https://cwe.mitre.org/data/definitions/625.html
"""

import re
from typing import Annotated

from xapi import XAPI, Query

WORDS = ("whale", "sea", "ship")


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Words", version="1.0.0", document_errors="exact")

    @app.get("/words")
    async def search(text: Annotated[str, Query(max_length=12)]) -> list[str]:
        pattern = re.escape(text) if fixed else text
        return [word for word in WORDS if re.search(pattern, word)]

    return app
