"""What one model of devices measures has no unit: KeyError.

Class: states, value of an answer and of a header, enum
Operation: GET /devices/{number}/reading
Checks: not_a_server_error
Found by: a sequence of three requests: add a device of one model, confirm its pin, read with its session
"""

from enum import Enum
from typing import Annotated

from pydantic import BaseModel

from corpus.lifespans import emptying
from xapi import XAPI, Header, HTTPException, Path, Response

NONE = {404: {"description": "No such device"}}
CLOSED = {409: {"description": "Not its pin, or not its session"}}
Number = Annotated[int, Path(ge=1)]


class Model(Enum):
    PLUG = "plug"
    BULB = "bulb"
    VALVE = "valve"


UNITS = {Model.PLUG: "W", Model.BULB: "lm"}


class New(BaseModel):
    model: Model


class Added(BaseModel):
    number: int
    pin: str


class Confirmation(BaseModel):
    pin: str


class Device:
    """A device, and the session that it is read in."""

    def __init__(self, number: int, model: Model) -> None:
        self.model = model
        self.pin = f"{(number + 11) ** 5 % 9_973:04d}"
        self.session = f"s-{(number + 17) ** 7 % 99_929}"
        self.is_confirmed = False


def create_app(fixed: bool) -> XAPI:
    devices: dict[int, Device] = {}
    app = XAPI(title="Devices", version="1.0.0", document_errors="exact", lifespan=emptying(devices))

    def found(number: int) -> Device:
        if number not in devices:
            raise HTTPException(404)
        return devices[number]

    @app.post("/devices", status_code=201)
    async def add(new: New) -> Added:
        number = len(devices) + 1
        devices[number] = Device(number, new.model)
        return Added(number=number, pin=devices[number].pin)

    @app.post("/devices/{number}/confirmation", status_code=204, responses=NONE | CLOSED)
    async def confirm(number: Number, confirmation: Confirmation, response: Response) -> None:
        device = found(number)
        if confirmation.pin != device.pin:
            raise HTTPException(409)
        device.is_confirmed = True
        response.headers["x-session"] = device.session

    @app.get("/devices/{number}/reading", responses=NONE | CLOSED)
    def read(number: Number, x_session: Annotated[str, Header()]) -> str:
        device = found(number)
        if not device.is_confirmed or x_session != device.session:
            raise HTTPException(409)
        return UNITS.get(device.model, "") if fixed else UNITS[device.model]

    return app
