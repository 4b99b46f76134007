"""Requests that the API itself sends: webhooks and callbacks."""

from datetime import datetime

from pydantic import BaseModel, HttpUrl

from xapi import XAPI, APIRouter

app = XAPI()
calls = APIRouter()


class Subscription(BaseModel):
    username: str
    fee: float = 1.0
    start: datetime


class Invoice(BaseModel):
    id: str
    total: float


class Event(BaseModel):
    paid: bool


class Received(BaseModel):
    ok: bool


@app.webhooks.post("new-subscription")
def new_subscription(body: Subscription):
    """Sent for each new subscription."""


@app.webhooks.post("removed", include_in_schema=False)
def removed(body: Subscription): ...


@calls.post("{$callback_url}/invoices/{$request.body.id}", response_model=Received)
def invoice_notification(body: Event): ...


@calls.put("{$request.query.callback_url}/again", status_code=204)
def again(body: Event): ...


@app.post("/invoices/", callbacks=calls.routes)
def create_invoice(invoice: Invoice, callback_url: HttpUrl | None = None): ...


@app.get("/subscriptions")
def subscriptions() -> list[Subscription]: ...
