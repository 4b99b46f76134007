"""The names that FastAPI and xapi share, from whichever of the two is measured in this process."""

import os
from typing import TYPE_CHECKING

FRAMEWORK = "BENCHMARK_FRAMEWORK"
"""The environment variable that says which: ``fastapi`` or ``xapi``."""

if TYPE_CHECKING or os.environ[FRAMEWORK] == "xapi":
    from xapi import XAPI as App  # noqa: N811  a class, whatever its letters
    from xapi import APIRouter, Cookie, Depends, Form, Header, Path, Query, Request, Response, UploadFile
else:
    from fastapi import APIRouter, Cookie, Depends, Form, Header, Path, Query, Request, Response, UploadFile
    from fastapi import FastAPI as App

__all__ = [
    "APIRouter",
    "App",
    "Cookie",
    "Depends",
    "Form",
    "Header",
    "Path",
    "Query",
    "Request",
    "Response",
    "UploadFile",
]
