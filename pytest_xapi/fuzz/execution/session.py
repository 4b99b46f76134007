"""The fuzzing of one item: what the fixture `xapi_fuzz` gives to its test."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import document_choice, settings, source_locations, usage_errors
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import (
    baseline,
    budget,
    check_levels,
    corpus,
    documents,
    guiding,
    plan,
    selection,
    store,
    targets,
)
from pytest_xapi.fuzz.collection.items import FuzzItems
from pytest_xapi.fuzz.collection.schedule import GUIDED, STATEFUL, Entry
from pytest_xapi.fuzz.execution import document_cache, mass_assignment
from pytest_xapi.fuzz.execution.access import Access
from pytest_xapi.fuzz.execution.authorization import Authorization, UnknownRole, read_roles
from pytest_xapi.fuzz.execution.case_hook import CaseHook, adjust_sequences, with_notice
from pytest_xapi.fuzz.execution.guided import Guide, fuzz_guided
from pytest_xapi.fuzz.execution.run import Hooks, Take, Way, fuzz_operation, fuzz_sequences, replay
from pytest_xapi.fuzz.execution.shared_causes import SharedCauses
from pytest_xapi.fuzz.generation import linking
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.keys import JUDGED, STORAGE
from pytest_xapi.fuzz.model import auth
from pytest_xapi.fuzz.model.auth import UnknownScheme
from pytest_xapi.fuzz.model.cases import Case, Objection
from pytest_xapi.fuzz.model.findings import Finding, Record
from pytest_xapi.fuzz.model.item_time import ItemTime
from pytest_xapi.fuzz.model.omissions import WHOLE, Omission
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.monitors.monitored_transport import MonitoredTransport
from pytest_xapi.fuzz.reporting import regressions, report, unusable
from pytest_xapi.fuzz.reporting.notes import NoteTaker
from pytest_xapi.fuzz.reporting.serialization import shown
from pytest_xapi.fuzz.schemathesis_adapter import Api, UnusableDocument, undisturbed
from pytest_xapi.reports.keys import RECORDS
from xapi.openapi.reader import Document, DocumentError, Operation

_SHOWN = pytest.StashKey[dict[str, str]]()
"""The item that has shown a finding, by its fingerprint."""


class FuzzSession:
    """Sends the cases of one item and fails it if there are findings."""

    def __init__(
        self,
        item: pytest.Item,
        app: Any,
        line: MonitoredTransport,
        credentials: Mapping[str, Any],
        redactor: Redactor,
        adjust: CaseHook | None = None,
        roles: Mapping[str, Any] | None = None,
    ) -> None:
        self._item = item
        self._config = item.config
        self._app = app
        self._line = line
        self._credentials = credentials
        self._redactor = redactor
        try:
            self._roles = read_roles(roles or {}, credentials)
        except UnknownRole as error:
            pytest.fail(str(error), pytrace=False)
        self._adjust = None if adjust is None else with_notice(adjust, redactor.learn_added)
        self._flat = document_cache.flat_of(self._config, self._read_document())
        self._document = self._flat.document
        self._operations = list(self._document.operations)
        self._check_operations()

    def entries(self) -> list[Entry]:
        """What is to be run, where only the fixture gives the app."""
        refusal = selection.fault(self._config, self._document)
        if refusal is not None:
            usage_errors.end_run(self._config, refusal)
        found = targets.entries_of(self._config, self._document, self._app)
        budget.of(self._config).expect(sum(entry.parts for entry in found))
        return found

    def run(self, entry: Entry) -> None:
        """Fuzz one operation in one phase, or with sequences of requests."""
        self._require_usable(entry)
        budget.skip_if_late(self._item, entry)
        try:
            with undisturbed(self._config.stash[STORAGE]):
                record = (
                    self._watched(entry) if settings.value(self._config, options.NOTES) else self._sent(entry)
                )
        except (UnusableDocument, UnknownScheme) as error:
            pytest.fail(str(error), pytrace=False)
        counted = (check_levels.applied(self._config, finding) for finding in record.findings)
        record.findings = [self._completed(finding) for finding in counted if finding is not None]
        record.needs_credentials = self._lacking(entry)
        again = [
            "" if finding.is_accepted else self._replay(finding, entry.phase) for finding in record.findings
        ]
        checked = self._document.checked.get(entry.label)
        record.ignored = unusable.ignored(checked) if checked else []
        self._explain(record, entry)
        self._note(record, again)
        failing = [pair for pair in zip(record.findings, again, strict=True) if pair[0].fails]
        texts = [self._shown(failing, entry)] if failing else []
        unjudged = unusable.of_responses(entry.label, checked) if checked else None
        texts += [unjudged] if unjudged else []
        if texts:
            pytest.fail("\n\n".join(texts), pytrace=False)
        if not record.cases:
            pytest.skip(record.unsent)

    def _shown(self, failing: list[tuple[Finding, str]], entry: Entry) -> str:
        """What is printed of findings: each of them in full once in a process."""
        known = self._config.stash.setdefault(_SHOWN, {})
        text = report.failure(failing, self._redactor, self._command(entry), dict(known))
        for finding, _ in failing[: report.MOST_IN_FULL]:
            known.setdefault(finding.problem.fingerprint, entry.name)
        return text

    def _explain(self, record: Record, entry: Entry) -> None:
        """Say why nothing was sent, if nothing was."""
        if record.cases:
            record.unsent = ""
            return
        if record.cut:
            record.unsent = budget.of(self._config).was_up
        elif entry.phase == STATEFUL:
            record.unsent = "the document links no operations"
        record.unsent = record.unsent or "the document gives no cases for it"
        if entry.operation is not None:
            record.omissions.append(Omission(entry.label, WHOLE, record.unsent))

    def _require_usable(self, entry: Entry) -> None:
        """Fail where the document says nothing that can be called."""
        if entry.problem is not None:
            reason: str | None = unusable.text(entry.label, [entry.problem])
        elif entry.operation is None:
            return
        else:
            reason = unusable.of_request(entry.label, self._document.checked[entry.label])
        if reason is not None:
            omission = Omission(entry.label, WHOLE, "its description cannot be used, as its item says")
            self._note(Record(entry.name, entry.phase, omissions=[omission]), [])
            pytest.fail(reason, pytrace=False)

    def _note(self, record: Record, again: list[str]) -> None:
        """Let the report of the item carry what it sent and found."""
        written = record.as_json()
        for finding, data, command in zip(record.findings, written["findings"], again, strict=True):
            data |= shown(finding, self._redactor, command)
        self._item.stash.setdefault(RECORDS, []).append(written)

    def _watched(self, entry: Entry) -> Record:
        """The same as `_sent`, with an eye on what is not a fault."""
        taker = NoteTaker(self._app, self._document, entry)
        with taker.watching():
            record = self._sent(entry, taker.take)
            # Once for each operation: the boundary phase has all of them.
            repeat = entry.phase == "boundary" and not record.cut
            record.notes = taker.notes(self._line.send, repeat=repeat).as_json()
        return record

    def _sent(self, entry: Entry, take: Take = lambda outcome: None) -> Record:
        chosen, shared = plan.of(self._config), self._shared()
        if entry.phase != GUIDED:
            guiding.twins_of(self._config).take()
        known = self._redactor.restored(store.of(self._config).get(entry.label, []))
        if entry.phase == STATEFUL:
            access = Access(self._credentials, self._line.send)
            api, unlinked, guesses = self._api_of_sequences()
            if self._adjust is not None:
                adjust_sequences(api, self._adjust)
            with budget.of(self._config).share(entry.parts) as time:
                hooks = Hooks(access=access, shared=shared, guesses=guesses)
                record = fuzz_sequences(api, chosen, time, hooks)
            record.unlinked = unlinked
            return record
        api = self._api(self._flat.whole)
        if entry.operation is not None:
            api.prepare(entry.label)
        if entry.phase == "replay":
            store.require_secrets(known)
            with budget.of(self._config).share(entry.parts) as time:
                return replay(api, entry, known, time, self._hooks_of_replay(api))
        per_case = settings.value(self._config, options.RESET) == "case"
        hooks = Hooks(
            self._line.reset if per_case else lambda: None,
            self._adjust,
            take=take,
            known=known,
            shared=shared,
            probes=partial(self._probed, api),
        )
        with budget.of(self._config).share(entry.parts) as time:
            if entry.phase != GUIDED:
                return fuzz_operation(api, entry, chosen, time, hooks)
            all_labels = [operation.label for operation in shared.operations]
            labels = all_labels if entry.operation is None else [entry.label]
            return self._guided(api, entry, time, hooks, labels)

    def _guided(self, api: Api, entry: Entry, time: ItemTime, hooks: Hooks, labels: list[str]) -> Record:
        """Send guided requests of operations."""
        guide = Guide(
            guiding.twins_of(self._config, self._app),
            labels,
            self._config.rootpath,
            kept=self._kept(entry, labels),
            keep=lambda kept: corpus.write(self._config, entry, kept, self._redactor),
            tell_secret=self._redactor.learn_compared,
        )
        record = fuzz_guided(api, entry, plan.of(self._config), time, hooks, guide)
        for condition in record.reach.get("conditions", ()):
            condition["nearest"] = self._redactor.output(condition["nearest"])
        return record

    def _kept(self, entry: Entry, labels: list[str]) -> list[Plan]:
        """What guided requests begin with."""
        try:
            return corpus.read(self._config, entry, labels, self._redactor)
        except corpus.NotKept as error:
            usage_errors.end_run(self._config, str(error))

    def _hooks_of_replay(self, api: Api) -> Hooks:
        """What looks again for what is found beyond cases."""
        shared = SharedCauses(self._flat.usable.operations, (), type(self._app).__name__)
        return Hooks(
            access=Access(self._credentials, self._line.send),
            probes=partial(self._probed, api),
            shared_again=partial(shared.again, api),
        )

    def _probed(self, api: Api, label: str, accepted: Case | None) -> Iterator[Finding]:
        """What an operation gives to users who should not get it, and what it takes that it should not."""
        document = self._flat.usable
        yield from mass_assignment.found(api, document, label, accepted)
        yield from Authorization(document, self._credentials, self._roles).found(api, label, accepted)

    def _shared(self) -> SharedCauses:
        """What is found once for all operations that are chosen."""
        return document_cache.shared_of(self._config, self._flat, type(self._app).__name__)

    def _api_of_sequences(self) -> tuple[Api, list[Omission], set[Way]]:
        """What sends sequences, and which path parameters they have no value for.

        What is not chosen is not sent there either. Links by what values are come to those of the document;
        those of them that are guesses are returned, too.
        """
        chosen = selection.of(self._config)
        labels = [item.label for item in self._operations if chosen.has(item)]
        described = self._flat.content(labels)
        api = self._api(described)
        operations = [item for item in self._flat.usable.operations if item.label in labels]
        links, reasons = linking.search(operations, api.linked())
        if links:
            linking.add(described := self._flat.content(labels), links, operations)
            api = self._api(described)
        unlinked = [
            Omission(label, f"path parameter `{name}`", reason) for (label, name), reason in reasons.items()
        ]
        guesses = {(link.source, link.target, link.name) for link in links if link.is_guess}
        return api, [*unlinked, *api.not_followed()], guesses

    def _lacking(self, entry: Entry) -> list[str]:
        """The security schemes for which nothing gives credentials, of which an operation needs one."""
        operation = entry.operation
        if operation is None or {} in operation.security or not operation.security:
            return []
        names = sorted({name for names in operation.security for name in names})
        given = {keys[0] for keys, _ in auth.each(self._credentials)}
        return [] if given & set(names) else names

    def _completed(self, finding: Finding) -> Finding:
        """A finding without secrets, and with what the project knows of it."""
        finding = self._redactor.finding(finding)
        root = self._config.rootpath
        is_accepted = baseline.of(self._config).accepts(finding.problem.fingerprint) or check_levels.allows(
            self._config, finding
        )
        folder = settings.value(self._config, options.REGRESSIONS)
        file = None
        if folder is not None and not is_accepted:
            file = regressions.write(root / folder, finding, self._redactor)
        # What all operations show stands at the first of them: a report has to put it somewhere.
        shown_by = finding.operations[0] if finding.operations else finding.operation
        return replace(
            finding,
            place=source_locations.locate(self._app, shown_by, root),
            is_accepted=is_accepted,
            fails=not is_accepted and check_levels.fails(self._config, finding),
            regression=None
            if file is None
            else str(file.relative_to(root) if file.is_relative_to(root) else file),
        )

    def _api(self, described: dict[str, Any]) -> Api:
        self._item.stash[JUDGED] = self._is_judged
        credentials = auth.users(self._credentials)[0].credentials
        return document_cache.api_of(
            self._config, self._app, described, credentials, self._line, self._objection
        )

    def _objection(self) -> Objection | None:
        """The judge of accepted requests, for an app that says what its validators accept."""
        from pytest_xapi.fuzz.execution.coercion import Coercion

        return Coercion(self._app, self._document).objection if self._is_judged else None

    @property
    def _is_judged(self) -> bool:
        """Whether the app's own validators judge what was accepted."""
        from xapi import XAPI

        return isinstance(self._app, XAPI)

    def _read_document(self) -> Document:
        document = document_choice.from_file(self._config)
        if document is not None:
            return document
        try:
            return document_cache.of_app(self._config, self._app, self._asked)
        except DocumentError as error:
            usage_errors.end_run(self._config, f"the fixture `xapi_app`: {error}")

    def _asked(self) -> Document:
        return documents.read(self._app, self._line.fetch, document_choice.path(self._config))

    def _check_operations(self) -> None:
        """The operations known at collection are those of the app that the fixture gives."""
        assert isinstance(self._item.parent, FuzzItems)
        collected = self._item.parent.document
        if collected is None or collected is self._document:
            return
        before, now = _labels(collected.operations), _labels(self._operations)
        if before == now:
            return
        differences = [f"only in the configured app: {label}" for label in before if label not in now]
        differences += [f"only in the fixture's app: {label}" for label in now if label not in before]
        setting = targets.operations_source(self._config)
        source = "" if setting is None else f" ({setting.source}: {setting.value})"
        pytest.fail(
            f"the app of the fixture `xapi_app` differs from the configured app{source}, "
            f"from which the tests were generated: {'; '.join(differences)}. "
            "Configure the fixture's app, or none: then a single test fuzzes all operations of the folder",
            pytrace=False,
        )

    def _replay(self, finding: Finding, phase: str) -> str:
        """Store a finding, and return the command that sends it again; nothing if it does not fail again."""
        if not finding.steps and finding.probe is None:
            return ""
        unknown = [text for text in finding.hidden if not self._redactor.is_declared(text)]
        if unknown:
            return f"(it cannot be sent again by a key: secrets are not stored, {', '.join(unknown)})"
        failure, fingerprint = finding.as_failure(), finding.problem.fingerprint
        key = store.key_of(failure, fingerprint)
        if phase != "replay":
            try:
                store.write(store.folder(self._config), failure, fingerprint)
            except OSError as error:
                if key == fingerprint:
                    return f"(cannot be stored: {store.folder(self._config)}: {error.strerror})"
        words = [*self._words(), options.OPERATION.flag, failure["operation"], options.REPLAY.flag, key]
        return shlex.join(words)

    def _command(self, entry: Entry) -> str:
        """The command that runs the item again."""
        chosen = plan.of(self._config)
        words = [*self._words(), options.SEED.flag, str(chosen.seed)]
        if chosen.profile != plan.DEFAULT_PROFILE:
            words += [options.PROFILE.flag, chosen.profile]
        if options.MAX_EXAMPLES.key in settings.read(self._config).given:
            words += [options.MAX_EXAMPLES.flag, str(chosen.random_cases)]
        if entry.operation is not None:
            words += [options.OPERATION.flag, entry.label]
        return shlex.join([*words, options.CHOSEN_PHASES.flag, entry.phase])

    def _words(self) -> list[str]:
        """How each command begins: with what says which app it is about."""
        words = ["pytest"]
        if self._item.path != self._config.rootpath:
            words.append(Path(os.path.relpath(self._item.path, self._config.rootpath)).as_posix())
        words.append(options.FUZZ.flag)
        for option in (
            *(settings.APP, settings.OPENAPI, settings.OPENAPI_URL),
            *(options.FAILURES, options.FOLDER),
        ):
            setting = settings.read(self._config).given.get(option.key)
            if setting is not None and setting.source == option.flag:
                words += [option.flag, setting.value]
        return words


def _labels(operations: Iterable[Operation]) -> list[str]:
    return sorted(operation.label for operation in operations)
