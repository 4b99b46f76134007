"""Ids among the arguments of pytest: printed ids of property tests run, those of other tests add none."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from difflib import get_close_matches

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.items import EVERYTHING

_NAME = "xapi"
"""The last part of the path in an id of a property test: no such file is there."""
_GIVEN = pytest.StashKey[list[str]]()
_ALONE = pytest.StashKey[bool]()
LEFT_OUT = (
    "xapi-fuzz: no property tests, because ids of other tests are given: "
    "`--xapi-op`, `--xapi-fuzz-include` or the id of one adds them"
)
_CHOOSING = (options.OPERATION, options.INCLUDE, options.EXCLUDE, options.ONLY, options.REPLAY)
"""Who sets one of them asks for property tests."""


def take(config: pytest.Config) -> None:
    """Take the ids of property tests from the arguments, of which pytest would look for the files.

    Under pytest-xdist the workers do it, to which the arguments are handed on.
    """
    if config.pluginmanager.has_plugin("dsession"):
        return
    ids = [argument for argument in config.args if _is_of_property_test(argument, config)]
    config.stash[_GIVEN] = [_from_root(text, config) for text in ids]
    if not ids:
        return
    config.args[:] = [argument for argument in config.args if argument not in ids]
    if not config.args:
        here = config.invocation_params.dir
        named = config.getini("testpaths") if here == config.rootpath else []
        found = [path for name in named for path in sorted(glob.glob(name, recursive=True))]
        config.args[:] = found or [str(here)]
        config.stash[_ALONE] = True


def are_alone(config: pytest.Config) -> bool:
    """Whether nothing else was asked for."""
    return config.stash.get(_ALONE, False)


def leave_out_others(config: pytest.Config) -> bool:
    """Whether ids of other tests were given, and nothing that asks for property tests."""
    given = settings.read(config).given
    return (
        any("::" in argument for argument in config.args)
        and not config.stash.get(_GIVEN, [])
        and not any(option.key in given for option in _CHOOSING)
    )


def chosen(config: pytest.Config, items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Those of the property tests whose ids were given; all if none was.

    Raises:
        pytest.UsageError: there is no property test with one of the ids.
    """
    found = list(items)
    ids = config.stash.get(_GIVEN, [])
    if any(item.name == EVERYTHING for item in found):
        return found  # what stands for all of them, and says why they are not there
    known = [item.nodeid for item in found]
    for text in ids:
        if not any(_has(text, nodeid) for nodeid in known):
            near = get_close_matches(text, known, n=1)
            meant = f" (did you mean {near[0]!r}?)" if near else ""
            raise pytest.UsageError(f"not found: there is no property test {text!r}{meant}")
    return [item for item in found if not ids or any(_has(text, item.nodeid) for text in ids)]


def _has(text: str, nodeid: str) -> bool:
    """Whether an id is one of an item, or of all phases of its operation."""
    return nodeid == text or nodeid.startswith(f"{text} ")


def _is_of_property_test(argument: str, config: pytest.Config) -> bool:
    path, separator, _ = argument.partition("::")
    file = config.invocation_params.dir / path
    return bool(separator) and file.name == _NAME and not file.exists()


def _from_root(argument: str, config: pytest.Config) -> str:
    """An id as pytest has it; paths of arguments begin where it was started, or where ids do."""
    path, _, name = argument.partition("::")
    for start in (config.invocation_params.dir, config.rootpath):
        if (start / path).parent.is_dir():
            below = os.path.relpath(start / path, config.rootpath).replace(os.sep, "/")
            return f"{below}::{name}"
    return argument
