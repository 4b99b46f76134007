"""The documents of a run, read once: reading one takes longer than most items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from pytest_xapi.fuzz import garbage
from pytest_xapi.fuzz.collection import selection
from pytest_xapi.fuzz.execution.shared_causes import SharedCauses
from pytest_xapi.fuzz.model.cases import Objection
from pytest_xapi.fuzz.monitors.app_transport import AppTransport
from pytest_xapi.fuzz.schemathesis_adapter import Api
from xapi.openapi.reader import Document
from xapi.openapi.reader.flattening import FlatDocument

_MOST = 2
"""Of each kind: the whole document, and what is chosen of it for sequences. Fixtures may make many apps."""
_T = TypeVar("_T")
_READ = pytest.StashKey[list[tuple[Any, Document]]]()
_FLAT = pytest.StashKey[list[FlatDocument]]()
_SHARED = pytest.StashKey[list[tuple[FlatDocument, str, SharedCauses]]]()
_KEPT = pytest.StashKey["list[_Kept]"]()


@dataclass(frozen=True)
class _Kept:
    app: Any
    document: Mapping[str, Any]
    credentials: Mapping[str, Any]
    api: Api


def of_app(config: pytest.Config, app: Any, read: Callable[[], Document]) -> Document:
    """The document of an app, which is asked for it once in a run: apps show the same one each time."""
    return _known(config, _READ, lambda known: known[0] is app, lambda: (app, read()))[1]


def flat_of(config: pytest.Config, document: Document) -> FlatDocument:
    """A document with its operations checked and in place: made once for equal documents."""
    return _known(
        config,
        _FLAT,
        lambda known: bool(known.document.content == document.content),
        lambda: FlatDocument(document),
    )


def shared_of(config: pytest.Config, flat: FlatDocument, framework: str) -> SharedCauses:
    """What the operations of a document that are chosen have in common, of which nothing was asked yet.

    Args:
        config: Of the run, which has chosen.
        flat: The document.
        framework: The name of the app's class.
    """

    def new() -> tuple[FlatDocument, str, SharedCauses]:
        chosen = selection.of(config)
        operations = [operation for operation in flat.usable.operations if chosen.has(operation)]
        return flat, framework, SharedCauses(operations, chosen.phases, framework)

    *_, shared = _known(config, _SHARED, lambda known: known[0] is flat and known[1] == framework, new)
    shared.forget()
    return shared


def api_of(
    config: pytest.Config,
    app: Any,
    document: Mapping[str, Any],
    credentials: Mapping[str, Any],
    line: AppTransport,
    objection: Callable[[], Objection | None],
) -> Api:
    """The `Api` of an app for one item: one that has been made for the same before, or a new one.

    Nothing goes from one item to another but what follows from app, document and credentials, and what was
    sent: the app may keep something of it.

    Args:
        config: Of the run, which keeps it.
        app: The app.
        document: Its document, or a part of that.
        credentials: Of the user who sends the requests.
        line: The way to the app.
        objection: Makes the judge of accepted requests.
    """
    kept = config.stash.setdefault(_KEPT, [])
    for known in kept:
        if known.app is app and (known.document, known.credentials) == (document, credentials):
            known.api.renew(line.send, line.restart)
            return known.api
    api = Api(
        document,
        line.send,
        restart=line.restart,
        app=app,
        credentials=credentials,
        objection=objection(),
    )
    api.history = next((known.api.history for known in kept if known.app is app), api.history)
    kept.append(_Kept(app, document, credentials, api))
    del kept[:-_MOST]
    garbage.spare(config)
    return api


def _known(
    config: pytest.Config, key: pytest.StashKey[list[_T]], is_it: Callable[[_T], bool], new: Callable[[], _T]
) -> _T:
    """What a run has kept of a kind, or a new one, which is kept; the last ones are."""
    kept = config.stash.setdefault(key, [])
    found = next(filter(is_it, kept), None)
    if found is None:
        found = new()
        kept.append(found)
        del kept[:-_MOST]
    return found
