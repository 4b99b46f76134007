from datetime import UTC, datetime, timedelta

import pytest

TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def booking(start=0, minutes=60, **changed):
    starts_at = TOMORROW + timedelta(minutes=start)
    return {
        "room_id": 1,
        "title": "Planning",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=minutes)).isoformat(),
        **changed,
    }


@pytest.fixture
def booked(client, ann):
    return client.post("/bookings", json=booking(), headers=ann).json()


def test_book(client, booked, ann):
    assert client.get(f"/bookings/{booked['id']}", headers=ann).json()["title"] == "Planning"
    assert [found["id"] for found in client.get("/bookings", headers=ann).json()] == [booked["id"]]


def test_bookings_of_a_day(client, booked, ann):
    assert len(client.get(f"/bookings?day={TOMORROW.date()}", headers=ann).json()) == 1
    assert client.get("/bookings?day=2020-01-01", headers=ann).json() == []


def test_a_room_is_booked_once(client, booked, ann):
    assert client.post("/bookings", json=booking(30), headers=ann).status_code == 409
    assert client.post("/bookings", json=booking(60), headers=ann).status_code == 201


@pytest.mark.parametrize(
    "wrong", [booking(start=-2880), booking(start=10**6), booking(minutes=-5), booking(minutes=1500)]
)
def test_wrong_times(client, ann, wrong):
    assert client.post("/bookings", json=wrong, headers=ann).status_code == 400


def test_unknown_room(client, ann):
    assert client.post("/bookings", json=booking(room_id=9), headers=ann).status_code == 404


def test_bookings_are_private(client, booked, manager):
    assert client.get(f"/bookings/{booked['id']}", headers=manager).status_code == 404
    assert client.delete(f"/bookings/{booked['id']}", headers=manager).status_code == 404


def test_cancel(client, booked, ann):
    assert client.delete(f"/bookings/{booked['id']}", headers=ann).status_code == 204
    assert client.get("/bookings", headers=ann).json() == []


def test_occupancy(client, booked):
    expected = {"room": "Aquarium", "bookings": 1, "minutes": 60, "average_minutes": 60.0}
    assert client.get("/rooms/1/occupancy").json() == expected


def test_health(client):
    assert client.get("/health").json() == {"status": "ok"}
