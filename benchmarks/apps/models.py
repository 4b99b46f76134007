"""The Pydantic models of the work items, and the data that long answers are made of."""

from pydantic import BaseModel, Field


class Item(BaseModel):
    """The small model of items d and i, and of the long list of item j."""

    name: str = Field(min_length=1, max_length=80)
    price: float = Field(gt=0)
    tags: list[str] = []
    in_stock: bool = False


class Customer(BaseModel):
    """Who ordered."""

    name: str
    email: str
    age: int


class Line(BaseModel):
    """One line of an order."""

    sku: str
    quantity: int
    price: float


class Order(BaseModel):
    """The nested model of item e."""

    number: int
    customer: Customer
    lines: list[Line]
    note: str | None = None


class Texts(BaseModel):
    """A body as long as one likes, of texts."""

    number: int
    texts: list[str]


class Batch(BaseModel):
    """A body as long as one likes, of models."""

    number: int
    items: list[Item]


MANY_ITEMS = [Item(name=f"item {n}", price=n + 0.5, tags=["new", "red"], in_stock=True) for n in range(1000)]
MANY_RECORDS: list[dict[str, object]] = [
    {
        "id": n,
        "name": f"record {n}",
        "score": n / 8,
        "active": n % 2 == 0,
        "labels": ["new", "red", "large"],
        "place": {"city": "Lisbon", "country": "PT", "zone": n % 7},
    }
    for n in range(100)
]
