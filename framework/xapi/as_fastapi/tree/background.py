"""Background tasks."""

from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from xapi.background import BackgroundTask, BackgroundTasks
