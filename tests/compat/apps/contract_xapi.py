"""The app of the contract on xapi."""

from __future__ import annotations

from typing import Any

from contract_declared import declare
from contract_world import World

import xapi

REPORTS_EXCEPTIONS = True


def make_app(world: World) -> Any:
    return declare(xapi, xapi.XAPI, xapi.BackgroundTasks, world)
