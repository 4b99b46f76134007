"""What is held against overrides: those that hold nowhere fail their test, those never used are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.words import counted
from xapi.overrides import OverrideError


def add_note(item: pytest.Item, error: BaseException) -> None:
    """Say with the failure of a test that what it has replaced holds nowhere, if so."""
    found = _fault(item)
    if found is not None:
        error.add_note(f"{type(found).__name__}: {found}")
        for text in found.__notes__:
            error.add_note(text)


def check(item: pytest.Item) -> None:
    """Fail a test that has replaced what none of its apps depends on.

    Raises:
        OverrideError: it has.
    """
    __tracebackhide__ = True
    found = _fault(item)
    if found is not None:
        raise found


def _fault(item: pytest.Item) -> OverrideError | None:
    override = item.stash.get(settings.OVERRIDE, None)
    fault: OverrideError | None = None if override is None else override.fault()
    return fault


def judge(config: pytest.Config, uses: Iterable[tuple[str, str, bool]]) -> None:
    """Fail the test for overrides that it has never used, or note them for the end of the run.

    Args:
        config: Pytest's, which says whether they fail the test.
        uses: What was replaced, where that was said, and whether its replacement was called.
    """
    is_strict = settings.read(config).strict_overrides
    if is_strict:
        unused = [f"{name} ({place})" for name, place, is_used in uses if not is_used]
        if unused:
            pytest.fail(f"overrides that were never used: {', '.join(unused)}", pytrace=False)
    elif is_strict is None:
        for name, place, is_used in uses:
            note(config, {f"{name} ({_short(place, config)})": is_used})


def note(config: pytest.Config, uses: Mapping[str, bool]) -> None:
    """Add what is known of overrides, by name and place, to what the run knows."""
    known = config.stash.setdefault(settings.USES_OF_OVERRIDES, {})
    for text, is_used in uses.items():
        known[text] = known.get(text, False) or is_used


def tell(terminal: Any, config: pytest.Config) -> None:
    """Name those that no test of the run has used."""
    unused = sorted(text for text, is_used in config.stash[settings.USES_OF_OVERRIDES].items() if not is_used)
    if not unused:
        return
    terminal.section("overrides that no test has used", sep="-")
    for text in unused:
        terminal.write_line(text)
    terminal.write_line(
        f"No operation asked for {counted(len(unused), 'replacement')}. xapi_strict_overrides = true fails "
        "each test that does not use what it replaces, false tells nothing."
    )


def _short(place: str, config: pytest.Config) -> str:
    return place.removeprefix(f"{config.rootpath}/")
