"""Rooms, and their photos."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, UploadFile
from fastapi.responses import FileResponse
from sqlalchemy import select

from bookings import models, schemas
from bookings.database import Database
from bookings.security import get_manager
from bookings.settings import Settings, get_settings

router = APIRouter()


def get_room(room_id: int, db: Database) -> models.Room:
    room = db.get(models.Room, room_id)
    if room is None:
        raise HTTPException(404, "No such room")
    return room


TheRoom = Annotated[models.Room, Depends(get_room)]


def as_room(room: models.Room) -> schemas.Room:
    return schemas.Room(
        id=room.id, name=room.name, floor=room.floor, seats=room.seats, has_photo=room.photo is not None
    )


@router.get("")
def list_rooms(
    db: Database,
    floor: Annotated[int | None, Query(ge=-2, le=40)] = None,
    seats: Annotated[int, Query(ge=0, le=500)] = 0,
) -> list[schemas.Room]:
    query = select(models.Room).where(models.Room.seats >= seats)
    if floor is not None:
        query = query.where(models.Room.floor == floor)
    return [as_room(room) for room in db.scalars(query.order_by(models.Room.id))]


@router.post("", status_code=201, dependencies=[Depends(get_manager)])
def add_room(new: schemas.NewRoom, db: Database) -> schemas.Room:
    room = models.Room(**new.model_dump())
    db.add(room)
    db.commit()
    return as_room(room)


@router.get("/{room_id}")
def read_room(room: TheRoom) -> schemas.Room:
    return as_room(room)


@router.delete(
    "/{room_id}",
    status_code=204,
    dependencies=[Depends(get_manager)],
    responses={409: {"description": "The room has bookings"}},
)
def remove_room(room: TheRoom, db: Database) -> None:
    if db.scalar(select(models.Booking).where(models.Booking.room_id == room.id).limit(1)):
        raise HTTPException(409, "The room has bookings")
    db.delete(room)
    db.commit()


@router.get("/{room_id}/occupancy")
def occupancy(room: TheRoom, db: Database) -> schemas.Occupancy:
    found = db.scalars(select(models.Booking).where(models.Booking.room_id == room.id)).all()
    minutes = sum(int((booking.ends_at - booking.starts_at).total_seconds() // 60) for booking in found)
    return schemas.Occupancy(
        room=room.name, bookings=len(found), minutes=minutes, average_minutes=minutes / len(found)
    )


@router.put("/{room_id}/photo", dependencies=[Depends(get_manager)])
def set_photo(
    room: TheRoom, photo: UploadFile, db: Database, settings: Annotated[Settings, Depends(get_settings)]
) -> schemas.Room:
    content = photo.file.read(settings.largest_photo + 1)
    if len(content) > settings.largest_photo:
        raise HTTPException(413, "The photo is too large")
    folder = Path(settings.photos)
    folder.mkdir(exist_ok=True)
    file = folder / f"{room.id}.jpg"
    file.write_bytes(content)
    room.photo = str(file)
    db.commit()
    return as_room(room)


@router.get("/{room_id}/photo", response_class=FileResponse)
def read_photo(room: TheRoom) -> FileResponse:
    if room.photo is None:
        raise HTTPException(404, "No photo")
    return FileResponse(room.photo, media_type="image/jpeg")
