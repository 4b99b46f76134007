"""Where property tests go: which folders have an app of their own, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_xapi import app_fixtures, discovery, settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import documents, schedule, selection, store
from pytest_xapi.fuzz.collection.items import FuzzItems
from pytest_xapi.fuzz.collection.schedule import Entry
from xapi.openapi.reader import Document, DocumentError

_FOLDERS = pytest.StashKey[dict[Path, pytest.Directory]]()
_DOCUMENT = pytest.StashKey[Document]()


def note(collector: pytest.Collector) -> None:
    """Remember the folders that are collected."""
    if isinstance(collector, pytest.Directory):
        collector.config.stash.setdefault(_FOLDERS, {})[collector.path] = collector


def collectors(session: pytest.Session) -> Iterator[FuzzItems]:
    """A collector for each folder that has an app of its own, else one for the root directory.

    Raises:
        pytest.UsageError: there is no app, or the one that is set shows no operations.
    """
    document = known(session.config)
    folders = session.config.stash.get(_FOLDERS, {})
    own = sorted(folder for folder in _folders_with_app(session.config) if folder in folders)
    root = session.config.rootpath
    entries = [] if document is None else entries_of(session.config, document)
    for folder in own:
        yield FuzzItems.below(session if folder == root else folders[folder], document, entries)
    if own:
        return
    collector = FuzzItems.below(session, document, entries)
    if document is None and not any(_other_plugins_with_app(session.config)):
        refusal = f"--xapi-fuzz: {discovery.NOT_SET}"
        if not hasattr(session.config, "workerinput"):
            raise pytest.UsageError(refusal)
        # A worker of pytest-xdist cannot end the run while it collects.
        collector.refusal = refusal
    yield collector


def known(config: pytest.Config) -> Document | None:
    """The document at collection: the file that is set, else that of the app that is; `None` without both.

    Raises:
        pytest.UsageError: it cannot be read, or shows no operations, or none of those that are chosen.
    """
    source = operations_source(config)
    if source is None:
        return None
    if _DOCUMENT not in config.stash:
        try:
            document = config.stash[_DOCUMENT] = _known_document(config)
        except DocumentError as error:
            raise pytest.UsageError(f"{source.source}: {source.value!r}: {error}") from error
        refusal = selection.fault(config, document)
        if refusal is not None:
            raise pytest.UsageError(refusal)
    return config.stash[_DOCUMENT]


def operations_source(config: pytest.Config) -> settings.Setting | None:
    """What gives the operations at collection: the setting of a document, else that of an app."""
    given = settings.read(config).given
    return given.get(options.OPENAPI.key) or given.get(settings.APP.key)


def entries_of(config: pytest.Config, document: Document) -> list[Entry]:
    """What is to be run of a document."""
    return schedule.entries(document, selection.of(config), frozenset(store.of(config)))


def _known_document(config: pytest.Config) -> Document:
    file = settings.value(config, options.OPENAPI)
    if file is None:
        return _document(discovery.load(config), settings.value(config, options.OPENAPI_URL))
    return documents.from_file(config.rootpath / file)


def _document(app: Any, path: str | None) -> Document:
    from pytest_xapi.fuzz.monitors.app_transport import Line
    from xapi.testing import TestClient

    # Not entered: the lifespan of an app belongs to its tests, with their fixtures.
    return documents.read(app, Line(TestClient(app)).send, path)


def _folders_with_app(config: pytest.Config) -> Iterator[Path]:
    """The folders whose `conftest.py` defines the fixture `xapi_app`."""
    for plugin in app_fixtures.plugins_with_app(config):
        if app_fixtures.is_conftest(plugin) and plugin.__file__ is not None:
            yield Path(plugin.__file__).parent


def _other_plugins_with_app(config: pytest.Config) -> Iterator[ModuleType]:
    """The plugins, other than conftest files, that define the fixture `xapi_app`."""
    for plugin in app_fixtures.plugins_with_app(config):
        if not app_fixtures.is_conftest(plugin):
            yield plugin
