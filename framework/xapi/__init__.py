"""xapi: signatures become validated, documented, tested operations."""

from starlette import status as status
from starlette.requests import Request as Request
from starlette.responses import Response as Response

from xapi.applications import XAPI as XAPI
from xapi.background import BackgroundTasks as BackgroundTasks
from xapi.datastructures import UploadFile as UploadFile
from xapi.exceptions import HTTPException as HTTPException
from xapi.exceptions import WebSocketException as WebSocketException
from xapi.param_functions import Body as Body
from xapi.param_functions import Cookie as Cookie
from xapi.param_functions import Depends as Depends
from xapi.param_functions import File as File
from xapi.param_functions import Form as Form
from xapi.param_functions import Header as Header
from xapi.param_functions import Path as Path
from xapi.param_functions import Query as Query
from xapi.param_functions import Security as Security
from xapi.routing.router import APIRouter as APIRouter
from xapi.version import __version__ as __version__
from xapi.websockets import WebSocket as WebSocket
from xapi.websockets import WebSocketDisconnect as WebSocketDisconnect

__all__ = [
    "XAPI",
    "APIRouter",
    "BackgroundTasks",
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "HTTPException",
    "Header",
    "Path",
    "Query",
    "Request",
    "Response",
    "Security",
    "UploadFile",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "__version__",
    "status",
]
