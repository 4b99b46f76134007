"""The name of a file is put into a header as it is: beyond Latin-1 there is no such header.

Class: header encoding
Operation: GET /downloads
Checks: not_a_server_error
Found by: a text beyond Latin-1
Issue: https://nvd.nist.gov/vuln/detail/CVE-2022-36359
"""

from urllib.parse import quote

from xapi import XAPI
from xapi.responses import PlainTextResponse


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Downloads", version="1.0.0", document_errors="exact")

    @app.get("/downloads", response_class=PlainTextResponse)
    async def download(name: str) -> PlainTextResponse:
        shown = f"filename*=UTF-8''{quote(name, safe='')}" if fixed else f'filename="{name}"'
        return PlainTextResponse("content", headers={"Content-Disposition": f"attachment; {shown}"})

    return app
