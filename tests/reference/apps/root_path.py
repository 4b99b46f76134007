"""An app below a prefix that a proxy cuts off."""

from xapi import XAPI

app = XAPI(root_path="/api/v1", servers=[{"url": "https://example.com"}])


@app.get("/users")
def users(): ...
