"""A task is started and left: it waits for ever.

Class: leaked task
Operation: POST /mails
Checks: leaked_task
Found by: a flag
"""

import asyncio

from xapi import XAPI


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Mails", version="1.0.0", document_errors="exact")
    tasks = set()

    @app.post("/mails")
    async def send(receipt: bool = False) -> str:
        if receipt:
            event = asyncio.Event()
            task = asyncio.create_task(event.wait())
            tasks.add(task)
            if fixed:
                event.set()
                await task
                tasks.clear()
        return "sent"

    return app
