"""What the collector of garbage has to look at while requests are sent.

A run has some hundred thousand objects by then, of the libraries, of the app, and of what is made from its
document. They stay to its end, and to walk over them again and again took up to a tenth of a run.
"""

from __future__ import annotations

import gc
from typing import Any

import pytest

_SPARED = pytest.StashKey[bool]()


def spare(config: pytest.Config) -> None:
    """Keep the collector from all that is there now, to the end of the run; later calls do nothing."""
    if config.stash.setdefault(_SPARED, False) or gc.get_freeze_count():
        return
    config.stash[_SPARED] = True
    gc.freeze()
    config.add_cleanup(gc.unfreeze)


def live() -> list[Any]:
    """The objects that the collector knows, and those that it is kept from."""
    is_kept_from_some = gc.get_freeze_count() > 0
    gc.unfreeze()
    found = gc.get_objects()
    if is_kept_from_some:
        gc.freeze()
    return found
