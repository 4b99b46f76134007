"""The error that a command fails with."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked for; the message says why, in one line."""
