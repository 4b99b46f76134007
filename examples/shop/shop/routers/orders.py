"""Orders: placed by customers, processed by salespeople."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Annotated, Any

from sqlmodel import Session, col, select, update

from shop.database import Database, StreamedDatabase
from shop.feed import OrderFeed
from shop.mail import Mail
from shop.models import (
    LARGEST_ID,
    Account,
    LineDraft,
    Order,
    OrderDraft,
    OrderLine,
    OrderPublic,
    Product,
    Status,
    StatusChange,
)  # fmt: skip
from shop.pagination import PAGED, Page
from shop.problems import problems
from shop.security import Customer, Salesperson
from xapi import APIRouter, BackgroundTasks, Depends, HTTPException, Path
from xapi.responses import StreamingResponse

router = APIRouter(tags=["orders"])

NEXT = {Status.PLACED: {Status.PAID, Status.CANCELLED}, Status.PAID: {Status.SHIPPED, Status.CANCELLED}}
"""What an order can become."""


def order_of(order_id: Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])], session: Database) -> Order:
    """The order that the path names."""
    order = session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, NO_SUCH_ORDER)
    return order


NamedOrder = Annotated[Order, Depends(order_of, responses=problems(404))]
NO_SUCH_ORDER = "There is no order with this id."


def own_order_of(order: NamedOrder, account: Customer) -> Order:
    """The same, if it is the customer's own; another one's order is not even there."""
    if order.account_id != account.id:
        raise HTTPException(404, NO_SUCH_ORDER)
    return order


OwnOrder = Annotated[Order, Depends(own_order_of)]


class News:
    """Tells of an order when the response has been sent: on the feed, and the customer by e-mail."""

    def __init__(self, background: BackgroundTasks, feed: OrderFeed, mail: Mail) -> None:
        self._background = background
        self._feed = feed
        self._mail = mail

    def tell(self, order: Order, customer: Account) -> None:
        self._background.add_task(self._publish, OrderPublic.model_validate(order))
        total = f"{order.total_cents / 100:.2f}"
        self._background.add_task(
            self._mail.send,
            customer.email,
            f"Your order {order.id} is {order.status}",
            f"Hello {customer.name},\n\nyour order over {total} is {order.status}.\n",
        )

    async def _publish(self, order: OrderPublic) -> None:
        self._feed.publish(order)  # from an asynchronous task, which runs on the event loop


NewsOfOrders = Annotated[News, Depends()]


@router.post("/orders", status_code=201, response_model=OrderPublic, responses=problems(404, 409))
def place_order(draft: OrderDraft, customer: Customer, session: Database, news: NewsOfOrders) -> Order:
    """Order what is in stock: all of it, or nothing."""
    lines = [take_from_stock(line, session) for line in draft.lines]
    order = Order(
        account_id=customer.id,
        placed=datetime.now(UTC),
        total_cents=sum(line.quantity * line.price_cents for line in lines),
        lines=lines,
    )
    session.add(order)
    session.flush()
    news.tell(order, customer)
    return order


@router.get("/orders", response_model=list[OrderPublic], responses=PAGED)
def list_own_orders(customer: Customer, page: Page, session: Database) -> Sequence[Order]:
    """List one's own orders, the latest first."""
    query = select(Order).where(Order.account_id == customer.id)
    return page.of(query.order_by(col(Order.id).desc()), session)


@router.get("/orders/{order_id}", response_model=OrderPublic)
def read_own_order(order: OwnOrder) -> Order:
    """Read one of one's own orders."""
    return order


@router.post("/orders/{order_id}/cancel", response_model=OrderPublic, responses=problems(409))
def cancel_own_order(order: OwnOrder, customer: Customer, session: Database, news: NewsOfOrders) -> Order:
    """Take back an order that is not shipped."""
    become(Status.CANCELLED, order, session)
    news.tell(order, customer)
    return order


@router.get("/sales", response_model=list[OrderPublic], responses=PAGED)
def list_sales(
    salesperson: Salesperson, page: Page, session: Database, status: Status | None = None
) -> Sequence[Order]:
    """List everybody's orders, the oldest first."""
    query = select(Order) if status is None else select(Order).where(Order.status == status)
    return page.of(query.order_by(col(Order.id)), session)


CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "A row for each line of each order", "content": {"text/csv": {}}}
}


@router.get("/sales.csv", response_class=StreamingResponse, responses=CSV)
def export_sales(salesperson: Salesperson, session: StreamedDatabase) -> StreamingResponse:
    """Everybody's orders as CSV (RFC 4180), sent as they are read."""
    return StreamingResponse(csv_lines(session), media_type="text/csv")


@router.put("/sales/{order_id}/status", response_model=OrderPublic, responses=problems(409))
def process_order(
    salesperson: Salesperson, order: NamedOrder, change: StatusChange, session: Database, news: NewsOfOrders
) -> Order:
    """Note that an order was paid, shipped or cancelled."""
    become(change.status, order, session)
    news.tell(order, session.get_one(Account, order.account_id))
    return order


def take_from_stock(draft: LineDraft, session: Session) -> OrderLine:
    """A line of an order, for goods that are put aside for it."""
    product = session.get(Product, draft.product_id)
    if product is None:
        raise HTTPException(404, f"There is no product {draft.product_id}.")
    # One statement, so that two customers cannot buy the same last piece.
    enough = (col(Product.id) == product.id, col(Product.stock) >= draft.quantity)
    taken = session.exec(update(Product).where(*enough).values(stock=Product.stock - draft.quantity))
    if not taken.rowcount:
        raise HTTPException(409, f"There are not {draft.quantity} of product {product.id} in stock.")
    return OrderLine(
        product_id=draft.product_id,
        quantity=draft.quantity,
        name=product.name,
        price_cents=product.price_cents,
    )


def become(status: Status, order: Order, session: Session) -> None:
    """Give an order another status; what is cancelled goes back into stock."""
    if status not in NEXT.get(order.status, set()):
        raise HTTPException(409, f"An order that is {order.status} cannot become {status}.")
    order.status = status
    if status == Status.CANCELLED:
        for line in order.lines:
            back = update(Product).where(col(Product.id) == line.product_id)
            session.exec(back.values(stock=Product.stock + line.quantity))


def csv_lines(session: Session) -> Iterator[str]:
    """The lines of the export, some at a time.

    Each piece has a query of its own: when the client leaves in the middle, no query is left half read, which
    would keep the connection in the past.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["order", "placed", "status", "product", "name", "quantity", "price_cents"])
    yield text.getvalue()
    query = select(Order, OrderLine).join(OrderLine).order_by(col(OrderLine.id)).limit(100)
    last = 0
    while rows := session.exec(query.where(OrderLine.id > last)).all():
        text.seek(0)
        text.truncate()
        for order, line in rows:
            row = [order.id, order.placed.isoformat(), order.status]
            writer.writerow([*row, line.product_id, line.name, line.quantity, line.price_cents])
            last = line.id
        yield text.getvalue()
