"""A small shop, for FastAPI and for xapi: thirteen operations and nine models, without a planted bug."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from benchmarks.apps.framework import App, Path, Query
from benchmarks.fuzz.log import Log

Identifier = Annotated[int, Path(ge=1, le=1_000_000)]


class Counted:
    """A middleware that counts requests."""

    def __init__(self, app: Any, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI app."""
        if scope["type"] != "http" or scope["path"] == "/openapi.json":
            await self._app(scope, receive, send)
            return
        body = bytearray()

        async def receiving() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        try:
            await self._app(scope, receiving, send)
        finally:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
            }
            query = scope["query_string"].decode("latin-1")
            self._log.sent(scope["method"], scope["path"], query, headers, bytes(body))


class Category(Enum):
    """What a product is."""

    TOOL = "tool"
    TOY = "toy"
    BOOK = "book"


class Dimensions(BaseModel):
    """In millimetres."""

    width: Annotated[float, Field(gt=0, le=10_000)]
    height: Annotated[float, Field(gt=0, le=10_000)]
    depth: Annotated[float, Field(gt=0, le=10_000)] | None = None


class ProductDraft(BaseModel):
    """A product to be."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    cents: Annotated[int, Field(ge=0, le=10_000_000)]
    category: Category = Category.TOOL
    tags: Annotated[list[str], Field(max_length=10)] = []
    dimensions: Dimensions | None = None


class Product(ProductDraft):
    """A product."""

    id: int


class Address(BaseModel):
    """Where something is sent."""

    street: Annotated[str, Field(min_length=1, max_length=100)]
    city: Annotated[str, Field(min_length=1, max_length=60)]
    postcode: Annotated[str, Field(pattern="^[0-9]{5}$")]
    country: Annotated[str, Field(min_length=2, max_length=2)] = "NO"


class CustomerDraft(BaseModel):
    """A customer to be."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    born: datetime | None = None
    addresses: list[Address] = []


class Customer(CustomerDraft):
    """A customer."""

    id: int


class Line(BaseModel):
    """A part of an order."""

    product_id: Annotated[int, Field(ge=1)]
    quantity: Annotated[int, Field(ge=1, le=99)]
    discount: Annotated[float, Field(ge=0, le=1)] = 0
    note: Annotated[str, Field(max_length=200)] | None = None


class OrderDraft(BaseModel):
    """An order to be."""

    customer_id: Annotated[int, Field(ge=1)]
    lines: Annotated[list[Line], Field(min_length=1, max_length=20)]
    shipping: Address
    billing: Address | None = None


class Order(OrderDraft):
    """An order."""

    id: int
    paid: bool = False


PRODUCT = Product(id=1, name="Hammer", cents=1_900)
CUSTOMER = Customer(id=1, name="Ada")
ADDRESS = Address(street="Main street 1", city="Oslo", postcode="01234")
LINES = [Line(product_id=1, quantity=2)]


def create_app() -> App:
    """The shop, which keeps nothing."""
    app = App(title="Shop", version="1.0.0")

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "well"}

    @app.get("/products")
    async def products(
        page: Annotated[int, Query(ge=0, le=1_000)] = 0,
        size: Annotated[int, Query(ge=1, le=100)] = 20,
        category: Category | None = None,
        text: Annotated[str, Query(max_length=50)] = "",
    ) -> list[Product]:
        return [PRODUCT]

    @app.post("/products", status_code=201)
    async def create_product(draft: ProductDraft) -> Product:
        return Product(id=1, **draft.model_dump())

    @app.get("/products/{product_id}")
    async def read_product(product_id: Identifier) -> Product:
        return PRODUCT

    @app.put("/products/{product_id}")
    async def replace_product(product_id: Identifier, draft: ProductDraft) -> Product:
        return Product(id=product_id, **draft.model_dump())

    @app.delete("/products/{product_id}", status_code=204)
    async def delete_product(product_id: Identifier) -> None:
        pass

    add_people(app)
    return app


def add_people(app: App) -> None:
    """The operations of customers and orders."""

    @app.post("/customers", status_code=201)
    async def create_customer(draft: CustomerDraft) -> Customer:
        return Customer(id=1, **draft.model_dump())

    @app.get("/customers/{customer_id}")
    async def read_customer(customer_id: Identifier) -> Customer:
        return CUSTOMER

    @app.post("/customers/{customer_id}/addresses")
    async def add_addresses(customer_id: Identifier, addresses: list[Address]) -> Customer:
        return Customer(id=customer_id, name="Ada", addresses=addresses)

    @app.post("/orders", status_code=201)
    async def create_order(draft: OrderDraft) -> Order:
        return Order(id=1, **draft.model_dump())

    @app.get("/orders")
    async def orders(paid: bool | None = None, least: Annotated[float, Query(ge=0)] = 0) -> list[Order]:
        return []

    @app.get("/orders/{order_id}")
    async def read_order(order_id: Identifier) -> Order:
        return Order(id=order_id, customer_id=1, lines=LINES, shipping=ADDRESS)

    @app.post("/orders/{order_id}/payment")
    async def pay(order_id: Identifier) -> Order:
        return Order(id=order_id, customer_id=1, lines=LINES, shipping=ADDRESS, paid=True)
