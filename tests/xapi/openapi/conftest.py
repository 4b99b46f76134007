"""What tests of the pages share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from xapi.openapi.assets import installed_file


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packages that have the scripts and styles of the pages are not there."""
    for package in ("mkdocs_swagger_ui_tag", "mkdocs_redoc_tag"):
        monkeypatch.setitem(sys.modules, package, None)
    installed_file.cache_clear()
    yield
    installed_file.cache_clear()
