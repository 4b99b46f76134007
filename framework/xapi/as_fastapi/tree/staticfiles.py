"""Static files."""

from xapi.staticfiles import StaticFiles
