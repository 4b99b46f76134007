"""Path templates, and the parameters in them."""

from __future__ import annotations

import re

PATH_NAME = re.compile("{([a-zA-Z_][a-zA-Z0-9_]*)(?::[^}]*)?}")
"""A parameter in a path template, with its convertor if it has one."""


def path_names(path: str) -> frozenset[str]:
    """The names of the parameters of a path template."""
    return frozenset(PATH_NAME.findall(path))
