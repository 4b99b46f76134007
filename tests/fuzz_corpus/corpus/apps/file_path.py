"""A path parameter takes slashes, and the code counts on one at most: ValueError.

A known one nearby: what came after a slash reached files outside of the folder.

Class: path with a slash
Operation: GET /files/{name}
Checks: not_a_server_error
Found by: a path with two slashes in it
Near: https://nvd.nist.gov/vuln/detail/CVE-2023-29159
"""

from xapi import XAPI

FOLDERS = {"docs": 3, "images": 7}


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Files", version="1.0.0", document_errors="exact")

    @app.get("/files/{name:path}", responses={404: {"description": "No such file"}})
    async def size(name: str) -> int:
        if "/" not in name:
            return 0
        folder, _file = name.split("/", 1) if fixed else name.split("/")
        return FOLDERS.get(folder, 0)

    return app
