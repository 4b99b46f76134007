"""Where notes are kept: an SQLite file, with one connection and one transaction for each request."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

from xapi import Depends

LARGEST_ID = 2**63 - 1
"""What an integer of SQLite holds."""

SCHEMA = """
CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    pinned INTEGER NOT NULL,
    edited TEXT NOT NULL
);
INSERT INTO note (title, text, pinned, edited)
VALUES ('Welcome', 'This is the first note. Change it, or delete it.', 1, '2026-01-01T00:00:00Z');
"""


def connect() -> sqlite3.Connection:
    """Open the file that the environment variable NOTES_DATABASE names."""
    # The steps of one request may run in different worker threads, but never at the same time.
    connection = sqlite3.connect(os.environ.get("NOTES_DATABASE", "notes.db"), check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def create() -> None:
    """Make a new file ready: its table, and a note to start with."""
    with closing(connect()) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'note'").fetchone():
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)


def transaction() -> Iterator[sqlite3.Connection]:
    """Commit when the endpoint returns, roll back when it raises."""
    with closing(connect()) as connection, connection:
        yield connection


# With this scope the transaction ends before the response is sent: who has an answer can rely on it.
Database = Annotated[sqlite3.Connection, Depends(transaction, scope="function")]
