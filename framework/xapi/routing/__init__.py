"""Routes and routers."""

from xapi.routing.route import APIRoute as APIRoute
from xapi.routing.route import APIWebSocketRoute as APIWebSocketRoute
from xapi.routing.router import APIRouter as APIRouter

__all__ = ["APIRoute", "APIRouter", "APIWebSocketRoute"]
