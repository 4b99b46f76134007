"""The first letter of an empty name: IndexError.

Class: empty string
Operation: GET /initials
Checks: not_a_server_error
Found by: the first boundary values
"""

from xapi import XAPI


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Names", version="1.0.0", document_errors="exact")

    @app.get("/initials")
    async def initial(name: str) -> str:
        if fixed and not name:
            return ""
        return name[0]

    return app
