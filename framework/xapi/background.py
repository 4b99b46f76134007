"""Starlette's background tasks."""

from starlette.background import BackgroundTask as BackgroundTask
from starlette.background import BackgroundTasks as BackgroundTasks
