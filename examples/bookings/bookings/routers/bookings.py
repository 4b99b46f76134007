"""Who has which room, and when."""

from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bookings import models, schemas
from bookings.database import Database
from bookings.security import CurrentUser

router = APIRouter()


def own_booking(booking_id: int, user: models.User, db: Database) -> models.Booking:
    booking = db.get(models.Booking, booking_id)
    if booking is None or booking.user_id != user.id:
        raise HTTPException(404, "No such booking")
    return booking


def as_booking(booking: models.Booking) -> schemas.Booking:
    return schemas.Booking(
        id=booking.id,
        room_id=booking.room_id,
        room=booking.room.name,
        title=booking.title,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


@router.get("")
def list_bookings(user: CurrentUser, db: Database, day: date | None = None) -> list[schemas.Booking]:
    """The bookings of the user, of all days or of one."""
    query = select(models.Booking).where(models.Booking.user_id == user.id)
    if day is not None:
        start = datetime.combine(day, time(), UTC)
        query = query.where(models.Booking.starts_at >= start)
        query = query.where(models.Booking.starts_at < start + timedelta(days=1))
    found = db.scalars(query.options(joinedload(models.Booking.room)).order_by(models.Booking.starts_at))
    return [as_booking(booking) for booking in found]


@router.post("", status_code=201, responses={400: {"description": "The times are not possible"}})
def book(new: schemas.NewBooking, user: CurrentUser, db: Database) -> schemas.Booking:
    if new.starts_at < datetime.now(UTC):
        raise HTTPException(400, "That time is over")
    if new.starts_at > datetime.now(UTC) + timedelta(days=365):
        raise HTTPException(400, "Rooms are booked a year ahead at most")
    if new.ends_at <= new.starts_at:
        raise HTTPException(400, "A booking has to end after it starts")
    if new.ends_at - new.starts_at > timedelta(days=1):
        raise HTTPException(400, "Rooms are booked for a day at most")
    if db.get(models.Room, new.room_id) is None:
        raise HTTPException(404, "No such room")
    overlapping = (
        select(models.Booking)
        .where(models.Booking.room_id == new.room_id)
        .where(models.Booking.starts_at < new.ends_at)
        .where(models.Booking.ends_at > new.starts_at)
    )
    if db.scalar(overlapping.limit(1)):
        raise HTTPException(409, "The room is taken")
    booking = models.Booking(user_id=user.id, **new.model_dump())
    db.add(booking)
    db.commit()
    return as_booking(booking)


@router.get("/{booking_id}")
def read_booking(booking_id: int, user: CurrentUser, db: Database) -> schemas.Booking:
    return as_booking(own_booking(booking_id, user, db))


@router.delete("/{booking_id}", status_code=204)
def cancel(booking_id: int, user: CurrentUser, db: Database) -> None:
    db.delete(own_booking(booking_id, user, db))
    db.commit()
