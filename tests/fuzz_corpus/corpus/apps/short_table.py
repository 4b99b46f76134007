"""The document allows quantities up to 100; the code refuses more than 60 of them.

Class: valid data rejected
Operation: POST /orders
Checks: positive_data_acceptance
Found by: the first boundary values
"""

from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI, HTTPException


class Order(BaseModel):
    quantity: Annotated[int, Field(ge=1, le=100)]


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Orders", version="1.0.0", document_errors="exact")

    @app.post("/orders", status_code=201)
    async def create(order: Order) -> int:
        if order.quantity > 60 and not fixed:
            raise HTTPException(422, [{"loc": ["body", "quantity"], "msg": "too many", "type": "stock"}])
        return order.quantity

    return app
