"""Where property tests go: which folders have an app of their own, and what is known of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import app_fixtures, discovery, document_choice, settings
from pytest_xapi.fuzz.collection import (
    documents,
    guard,
    guiding,
    places,
    project_fixtures,
    schedule,
    selection,
    store,
)
from pytest_xapi.fuzz.collection.items import FuzzItems
from pytest_xapi.fuzz.collection.places import Place
from pytest_xapi.fuzz.collection.schedule import Entry
from xapi.openapi.reader import Document, DocumentError

_FOLDERS = pytest.StashKey[dict[Path, pytest.Directory]]()
_DOCUMENT = pytest.StashKey[Document]()
LINES = pytest.StashKey[list[str]]()
"""What holds for the property tests, in lines of the run's header."""


def note(collector: pytest.Collector) -> None:
    """Remember the folders that are collected."""
    if isinstance(collector, pytest.Directory):
        collector.config.stash.setdefault(_FOLDERS, {})[collector.path] = collector


def collectors(session: pytest.Session) -> Iterator[FuzzItems]:
    """A collector for each folder that has an app of its own, else one where the project's tests live.

    Raises:
        pytest.UsageError: there is no app, or the one that is set shows no operations, or the run is refused.
    """
    config = session.config
    document = known(config)
    entries = [] if document is None else entries_of(config, document, discovery.loaded(config))
    refusal = None
    if document is None and not any(app_fixtures.plugins_with_app(config)):
        refusal = f"--xapi-fuzz: {discovery.NOT_SET}"
    for place in _places(session):
        collector = FuzzItems.below(_node(session, place.folder), document, entries)
        names = collector.fixture_names
        config.stash.setdefault(LINES, []).extend(place.lines(config.rootpath, names))
        collector.refusal = refusal or guard.refusal(config, place, names)
        # A worker of pytest-xdist cannot end the run while it collects.
        if collector.refusal is not None and not hasattr(config, "workerinput"):
            raise pytest.UsageError(collector.refusal)
        yield collector
    config.stash.setdefault(LINES, []).extend(guard.of_modules(config))


def _places(session: pytest.Session) -> Iterator[Place]:
    config, root = session.config, session.config.rootpath
    given = places.given(config)
    if given is not None:
        _node(session, given[0])
        yield places.placed(given[0], f"as {given[1]} says", project_fixtures.loaded(config))
        return
    folders = config.stash.get(_FOLDERS, {})
    found = [
        item for item in project_fixtures.loaded(config) if item.folder in {*folders, *root.parents, root}
    ]
    own = sorted(folder for folder in _folders_with_app(config) if folder in folders)
    for start in own or [Path(os.path.commonpath([root, *folders]))]:
        yield places.chosen(start, root, found, own)


def _node(session: pytest.Session, folder: Path) -> pytest.Session | pytest.Directory:
    """The node of a folder, with its conftest files loaded; the session for the root directory."""
    folders = session.config.stash.setdefault(_FOLDERS, {})
    if folder == session.config.rootpath or folder == folder.parent:
        return session
    if folder not in folders:
        parent = _node(session, folder.parent)
        hooks = session.config.hook
        node = hooks.pytest_collect_directory(path=folder, parent=parent)
        if node is None:
            return parent
        folders[folder] = node
        report = hooks.pytest_make_collect_report(collector=node)
        if not report.passed:
            raise pytest.UsageError(f"{folder} cannot be collected: {report.longreprtext}")
    return folders[folder]


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
    return document_choice.file_setting(config) or settings.read(config).app


def entries_of(config: pytest.Config, document: Document, app: Any) -> list[Entry]:
    """What is to be run of a document.

    Args:
        config: Of the run.
        document: The document.
        app: The app; `None` where only a fixture gives it, later.
    """
    chosen = selection.of(config)
    if app is not None:
        possible = guiding.guided_where_possible(config, chosen, app)
        if possible != chosen:
            config.stash.setdefault(LINES, []).append(guiding.LEFT_OUT)
        chosen = possible
    return schedule.entries(document, chosen, frozenset(store.of(config)))


def _known_document(config: pytest.Config) -> Document:
    document = document_choice.from_file(config)
    if document is None:
        return _document(discovery.load(config), document_choice.path(config))
    return documents.with_operations(document, "the file")


def _document(app: Any, path: str | None) -> Document:
    from pytest_xapi.fuzz.monitors.app_transport import AppTransport
    from xapi.testing import TestClient

    # Not entered: the lifespan of an app belongs to its tests, with their fixtures.
    return documents.read(app, AppTransport(TestClient(app)).send, path)


def _folders_with_app(config: pytest.Config) -> Iterator[Path]:
    """The folders whose `conftest.py` defines the fixture `xapi_app`."""
    for plugin in app_fixtures.plugins_with_app(config):
        if app_fixtures.is_conftest(plugin) and plugin.__file__ is not None:
            yield Path(plugin.__file__).parent
