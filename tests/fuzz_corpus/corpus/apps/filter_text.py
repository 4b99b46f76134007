"""A text to look for is put between quotes of SQL, and has one itself: OperationalError, and worse.

Class: database, SQL by a filter parameter
Operation: GET /films
Checks: not_a_server_error
Found by: a text with a quote in it
Issue: https://cwe.mitre.org/data/definitions/89.html
"""

import sqlite3

from xapi import XAPI

FILMS = "with films(title) as (values ('Vertigo'), ('M')) select title from films where instr(title, "


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Films", version="1.0.0", document_errors="exact")

    @app.get("/films")
    async def read(text: str) -> list[str]:
        plain = "".join(character for character in text if character.isprintable())
        database = sqlite3.connect(":memory:")
        try:
            if fixed:
                found = database.execute(f"{FILMS} ?)", [plain]).fetchall()
            else:
                found = database.execute(f"{FILMS} '{plain}')").fetchall()
        finally:
            database.close()
        return [title for (title,) in found]

    return app
