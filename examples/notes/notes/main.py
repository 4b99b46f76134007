"""The operations. Serve them with `uvicorn notes.main:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Annotated, Any

from anyio import to_thread

from notes import database
from notes.database import LARGEST_ID, Database
from notes.models import Draft, Note, Problem
from xapi import XAPI, Depends, HTTPException, Path, Query


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[None]:
    await to_thread.run_sync(database.create)
    yield


app = XAPI(title="Notes", version="1.0.0", summary="Keeps notes.", lifespan=lifespan, document_errors="exact")


async def now() -> datetime:
    """The time of the request: a dependency, so that tests can replace it."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(now)]
NoteId = Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])]
NO_SUCH_NOTE: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "No such note"}}


@app.get("/notes")
def list_notes(
    database: Database,
    search: Annotated[str, Query(max_length=100, description="Only notes with this in their title")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[Note]:
    """List notes: pinned ones first, then the latest."""
    rows = database.execute(
        "SELECT * FROM note WHERE instr(lower(title), lower(?)) "
        "ORDER BY pinned DESC, id DESC LIMIT ? OFFSET ?",
        (search, limit, offset),
    )
    return [as_note(row) for row in rows]


@app.post("/notes", status_code=201)
def create_note(draft: Draft, database: Database, now: Now) -> Note:
    """Keep a new note."""
    row = database.execute(
        "INSERT INTO note (title, text, pinned, edited) VALUES (?, ?, ?, ?) RETURNING *",
        (draft.title, draft.text, draft.pinned, now.isoformat()),
    ).fetchone()
    return as_note(row)


@app.get("/notes/{note_id}", responses=NO_SUCH_NOTE)
def read_note(note_id: NoteId, database: Database) -> Note:
    """Read one note."""
    row = database.execute("SELECT * FROM note WHERE id = ?", (note_id,)).fetchone()
    return as_note(found(row))


@app.put("/notes/{note_id}", responses=NO_SUCH_NOTE)
def replace_note(note_id: NoteId, draft: Draft, database: Database, now: Now) -> Note:
    """Write a note anew."""
    row = database.execute(
        "UPDATE note SET title = ?, text = ?, pinned = ?, edited = ? WHERE id = ? RETURNING *",
        (draft.title, draft.text, draft.pinned, now.isoformat(), note_id),
    ).fetchone()
    return as_note(found(row))


@app.delete("/notes/{note_id}", status_code=204, responses=NO_SUCH_NOTE)
def delete_note(note_id: NoteId, database: Database) -> None:
    """Throw a note away."""
    found(database.execute("DELETE FROM note WHERE id = ? RETURNING *", (note_id,)).fetchone())


def found(row: Row | None) -> Row:
    if row is None:
        raise HTTPException(404, "There is no note with this id.")
    return row


def as_note(row: Row) -> Note:
    return Note(**dict(row))
