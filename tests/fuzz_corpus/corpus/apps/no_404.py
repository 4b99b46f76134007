"""What is not there is read from a dictionary: KeyError instead of 404.

Class: missing 404
Operation: GET /countries/{code}
Checks: not_a_server_error
Found by: any request
"""

from xapi import XAPI, HTTPException

COUNTRIES = {"NO": "Norway", "PE": "Peru"}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Countries", version="1.0.0", document_errors="exact")

    @app.get("/countries/{code}", responses={404: {"description": "No such country"}})
    async def read(code: str) -> str:
        if fixed and code not in COUNTRIES:
            raise HTTPException(404)
        return COUNTRIES[code]

    return app
