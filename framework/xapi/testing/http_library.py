"""The HTTP library of the test clients: httpx, or httpx2 where that is set.

What is installed decides nothing: a suite has the same responses on every machine.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

LIBRARIES = ("httpx", "httpx2")
VARIABLE = "XAPI_HTTP_CLIENT"
"""The environment variable that names one of them."""

if TYPE_CHECKING:
    import httpx as httpx


def use(name: str, source: str) -> None:
    """Make the test clients of a library; `source` is where it was named, for messages.

    Raises:
        ValueError: there is no such library.
        ModuleNotFoundError: it is not installed.
        RuntimeError: the test clients were imported before, made of the other one.
    """
    if name not in LIBRARIES:
        raise ValueError(f"{source}: {name!r} is not one of {', '.join(LIBRARIES)}")
    used = globals().get("httpx")
    if used is None:
        try:
            globals()["httpx"] = import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name or name == "httpx":
                raise
            raise ModuleNotFoundError(
                f"{source}: {name} is not installed: pip install {name}", name=name
            ) from error
    elif used is not sys.modules.get(name):
        raise RuntimeError(
            f"{source}: the test clients already use {used.__name__}; set {VARIABLE}={name} in the "
            "environment, which applies whatever imports them first"
        )


def __getattr__(name: str) -> Any:
    if name != "httpx":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    use(os.environ.get(VARIABLE, "").strip() or "httpx", f"{VARIABLE} in the environment")
    return globals()[name]
