"""The fuzzing of one item: what the fixture `xapi_fuzz` gives to its test."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pytest_xapi import settings, usage_errors
from pytest_xapi.fuzz import document, plan, report
from pytest_xapi.fuzz.auth import UnknownScheme
from pytest_xapi.fuzz.cases import Objection
from pytest_xapi.fuzz.document import Document, NamedOperation
from pytest_xapi.fuzz.findings import Record
from pytest_xapi.fuzz.items import FuzzItems, keyword
from pytest_xapi.fuzz.keys import JUDGED, RECORDS, STORAGE
from pytest_xapi.fuzz.plan import SEQUENCES
from pytest_xapi.fuzz.run import fuzz_operation, fuzz_sequences
from pytest_xapi.fuzz.schemathesis_adapter import Api, UnusableDocument, undisturbed
from pytest_xapi.fuzz.transport import Line


class FuzzSession:
    """Sends the cases of one item and fails it if there are findings."""

    def __init__(self, item: pytest.Item, app: Any, line: Line, credentials: Mapping[str, Any]) -> None:
        self._item = item
        self._app = app
        self._line = line
        self._credentials = credentials
        self._document = self._read_document()
        self.operations = document.operations(self._document)
        self._check_operations()

    def operation(self, label: str) -> None:
        """Fuzz one operation."""
        self._fuzz(lambda api, chosen: fuzz_operation(api, label, chosen), keyword(label))

    def sequences(self) -> None:
        """Fuzz with sequences of requests."""
        record = self._fuzz(fuzz_sequences, SEQUENCES)
        if not record.cases:
            pytest.skip("the document links no operations")

    def _fuzz(self, run: Callable[[Api, plan.Plan], Record], selector: str) -> Record:
        try:
            with undisturbed(self._item.config.stash[STORAGE]):
                record = run(self._api(), plan.of(self._item.config))
        except (UnusableDocument, UnknownScheme) as error:
            pytest.fail(str(error), pytrace=False)
        self._item.stash.setdefault(RECORDS, []).append(record.as_json())
        if record.findings:
            text = report.failure(record.findings, self._credentials, self._command(selector))
            pytest.fail(text, pytrace=False)
        return record

    def _api(self) -> Api:
        return Api(
            self._document,
            self._line.send,
            restart=self._line.restart,
            app=self._app,
            credentials=self._credentials,
            objection=self._objection(),
        )

    def _objection(self) -> Objection | None:
        """The judge of accepted requests, for an app that says what its validators accept."""
        from pytest_xapi.fuzz.coercion import Coercion
        from xapi import XAPI

        if not isinstance(self._app, XAPI):
            return None
        self._item.stash[JUDGED] = True
        return Coercion(self._app, self._document).objection

    def _read_document(self) -> Document:
        try:
            return document.read(self._app, self._line.send)
        except document.NoDocument as error:
            usage_errors.end_run(self._item.config, f"the fixture `xapi_app`: {error}")

    def _check_operations(self) -> None:
        """The operations known at collection are those of the app that the fixture gives."""
        assert isinstance(self._item.parent, FuzzItems)
        collected = self._item.parent.operations
        if collected is None:
            return
        before, now = _labels(collected), _labels(self.operations)
        if before == now:
            return
        differences = [f"only in the app that is set: {label}" for label in before if label not in now]
        differences += [f"only in the fixture's app: {label}" for label in now if label not in before]
        setting = settings.read(self._item.config).app
        source = "" if setting is None else f" ({setting.source}: {setting.value})"
        pytest.fail(
            f"the app that the fixture `xapi_app` gives differs from the one that is set{source}, "
            f"from which the tests were made: {'; '.join(differences)}. "
            "Set the app that the fixture gives, or none: then one test fuzzes all operations of the folder",
            pytrace=False,
        )

    def _command(self, selector: str) -> str:
        given = settings.read(self._item.config)
        chosen = plan.of(self._item.config)
        words = ["pytest", "--xapi-fuzz", "--xapi-seed", str(chosen.seed)]
        if given.app is not None and given.app.source == settings.APP.flag:
            words += [settings.APP.flag, given.app.value]
        if chosen.random_cases != plan.DEFAULT_RANDOM_CASES:
            words += [settings.MAX_EXAMPLES.flag, str(chosen.random_cases)]
        assert isinstance(self._item.parent, FuzzItems)
        if self._item.parent.operations is None:
            selector = self._item.name.replace(" ", " and ")
        if self._item.path != self._item.config.rootpath:
            words.append(self._item.path.relative_to(self._item.config.rootpath).as_posix())
        return shlex.join([*words, "-k", selector])


def _labels(operations: list[NamedOperation]) -> list[str]:
    return sorted(operation.label for operation in operations)
