"""What holds for the property tests of the tickets."""

from __future__ import annotations

import pytest
from tickets.main import TOKEN


@pytest.fixture
def xapi_auth() -> dict[str, str]:
    """What authenticates the requests, by security scheme."""
    return {"HTTPBearer": TOKEN}
