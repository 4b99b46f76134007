"""xapi's objects under the names of FastAPI."""

from starlette import status
from starlette.requests import Request
from starlette.responses import Response

from xapi.as_fastapi.distribution import VERSION
from xapi.as_fastapi.tree.applications import FastAPI
from xapi.as_fastapi.tree.background import BackgroundTasks
from xapi.as_fastapi.tree.datastructures import UploadFile
from xapi.as_fastapi.tree.exceptions import HTTPException, WebSocketException
from xapi.as_fastapi.tree.param_functions import (
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    Path,
    Query,
    Security,
)
from xapi.as_fastapi.tree.routing import APIRouter
from xapi.as_fastapi.tree.websockets import WebSocket, WebSocketDisconnect

__version__ = VERSION
