"""Requests that guided property tests have reached something new with, kept for later runs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import atomic_write, settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.schedule import Entry
from pytest_xapi.fuzz.guided import plans
from pytest_xapi.fuzz.guided.plans import Plan
from pytest_xapi.fuzz.model.redaction import Redactor

DEFAULT_FOLDER = ".xapi/corpus"
VERSION = 1
_LONGEST_NAME = 60


class NotKept(Exception):
    """A file has no requests that were kept."""


def read(config: pytest.Config, entry: Entry, labels: Collection[str], redactor: Redactor) -> list[Plan]:
    """The requests that were kept for an item.

    Args:
        config: Of the run.
        entry: The item.
        labels: The operations that there are: requests of others are left out.
        redactor: Puts the declared secrets back.

    Raises:
        NotKept: the file is not of this form.
    """
    file = _file(config, entry)
    if not file.is_file():
        return []
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']!r} is not known")
        found = [plans.from_data(steps) for steps in redactor.restored(data["requests"])]
    except (ValueError, LookupError, TypeError) as error:
        text = f"{error!r}" if isinstance(error, LookupError) else str(error)
        raise NotKept(f"{file} has no requests that were kept: {text}; delete it") from error
    return [plan for plan in found if all(step.drawn.label in labels for step in plan)]


def write(config: pytest.Config, entry: Entry, kept: Sequence[Plan], redactor: Redactor) -> None:
    """Keep requests for later runs, without secrets; nothing is written where nothing is to be kept."""
    if not config.pluginmanager.has_plugin("cacheprovider"):
        return  # who wants nothing to be kept gets nothing written
    file = _file(config, entry)
    text = "\n".join(_lines(entry, [redactor.data(plans.as_data(plan)) for plan in kept]))
    with suppress(OSError):  # what cannot be written is found again
        if not kept:
            file.unlink(missing_ok=True)
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            atomic_write.write_atomic(file, text)


def _lines(entry: Entry, requests: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """JSON with a line for each plan, so that changes can be read."""
    head = json.dumps({"version": VERSION, "operation": entry.label})
    yield f'{head[:-1]}, "requests": ['
    rows = [json.dumps(item, sort_keys=True, default=str) for item in requests]
    yield ",\n".join(rows)
    yield "]}\n"


def _file(config: pytest.Config, entry: Entry) -> Path:
    """Where the requests of an item are kept: a name that people can read, and no other item has."""
    folder = config.rootpath / str(settings.value(config, options.CORPUS, DEFAULT_FOLDER))
    words = re.sub(r"[^A-Za-z0-9]+", "-", entry.label).strip("-")[:_LONGEST_NAME]
    digest = hashlib.blake2b(entry.label.encode(), digest_size=4).hexdigest()
    return folder / f"{words}-{digest}.json"
