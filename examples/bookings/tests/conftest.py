from datetime import UTC, datetime, timedelta

import pytest
from bookings import models
from bookings.database import Base, get_db
from bookings.main import app
from bookings.security import hash_password
from bookings.settings import Settings, get_settings
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool


@pytest.fixture
def sessions():
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions() as session:
        session.add_all(
            [
                models.User(email="ann@example.com", name="Ann", password=hash_password("ann's password")),
                models.User(
                    email="max@example.com",
                    name="Max",
                    password=hash_password("max's password"),
                    is_manager=True,
                ),
                models.Room(name="Aquarium", floor=1, seats=8),
                models.Room(name="Attic", floor=5, seats=20),
            ]
        )
        next_week = datetime.now(UTC) + timedelta(days=7)
        session.add(
            models.Booking(
                room_id=2,
                user_id=2,
                title="All hands",
                starts_at=next_week,
                ends_at=next_week + timedelta(hours=1),
            )
        )
        session.commit()
    yield sessions
    engine.dispose()


@pytest.fixture
def client(sessions, tmp_path):
    def get_test_db():
        with sessions() as session:
            yield session

    app.dependency_overrides[get_db] = get_test_db
    app.dependency_overrides[get_settings] = lambda: Settings(
        photos=str(tmp_path / "photos"), largest_photo=1000
    )
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.clear()


@pytest.fixture
def log_in(client):
    def headers(name):
        form = {"username": f"{name}@example.com", "password": f"{name}'s password"}
        token = client.post("/token", data=form).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def ann(log_in):
    return log_in("ann")


@pytest.fixture
def manager(log_in):
    return log_in("max")
