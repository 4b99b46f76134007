"""What operations add to the document by `openapi_extra`."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Header, Query, Request

app = XAPI()


class Item(BaseModel):
    name: str
    price: float | None = None


SCHEMA = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


@app.get(
    "/vendor", openapi_extra={"x-rate-limit": {"per": "minute", "calls": 10}, "x-flags": [1, True, None]}
)
def vendor(): ...


@app.post(
    "/raw",
    openapi_extra={"requestBody": {"required": True, "content": {"application/cbor": {"schema": SCHEMA}}}},
)
async def raw(request: Request): ...


@app.post(
    "/more-content", openapi_extra={"requestBody": {"content": {"application/xml": {"schema": SCHEMA}}}}
)
def more_content(item: Item): ...


@app.post(
    "/described-body",
    openapi_extra={
        "requestBody": {
            "description": "What to keep",
            "content": {"application/json": {"examples": {"a": {"value": {"name": "x"}}}}},
        }
    },
)
def described_body(item: Item): ...


@app.get(
    "/parameters",
    openapi_extra={"parameters": [{"name": "trace", "in": "header", "schema": {"type": "string"}}]},
)
def parameters(q: Annotated[int, Query()], x_key: Annotated[str, Header()]): ...


@app.get(
    "/responses",
    openapi_extra={"responses": {"200": {"headers": {"X-Left": {"schema": {"type": "integer"}}}}}},
)
def responses() -> Item: ...


@app.get("/security", openapi_extra={"security": [{"gateway": []}]})
def security(): ...


@app.get(
    "/servers", openapi_extra={"servers": [{"url": "https://files.example.com", "description": "Files"}]}
)
def servers(): ...


@app.get("/docs-elsewhere", openapi_extra={"externalDocs": {"url": "https://example.com/more"}})
def external_docs(): ...


@app.get(
    "/texts", summary="Short", openapi_extra={"summary": "Other", "description": "Added", "deprecated": True}
)
def texts(): ...


@app.get("/tags", tags=["a"], openapi_extra={"tags": ["b"], "operationId": "renamed"})
def tags(): ...
