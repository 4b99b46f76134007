"""Small helpers that existing code imports."""

from __future__ import annotations

import re

from xapi.responses import body_allowed
from xapi.routing.route import generate_unique_id as generate_unique_id

__all__ = ["generate_unique_id", "get_path_param_names", "is_body_allowed_for_status_code"]


def get_path_param_names(path: str) -> set[str]:
    """What stands between braces in a path template."""
    return set(re.findall("{(.*?)}", path))


def is_body_allowed_for_status_code(status_code: int | str | None) -> bool:
    """Whether an answer with this status can have a body (RFC 9110, section 6.4.1).

    None, "default" and ranges such as "4XX" (OpenAPI 3.1, section 4.8.16) count as statuses that can.
    """
    if status_code is None or not str(status_code).isdecimal():
        return True
    return body_allowed(int(status_code))
