"""The app of the contract on FastAPI."""

from __future__ import annotations

from typing import Any

import fastapi
from contract_declared import declare
from contract_world import World

REPORTS_EXCEPTIONS = True


def make_app(world: World) -> Any:
    return declare(fastapi, fastapi.FastAPI, fastapi.BackgroundTasks, world)
