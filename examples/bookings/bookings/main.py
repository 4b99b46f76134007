"""The app."""

from fastapi import FastAPI

from bookings.routers import bookings, rooms, users

app = FastAPI(title="Bookings", version="1.4.0")
app.include_router(users.router)
app.include_router(rooms.router, prefix="/rooms", tags=["rooms"])
app.include_router(bookings.router, prefix="/bookings", tags=["bookings"])


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
