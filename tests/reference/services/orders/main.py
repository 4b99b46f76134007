"""What a document tells beside parameters and bodies: callbacks, webhooks, ids, descriptions, additions."""

from enum import Enum
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, Field, HttpUrl, ValidationError

from xapi import XAPI, APIRouter, Body, Header, HTTPException, Query, Request
from xapi.routing import APIRoute


class Part(Enum):
    BUYING = "buying"
    PAYING = "paying"


class Order(BaseModel):
    """What somebody wants to have."""

    number: int = Field(examples=[7, 8])
    goods: list[str] = Field(default=[], description="Names of goods", max_length=3)
    note: str | None = Field(default=None, title="A note", deprecated=True)
    model_config = {"json_schema_extra": {"examples": [{"number": 1, "goods": ["pen"]}]}}


class Paid(BaseModel):
    paid: bool = Field(alias="isPaid")


class Accepted(BaseModel):
    ok: bool


def short_id(route: APIRoute) -> str:
    return f"{route.tags[0].value if route.tags else 'any'}-{route.name}"


told = APIRouter()
app = XAPI(
    title="Orders",
    summary="Of goods",
    description="Goods are *ordered* and paid.",
    version="2.1",
    terms_of_service="https://example.com/terms",
    contact={"name": "Ann", "url": "https://example.com", "email": "ann@example.com"},
    license_info={"name": "MIT", "identifier": "MIT"},
    openapi_tags=[
        {"name": "buying", "description": "Goods", "externalDocs": {"url": "https://example.com/more"}},
        {"name": "paying"},
    ],
    openapi_url="/document.json",
    docs_url="/manual",
    redoc_url=None,
    generate_unique_id_function=short_id,
    separate_input_output_schemas=False,
    swagger_ui_parameters={"deepLinking": False},
)


@told.post("{$callback_url}/orders/{$request.body.number}", response_model=Accepted)
def order_is_paid(body: Paid, x_mark: Annotated[str | None, Header()] = None):
    """What the app will ask of the address that was given."""


@app.webhooks.post("goods-arrived", tags=[Part.BUYING])
def goods_arrived(body: Order):
    """
    Sent when goods arrive.

    Once for each *order*.
    """


@app.post("/orders", tags=[Part.BUYING], callbacks=told.routes, status_code=201, summary="Order goods")
async def order(order: Order, callback_url: HttpUrl | None = None) -> Order:
    """
    Order goods:

    - **number**: of the order
    - **goods**: their names
    \f
    This is not shown.
    """
    return order


@app.get(
    "/orders/{number}",
    tags=[Part.BUYING, "more"],
    operation_id="look_at_an_order",
    response_description="The order as it was given",
    deprecated=True,
)
async def look(number: int, full: Annotated[bool, Query(description="All of it", deprecated=True)] = False):
    return {"number": number, "full": full}


@app.put("/orders/{number}", tags=[Part.PAYING], description="Pay, in full.")
async def pay(
    number: int,
    paid: Annotated[
        Paid,
        Body(
            openapi_examples={
                "usual": {"summary": "As a rule", "value": {"isPaid": True}},
                "wrong": {"description": "A text", "value": {"isPaid": "perhaps"}},
                "elsewhere": {"externalValue": "https://example.com/paid.json"},
            }
        ),
    ],
    hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
) -> Paid:
    return paid


@app.get("/hidden", include_in_schema=False)
async def hidden() -> str:
    return "hidden"


@app.post(
    "/orders/from-yaml",
    openapi_extra={
        "requestBody": {
            "content": {"application/x-yaml": {"schema": Order.model_json_schema()}},
            "required": True,
        },
        "x-of": {"our": "own"},
    },
)
async def from_yaml(request: Request) -> Any:
    try:
        data = yaml.safe_load(await request.body())
    except yaml.YAMLError:
        raise HTTPException(422, "This is not YAML") from None
    try:
        return Order.model_validate(data)
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False)) from None


@app.get("/count", openapi_extra={"x-count": 1, "parameters": [{"name": "q", "in": "query"}]}, responses={})
async def count() -> int:
    return 3
