"""Bodies as deep as they get: models in models, several bodies, dataclasses, dates, and changes of a part."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, HttpUrl
from pydantic.dataclasses import dataclass as checked_dataclass

from xapi import XAPI, Body, Path, Query
from xapi.encoders import jsonable_encoder

app = XAPI()


class Stamp(BaseModel):
    picture: HttpUrl
    worth: Decimal = Field(gt=0, decimal_places=2)


class Address(BaseModel):
    street: str = Field(min_length=2, examples=["Long Street 1"])
    town: str = "Springfield"
    lines: set[str] = set()


class Parcel(BaseModel):
    name: str
    weight: float = Field(gt=0, description="In kilograms")
    sender: Address | None = None
    stamps: list[Stamp] | None = None
    marks: dict[int, float] = {}


class Van(BaseModel):
    kind: Literal["van"] = "van"
    seats: int = 2


class Bicycle(BaseModel):
    kind: Literal["bicycle"] = "bicycle"
    basket: bool


class Route(BaseModel):
    parcels: list[Parcel]
    by: Van | Bicycle = Field(discriminator="kind", default=Van())


@dataclass
class Box:
    wide: int
    high: int = 1
    labels: list[str] = field(default_factory=list)


@checked_dataclass
class Pile:
    name: str
    boxes: list[Box] = dataclasses.field(default_factory=list)


kept: dict[str, Parcel] = {"a": Parcel(name="a", weight=1, sender=Address(street="Low Lane"))}
shelf: dict[str, Any] = {}


@app.post("/parcels")
async def post(parcel: Parcel) -> Parcel:
    return parcel


@app.put("/parcels/{number}")
async def put(
    number: Annotated[int, Path(ge=1, le=99, title="The number")],
    parcel: Parcel,
    receiver: Address,
    urgent: Annotated[int, Body(gt=0)],
    note: str | None = None,
    reason: Annotated[str | None, Body(max_length=5)] = None,
):
    return {
        "number": number,
        "parcel": parcel,
        "receiver": receiver,
        "urgent": urgent,
        "more": [note, reason],
    }


@app.put("/parcels/{number}/alone")
async def alone(number: int, parcel: Annotated[Parcel | None, Body(embed=True)] = None) -> Any:
    return {"number": number, "parcel": parcel}


@app.post("/routes")
async def routes(route: Route, back: Annotated[bool, Query()] = False) -> Route:
    return Route(parcels=route.parcels[::-1], by=route.by) if back else route


@app.post("/stamps/many")
async def many(stamps: list[Stamp]) -> list[str]:
    return [str(stamp.picture) for stamp in stamps]


@app.post("/weights")
async def weights(weights: dict[int, float]) -> dict[int, float]:
    return weights


@app.post("/boxes")
async def boxes(box: Box) -> Box:
    return box


@app.post("/piles/{name}", response_model=list[Pile])
def piles(name: str, boxes: list[Box]):
    return [{"name": name, "boxes": boxes}, Pile(name=name)]


@app.put("/appointments/{key}")
async def appointments(
    key: UUID,
    begins: Annotated[datetime, Body()],
    day: Annotated[date, Body()],
    lasts: Annotated[timedelta, Body()] = timedelta(minutes=5),
    rings: Annotated[time | None, Body()] = None,
) -> dict[str, Any]:
    return {"key": key, "ends": begins + lasts, "week": day.isocalendar()[1], "lasts": lasts, "rings": rings}


@app.put("/kept/{name}")
def keep(name: str, parcel: Parcel) -> Any:
    shelf[name] = jsonable_encoder(parcel)
    return {"types": {key: type(value).__name__ for key, value in shelf[name].items()}, "kept": shelf[name]}


@app.patch("/kept/{name}", response_model=Parcel, response_model_exclude_unset=True)
def change(name: str, changes: dict[str, Any]):
    known = {key: value for key, value in changes.items() if key in Parcel.model_fields}
    kept[name] = kept[name].model_copy(update=known)
    return kept[name]


@app.get("/kept/{name}", response_model=Parcel, response_model_exclude={"marks"})
def show(name: str):
    return kept[name]


@app.get("/kept/{name}/short", response_model=Parcel, response_model_include={"name", "sender"})
def short(name: str):
    return kept[name]


@app.get("/union", response_model=Van | Bicycle | list[Van])
def union(kind: Literal["van", "bicycle", "vans"]):
    return {"van": Van(), "bicycle": Bicycle(basket=True), "vans": [Van(seats=3), {"seats": "4"}]}[kind]


@app.get("/plain", response_model=None)
def plain() -> Van | dict[str, int]:
    return {"a": 1}
