"""Starlette's responses."""

from starlette.responses import FileResponse as FileResponse
from starlette.responses import HTMLResponse as HTMLResponse
from starlette.responses import JSONResponse as JSONResponse
from starlette.responses import PlainTextResponse as PlainTextResponse
from starlette.responses import RedirectResponse as RedirectResponse
from starlette.responses import Response as Response
from starlette.responses import StreamingResponse as StreamingResponse


def body_allowed(status_code: int) -> bool:
    """Whether an answer of this status can have a body (RFC 9110, section 6.4.1)."""
    return status_code >= 200 and status_code not in (204, 205, 304)
