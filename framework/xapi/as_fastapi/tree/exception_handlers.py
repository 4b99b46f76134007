"""What answers exceptions."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from xapi.encoders import jsonable_encoder
from xapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from xapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from xapi.utils import is_body_allowed_for_status_code
