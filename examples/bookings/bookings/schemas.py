"""What clients send and get."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"


class NewUser(BaseModel):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$", max_length=200)
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=8, max_length=100)


class User(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    name: str


class NewRoom(BaseModel):
    name: str = Field(min_length=1, max_length=50)
    floor: int = Field(ge=-2, le=40)
    seats: int = Field(ge=1, le=500)


class Room(NewRoom):
    id: int
    has_photo: bool = False


class Occupancy(BaseModel):
    room: str
    bookings: int
    minutes: int
    average_minutes: float


class NewBooking(BaseModel):
    room_id: int
    title: str = Field(max_length=100)
    starts_at: datetime
    ends_at: datetime


class Booking(BaseModel):
    id: int
    room_id: int
    room: str
    title: str
    starts_at: datetime
    ends_at: datetime
