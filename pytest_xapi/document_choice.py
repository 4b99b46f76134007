"""Which document is that of the app under test: the file, or the path of the app, that is set."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pytest_xapi import app_fixtures, discovery, documents, settings
from xapi.openapi.reader import Document, DocumentError
from xapi.testing import documents as clients_documents

_FILE = pytest.StashKey[Document]()
_MOST_APPS = 8
"""Of so many apps the served document is kept: a suite may make one for each test."""


class DocumentChoice:
    """A plugin: what is set holds for clients and gates, too.

    It is about the app under test: that of the setting, or of a fixture `xapi_app`; where neither is known,
    about every app. Other apps are asked for their own documents.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._under_test: list[Any] = []
        self._served: list[tuple[Any, Document]] = []
        self._before = clients_documents.chosen
        clients_documents.chosen = self.document

    def pytest_unconfigure(self) -> None:
        """Let apps be asked again."""
        clients_documents.chosen = self._before

    def pytest_sessionstart(self) -> None:
        """Refuse a file that cannot be read before any test is collected."""
        setting = file_setting(self._config)
        try:
            from_file(self._config)
        except DocumentError as error:
            assert setting is not None, "without a setting nothing is read"
            raise pytest.UsageError(f"{setting.source}: {setting.value!r}: {error}") from error

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """Know which apps the tests are for."""
        value = yield
        if fixturedef.argname == app_fixtures.NAME and not isinstance(value, discovery.NoApp):
            others = [app for app in self._under_test if app is not value]
            self._under_test = [*others[1 - _MOST_APPS :], value]
        return value

    def document(self, app: Any) -> Document | None:
        """The document of an app, if it is the one that the setting is about.

        Raises:
            DocumentError: the app serves none at the path that is set.
        """
        if not self._is_under_test(app):
            return None
        return from_file(self._config) or self._served_by(app)

    def _is_under_test(self, app: Any) -> bool:
        known = list(self._under_test)
        if settings.read(self._config).app is not None:
            known.append(discovery.load(self._config))
        return not known or any(app is one for one in known)

    def _served_by(self, app: Any) -> Document:
        for known, document in self._served:
            if known is app:
                return document
        document = documents.asked(app, path(self._config))
        self._served = [*self._served[1 - _MOST_APPS :], (app, document)]
        return document


def file_setting(config: pytest.Config) -> settings.Setting | None:
    """The setting that names a file, if there is one."""
    return settings.read(config).given.get(settings.OPENAPI.key)


def from_file(config: pytest.Config) -> Document | None:
    """The document in the file that is set, read once in a run; None where none is set.

    Raises:
        DocumentError: the file cannot be read, or what it holds is no OpenAPI document.
    """
    if _FILE not in config.stash:
        found = documents.in_file(config.rootpath, settings.read(config).openapi)
        if found is None:
            return None
        config.stash[_FILE] = found
    return config.stash[_FILE]


def path(config: pytest.Config) -> str | None:
    """The path at which the app serves its document, if that is set."""
    return settings.read(config).openapi_url
