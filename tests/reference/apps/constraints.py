"""Limits on numbers, texts, times and collections."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from annotated_types import Ge, Len, MultipleOf
from pydantic import (
    UUID4,
    AwareDatetime,
    BaseModel,
    EmailStr,
    Field,
    FutureDate,
    NegativeInt,
    PastDatetime,
    PositiveFloat,
    StringConstraints,
    conint,
    conlist,
)

from xapi import XAPI, Header, Path, Query

app = XAPI()
Code = Annotated[
    str, StringConstraints(min_length=2, max_length=4, pattern=r"^[A-Z]+$", strip_whitespace=True)
]


class Everything(BaseModel):
    positive: PositiveFloat
    negative: NegativeInt = -1
    between: Annotated[int, Ge(1), Field(lt=10)]
    steps: Annotated[Decimal, MultipleOf(Decimal("0.5"))] = Decimal(1)
    money: Decimal = Field(max_digits=8, decimal_places=2, ge=0)
    even: conint(multiple_of=2, ge=0) = 0
    code: Code
    codes: Annotated[list[Code], Len(1, 3)]
    pairs: conlist(int, min_length=2, max_length=2)
    unique: Annotated[set[int], Field(min_length=1)] = {1}
    named: dict[Code, Annotated[int, Field(gt=0)]] = Field(default={}, max_length=5)
    mail: EmailStr | None = None
    day: FutureDate | None = None
    seen: PastDatetime | None = None
    aware: AwareDatetime | None = None
    id: UUID4 | None = None
    clock: time = time(12)
    wait: timedelta = Field(timedelta(minutes=1), ge=timedelta(0))
    after: date = Field(date(2020, 1, 1), ge=date(2000, 1, 1))
    finite: float = Field(1.0, allow_inf_nan=False)
    strict: int = Field(1, strict=True)


@app.post("/everything")
def everything(body: Everything) -> Everything: ...


@app.get("/parameters/{number}/{code}/{key}")
def parameters(
    number: Annotated[int, Path(gt=0, le=1000, multiple_of=5)],
    code: Code,
    key: UUID,
    ratio: Annotated[float, Query(gt=0, lt=1)] = 0.5,
    when: Annotated[datetime | None, Query(ge=datetime(2020, 1, 1))] = None,
    names: Annotated[list[Code], Query(min_length=1, max_length=9)] = ["AB"],  # noqa: B006
    x_count: Annotated[conint(ge=0), Header()] = 0,
    price: Annotated[Decimal, Query(ge=0, max_digits=6, decimal_places=2)] = Decimal("1.00"),
): ...
