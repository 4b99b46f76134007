"""Whether guided property tests can look into the app, and the code with probes that they look through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_xapi import settings, source_locations
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.schedule import GUIDED
from pytest_xapi.fuzz.collection.selection import Selection
from pytest_xapi.fuzz.guided.twins import Twins

_TWINS = pytest.StashKey[Twins]()
LEFT_OUT = (
    "guided property tests: left out, as the source of the app is neither below the root directory nor where "
    "its handlers are; name its packages with xapi_fuzz_guide"
)


def twins_of(config: pytest.Config, app: Any = None) -> Twins:
    """The code with probes of a run: nothing is read before it is put in place.

    Args:
        config: Of the run.
        app: The packages of its handlers are looked into, wherever they are.
    """
    if _TWINS not in config.stash:
        config.stash[_TWINS] = Twins(config.rootpath, settings.value(config, options.GUIDE, ()))
    twins = config.stash[_TWINS]
    if app is not None:
        twins.know(source_locations.modules(app))
    return twins


def guided_where_possible(config: pytest.Config, selection: Selection, app: Any) -> Selection:
    """A selection without the phase `guided`, if nobody asked for it and there is no source to look into."""
    is_chosen = options.CHOSEN_PHASES.key in settings.read(config).given
    if is_chosen or GUIDED not in selection.phases or twins_of(config, app).has_source:
        return selection
    return replace(selection, phases=tuple(phase for phase in selection.phases if phase != GUIDED))
