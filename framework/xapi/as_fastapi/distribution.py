"""What `importlib.metadata` tells of the distribution `fastapi`."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, DistributionFinder
from os import PathLike
from typing import NoReturn

VERSION = "0.165.0"
"""The version of FastAPI whose names, and whose ways, the alias has."""
_METADATA = f"""Metadata-Version: 2.1
Name: fastapi
Version: {VERSION}
Summary: xapi under the names of FastAPI
Requires-Dist: starlette
Requires-Dist: pydantic
"""


class AliasDistribution(Distribution):
    """The distribution of the alias: a name, a version, no files."""

    def read_text(self, filename: str) -> str | None:
        return _METADATA if filename == "METADATA" else None

    def locate_file(self, path: str | PathLike[str]) -> NoReturn:
        raise FileNotFoundError(f"{path}: fastapi is an alias of xapi here, and has no files")


def is_installed(context: DistributionFinder.Context) -> bool:
    """Whether FastAPI itself is installed."""
    named = DistributionFinder.Context(name="fastapi", path=context.path)
    for finder in sys.meta_path:
        find = getattr(finder, "find_distributions", None)
        if find is None or finder.__class__.__module__.startswith("xapi."):
            continue
        if any(True for _ in find(named)):
            return True
    return False
