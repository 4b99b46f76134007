"""The tables, and the JSON bodies that share fields with them."""

# SQLAlchemy reads the annotations of relationships, so they are not postponed here.

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import EmailStr
from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Relationship, SQLModel

LARGEST_ID = 2**63 - 1
"""What an integer of SQLite holds."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID, schema_extra={"examples": [1]})]


class UTCDateTime(TypeDecorator[datetime]):
    """Points in time, which SQLite keeps without their zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# Accounts


class Role(StrEnum):
    CUSTOMER = "customer"
    MANAGER = "manager"


class AccountBase(SQLModel):
    email: EmailStr = Field(schema_extra={"examples": ["ada@example.com"]})
    name: str = Field(min_length=1, max_length=100, schema_extra={"examples": ["Ada"]})


class AccountDraft(AccountBase):
    """An account as its owner asks for it."""

    password: str = Field(
        min_length=12, max_length=200, schema_extra={"examples": ["correct horse battery staple"]}
    )


class AccountPublic(AccountBase):
    """An account as it is shown to its owner: nothing about the password."""

    id: int
    role: Role


class Account(AccountBase, table=True):
    id: int = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    role: Role = Role.CUSTOMER
    password_hash: str


class Token(SQLModel):
    """The answer of the token endpoint (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int
    scope: str


# Products


class ProductDraft(SQLModel):
    """A product as a manager writes it."""

    name: str = Field(min_length=1, max_length=100, index=True, schema_extra={"examples": ["Kettle"]})
    description: str = Field(default="", max_length=5_000)
    price_cents: int = Field(ge=0, le=100_000_00, schema_extra={"examples": [4900]})
    stock: int = Field(default=0, ge=0, le=1_000_000, schema_extra={"examples": [20]})


class ProductChange(SQLModel):
    """What of a product is to be changed: what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    description: str | None = Field(default=None, max_length=5_000)
    price_cents: int | None = Field(default=None, ge=0, le=100_000_00)
    stock: int | None = Field(default=None, ge=0, le=1_000_000)


class ProductPublic(ProductDraft):
    id: int
    image_type: str | None
    """The media type of the image, if there is one."""


class Product(ProductDraft, table=True):
    id: int = Field(default=None, primary_key=True)
    image_type: str | None = None


# Orders


class Status(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class LineDraft(SQLModel):
    product_id: Id
    quantity: int = Field(default=1, ge=1, le=1_000)


class OrderDraft(SQLModel):
    """An order as a customer sends it."""

    lines: list[LineDraft] = Field(min_length=1, max_length=20)


class LinePublic(SQLModel):
    product_id: int
    quantity: int
    name: str
    price_cents: int


class OrderPublic(SQLModel):
    id: int
    account_id: int
    status: Status
    placed: datetime
    total_cents: int
    lines: list[LinePublic]


class StatusChange(SQLModel):
    status: Status = Field(schema_extra={"examples": [Status.PAID]})


class OrderLine(SQLModel, table=True):
    """A line of an order, with name and price as they were at that time."""

    id: int = Field(default=None, primary_key=True)
    order_id: int = Field(default=None, foreign_key="order.id", index=True)
    product_id: int = Field(foreign_key="product.id", index=True)
    quantity: int
    name: str
    price_cents: int


class Order(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    status: Status = Status.PLACED
    placed: datetime = Field(sa_type=UTCDateTime)
    total_cents: int
    # Read together with the order, so that an order is complete after its session has ended.
    lines: list[OrderLine] = Relationship(sa_relationship_kwargs={"lazy": "selectin"})


class Problem(SQLModel):
    """The body of an error."""

    detail: str
