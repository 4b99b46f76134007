"""The names that FastAPI and xapi share, from whichever of the two is measured in this process."""

import os
from typing import TYPE_CHECKING, Any

FRAMEWORK = "BENCHMARK_FRAMEWORK"
"""The environment variable that says which: ``fastapi`` or ``xapi``."""

if TYPE_CHECKING or os.environ[FRAMEWORK] == "xapi":
    from xapi import XAPI as App  # noqa: N811  a class, whatever its letters
    from xapi import (
        APIRouter,
        Cookie,
        Depends,
        File,
        Form,
        Header,
        Path,
        Query,
        Request,
        Response,
        UploadFile,
    )
else:
    from fastapi import (
        APIRouter,
        Cookie,
        Depends,
        File,
        Form,
        Header,
        Path,
        Query,
        Request,
        Response,
        UploadFile,
    )
    from fastapi import FastAPI as App

UNLIMITED: dict[str, Any] = {"max_body_size": None} if os.environ.get(FRAMEWORK) == "xapi" else {}
"""What an app says so that a body may be as long as it likes: xapi has a default, FastAPI has no limit."""

__all__ = [
    "UNLIMITED",
    "APIRouter",
    "App",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Path",
    "Query",
    "Request",
    "Response",
    "UploadFile",
]
