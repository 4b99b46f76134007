"""Routes of every kind in FastAPI."""

import fastapi
import routes_declared

SOURCE = routes_declared.__file__
app = routes_declared.declare(fastapi, fastapi.FastAPI)
