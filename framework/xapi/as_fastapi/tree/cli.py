"""The command."""

from xapi.cli import main
