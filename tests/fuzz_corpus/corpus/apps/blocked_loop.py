"""A file is written with blocking calls in an asynchronous endpoint: all others wait.

The original: a large upload was rolled over to the disk on the event loop.

Class: event loop blocked
Operation: POST /uploads
Checks: event_loop_blocked
Found by: a large size
Issue: https://nvd.nist.gov/vuln/detail/CVE-2025-54121
"""

import asyncio
import time
from typing import Annotated

from xapi import XAPI, Query

SECONDS = 0.7


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Uploads", version="1.0.0", document_errors="exact")

    @app.post("/uploads")
    async def upload(megabytes: Annotated[int, Query(ge=0, le=100)] = 1) -> int:
        if megabytes >= 90:
            if fixed:
                await asyncio.sleep(SECONDS)
            else:
                time.sleep(SECONDS)  # noqa: ASYNC251
        return megabytes

    return app
