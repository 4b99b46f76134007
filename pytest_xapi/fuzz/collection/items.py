"""The items: one for each operation and phase, below the folder that says which app is under test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_xapi import settings, usage_errors
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.schedule import Entry
from xapi.logger import logger
from xapi.openapi.reader import Document

MARKER = "xapi_fuzz"
EVERYTHING = "all operations"
"""The item of a folder in which only a fixture gives the app, so that its operations are not known before."""


class FuzzItem(pytest.Function):
    """A property test. Its requests are made by the fixture `xapi_fuzz`."""

    entry: Entry | None = None
    """The operation and phase; `None` for all of a folder."""

    @property
    def is_about_document(self) -> bool:
        """Whether it only tells what cannot be used, and sends nothing."""
        return self.entry is not None and self.entry.problem is not None

    @property
    def parts(self) -> int:
        """How many parts of the time of a run it has."""
        return 1 if self.entry is None else self.entry.parts

    def runtest(self) -> None:
        """Run the test. Findings tell what fails in the app: the log gets no traceback for each request."""
        was_disabled, logger.disabled = logger.disabled, True
        try:
            super().runtest()
        finally:
            logger.disabled = was_disabled

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where pytest says that the test is: it has no line, and pytest needs one where a fixture skips."""
        return self.path, 0, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """How pytest shows a failure: in the lines at the end of the run, by its first line alone."""
        shown = super().repr_failure(excinfo)
        crash = getattr(shown, "reprcrash", None)
        if crash is not None:
            crash.message = crash.message.partition("\n")[0]
        return shown


class FuzzItems(pytest.Module):
    """The property tests of one app.

    A module without a file, so that fixtures of every scope work.
    """

    document: Document | None = None
    """What is known of the app at collection; `None` if only a fixture gives the app."""
    entries: list[Entry]
    """What is to be run of them."""
    refusal: str | None = None
    """Why there is nothing to test."""

    @classmethod
    def below(
        cls,
        parent: pytest.Session | pytest.Directory,
        document: Document | None,
        entries: list[Entry],
    ) -> FuzzItems:
        """The collector of the tests below a folder, or below the session for those of the root directory."""
        place = parent.nodeid if isinstance(parent, pytest.Directory) else ""
        nodeid = f"{place}/xapi" if place not in ("", ".") else "xapi"
        collector: FuzzItems = cls.from_parent(parent, path=parent.path, name="xapi", nodeid=nodeid)
        collector.obj = ModuleType("xapi")  # what fixtures see as the module of the test
        collector.document = document
        collector.entries = entries
        names = settings.value(parent.config, options.FIXTURES)
        if names:
            collector.add_marker(pytest.mark.usefixtures(*names))
        return collector

    @property
    def fixture_names(self) -> list[str]:
        """The fixtures that its items use, with those that these use."""
        return self._item(EVERYTHING, _everything).fixturenames

    def collect(self) -> Iterator[FuzzItem]:
        """One item for each entry, in their order."""
        if self.refusal is not None:
            yield self._item(EVERYTHING, _refusing(self.refusal))
            return
        if self.document is None:
            yield self._item(EVERYTHING, _everything)
            return
        for entry in self.entries:
            item = self._item(entry.name, _one(entry))
            item.entry = entry
            item.extra_keyword_matches.add(f"{keyword(entry.label)}{entry.phase}")
            if entry.operation is not None and entry.operation.operation_id:
                item.extra_keyword_matches.add(entry.operation.operation_id)
            yield item

    def _item(self, name: str, test: Callable[..., None]) -> FuzzItem:
        item: FuzzItem = FuzzItem.from_parent(self, name=name, callobj=test)
        item.add_marker(MARKER)
        return item


class Unread(pytest.Module):
    """A test module that is not read, because only property tests are asked for."""

    def collect(self) -> Iterator[pytest.Item]:
        """Nothing."""
        return iter(())


def keyword(label: str) -> str:
    """An operation in a form that `-k` can read, and that is part of no other operation's.

    `GET /notes/{note_id}` becomes `GET:/notes/[note_id]:`.
    """
    text = label.replace(" ", ":", 1).replace("{", "[").replace("}", "]")
    return re.sub(r"[^\w:+\-.\[\]/\\]", "_", text) + ":"


def _refusing(message: str) -> Callable[..., None]:
    def test(pytestconfig: pytest.Config) -> None:
        usage_errors.end_run(pytestconfig, message)

    return test


def _one(entry: Entry) -> Callable[..., None]:
    def test(xapi_fuzz: Any) -> None:
        xapi_fuzz.run(entry)

    return test


def _everything(xapi_fuzz: Any, subtests: pytest.Subtests) -> None:
    for entry in xapi_fuzz.entries():
        with subtests.test(entry.name):
            xapi_fuzz.run(entry)
