"""Ends a run whose property tests would touch what the project forbids."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from pytest_xapi import settings, usage_errors
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.items import FuzzItem
from pytest_xapi.fuzz.model import forbidden
from pytest_xapi.fuzz.monitors import audit
from pytest_xapi.fuzz.monitors.audit import Audit, Opened
from pytest_xapi.fuzz.processes.isolation import FLIGHT

_AUDIT = pytest.StashKey[Audit]()
_TEXTS = pytest.StashKey[tuple[list[str], dict[str, str]]]()
_INPUT = "xapi_forbidden"
HOW_TO_MEND = (
    "To mend it: give property tests something else in its place: override the dependency in an autouse "
    "fixture of conftest.py, name a fixture that does so in fuzz_fixtures, or set the variable that the app "
    "reads"
)


def listen(config: pytest.Config) -> None:
    """Hear of what is opened, from before the conftest files on: they may import the app, or set variables.

    Raises:
        pytest.UsageError: what is forbidden cannot be understood.
    """
    texts = settings.early(config, options.FORBID) or []
    if not texts:
        return
    names = [text.strip().removeprefix(forbidden.VARIABLE) for text in texts]
    held = {name: os.environ[name] for name in names if name in os.environ}
    config.stash[_TEXTS] = texts, held
    config.stash[_AUDIT] = Audit(_read(config, texts, held), config.rootpath)
    audit.begin(config.stash[_AUDIT])


def register(config: pytest.Config) -> None:
    """Guard the property tests of this process."""
    if _AUDIT in config.stash:
        given = getattr(config, "workerinput", {}).get(_INPUT)
        if given is not None:
            # The controller has read the variables before its conftest files could set them.
            config.stash[_AUDIT].forbidden = _read(config, *given)
        config.pluginmanager.register(Guard(config), "xapi-fuzz-forbidden")


def refuse(config: pytest.Config) -> None:
    """End the run if something was kept from being touched."""
    if _AUDIT in config.stash and config.stash[_AUDIT].refused:
        opened, target = config.stash[_AUDIT].refused[0]
        usage_errors.end_run(config, f"{_told(config, opened, target.shown)}; it was not. {HOW_TO_MEND}")


def _read(config: pytest.Config, texts: list[str], held: dict[str, str]) -> list[forbidden.Forbidden]:
    folders = dict.fromkeys((config.rootpath, config.invocation_params.dir))
    try:
        return forbidden.read(texts, folders, held)
    except forbidden.UnusableTarget as error:
        raise pytest.UsageError(f"{options.FORBID.name}: {error}") from None


def _told(config: pytest.Config, opened: Opened, target: str) -> str:
    by = f"{config.stash[FLIGHT].item}, "
    by += f"in answering {opened.during}" if opened.during else "outside of a request, as when the app starts"
    return (
        f"--xapi-fuzz is refused: {target}, which `{options.FORBID.key}` names, would have been used "
        f"by {by}: {opened.event} at {opened.place}"
    )


class Guard:
    """The plugin that refuses what is forbidden while a property test runs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._audit = config.stash[_AUDIT]
        self._audit.request = lambda: config.stash[FLIGHT].sent

    def pytest_report_header(self, config: pytest.Config) -> str:
        """Say what is forbidden."""
        texts, held = config.stash[_TEXTS]
        unset = [
            text
            for text in texts
            if text.startswith(forbidden.VARIABLE) and not held.get(text.removeprefix(forbidden.VARIABLE))
        ]
        shown = [target.shown for target in self._audit.forbidden]
        shown += [f"{text} (not set)" for text in unset]
        return f"xapi-fuzz: forbidden to property tests: {', '.join(shown)}"

    def pytest_unconfigure(self) -> None:
        """The run is over."""
        audit.end(self._audit)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist what is forbidden."""
        texts, held = node.config.stash[_TEXTS]
        node.workerinput[_INPUT] = (texts, held)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Refuse in the set-up of a property test, and what was opened before it."""
        if not isinstance(item, FuzzItem):
            return (yield)
        earlier = self._audit.first_earlier()
        if earlier is not None:
            opened, target = earlier
            usage_errors.end_run(
                self._config,
                f"--xapi-fuzz is refused: {target.shown}, which `{options.FORBID.key}` names, was opened "
                f"before the property tests, so that nobody can tell what they do with it: {opened.event} at "
                f"{opened.place}. {HOW_TO_MEND}; open it in a dependency or where the app starts",
            )
        return (yield from self._guarded(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Refuse in the test itself."""
        return (yield from self._guarded(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Refuse where the app shuts down."""
        return (yield from self._guarded(item))

    def _guarded(self, item: pytest.Item) -> Generator[None, object, object]:
        if not isinstance(item, FuzzItem):
            return (yield)
        self._audit.refuses = True
        try:
            return (yield)
        finally:
            self._audit.refuses = False
            refuse(self._config)
