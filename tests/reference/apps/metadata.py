"""Everything about the document as a whole."""

from xapi import XAPI

app = XAPI(
    title="The title",
    summary="A summary",
    description="A **description**",
    version="2.5.0",
    terms_of_service="http://example.com/terms/",
    contact={"name": "Me", "url": "http://example.com/contact/", "email": "me@example.com"},
    license_info={"name": "MIT", "identifier": "MIT"},
    openapi_tags=[
        {"name": "users", "description": "Operations with users"},
        {"name": "items", "externalDocs": {"description": "More", "url": "https://example.com/docs/"}},
    ],
    servers=[
        {"url": "https://stag.example.com", "description": "Staging"},
        {"url": "https://{name}.example.com", "variables": {"name": {"default": "prod", "enum": ["prod"]}}},
    ],
    openapi_external_docs={"url": "https://example.com/all/", "description": "Everything"},
)


@app.get("/users", tags=["users"])
def users(): ...


@app.get("/items", tags=["items", "unlisted"])
def items(): ...
