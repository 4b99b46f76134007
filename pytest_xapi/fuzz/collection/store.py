"""Failures that are written down, to be sent first in later runs, and again by their key."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi import atomic_write, settings
from pytest_xapi.fuzz import options

DEFAULT_FOLDER = ".xapi/failures"
VERSION = 1
_PREFIX = "x1-"
_INPUT = "xapi_failures"
LONGEST_KEY = 240
_WORDS = (
    b'{"operation":"","check":"not_a_server_error","steps":[{"operation":"POST /items/{item_id}",'
    b'"method":"GET",'
    b'"path_parameters":{"item_id":"0"},"query":{"query":{}},"headers":{},"body":{"name":"","id":0},'
    b'"media_type":"application/json","made":{"mode":"positive","places":{"PATH":"negative","QUERY":"positive",'
    b'"HEADER":"positive","BODY":"positive"},"phase":"coverage","data":{"type":"CoveragePhaseData","location":'
    b'"/","parameter":"","parameter_location":"BODY","scenario":"boundary","type":"FuzzingPhaseData"}}}]}'
)
"""What stored failures have in common, so that their keys are short (zlib's preset dictionary, RFC 1950)."""

Stored = Mapping[str, Any]
"""`operation`, `check`, `steps` or `probe`; in files also what a reader wants to know."""


_OF_RUN = pytest.StashKey[dict[str, list["Stored"]]]()
_NAMES = pytest.StashKey[list[str]]()


class UnknownKey(Exception):
    """A key stands for no stored failure."""


def folder(config: pytest.Config) -> Path:
    """Where the failures of a run are stored."""
    return config.rootpath / str(settings.value(config, options.FAILURES, DEFAULT_FOLDER))


def of(config: pytest.Config) -> dict[str, list[Stored]]:
    """The failures that a run is to send again, by the label of their operation.

    Raises:
        pytest.UsageError: a file is not a stored failure, or `--xapi-replay` names none.
    """
    if _OF_RUN not in config.stash:
        key = settings.value(config, options.REPLAY)
        try:
            failures = _known(config) if key is None else [failure_of(key, folder(config))]
        except UnknownKey as error:
            raise pytest.UsageError(f"{options.REPLAY.flag}: {error}") from error
        found = config.stash[_OF_RUN] = {}
        for failure in failures:
            found.setdefault(failure["operation"], []).append(failure)
    return config.stash[_OF_RUN]


def tell(config: pytest.Config, workerinput: dict[str, Any]) -> None:
    """Tell a worker of pytest-xdist which failures the run began with.

    A worker that replaces another would find those that the run has stored, and so collect other items.
    """
    of(config)
    if _NAMES in config.stash:
        workerinput[_INPUT] = config.stash[_NAMES]


def _known(config: pytest.Config) -> list[Stored]:
    found = stored(folder(config))
    names = getattr(config, "workerinput", {}).get(_INPUT, sorted(found))
    config.stash[_NAMES] = names
    return [found[name] for name in names if name in found]


def key_of(failure: Stored, fingerprint: str) -> str:
    """What `--xapi-replay` takes: all of the failure, if that is short, or the name of its file."""
    names = ("operation", "check", "steps", "probe", "hidden")
    needed = {name: failure[name] for name in names if name in failure}
    packer = zlib.compressobj(9, zdict=_WORDS)
    text = json.dumps(needed, separators=(",", ":"), default=str)
    packed = urlsafe_b64encode(packer.compress(text.encode()) + packer.flush()).decode().rstrip("=")
    return _PREFIX + packed if len(packed) <= LONGEST_KEY else fingerprint


def require_secrets(failures: Iterable[Stored]) -> None:
    """Fail where a failure lacks a secret, though those that are known have been put into it."""
    lacking = set()
    for failure in failures:
        text = json.dumps([failure["steps"], failure.get("probe")], default=str)
        lacking |= {placeholder for placeholder in failure.get("hidden", ()) if placeholder in text}
    if lacking:
        pytest.fail(
            f"a stored failure cannot be sent again: nothing gives the secrets {', '.join(sorted(lacking))}. "
            "Let the fixture `xapi_auth` give them, or delete the stored failure",
            pytrace=False,
        )


def write(place: Path, failure: Stored, fingerprint: str) -> None:
    """Store a failure, in the place of an older one with the same cause."""
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"version": VERSION, **failure}, indent=2, default=str) + "\n"
    # Workers of pytest-xdist may find the same at the same time: a reader never sees half a file.
    atomic_write.write_atomic(place / f"{fingerprint}.json", text)


def stored(place: Path) -> dict[str, Stored]:
    """The stored failures of a folder, by the name of their file.

    Raises:
        pytest.UsageError: a file is not a stored failure.
    """
    return {file.stem: _read(file) for file in sorted(place.glob("*.json"))}


def failure_of(key: str, place: Path) -> Stored:
    """The failure that a key stands for.

    Raises:
        UnknownKey: there is none.
    """
    file = place / f"{key}.json"
    if not key.startswith(_PREFIX):
        if file.is_file():
            return _read(file)
        raise UnknownKey(
            f"no stored failure {key!r}: there is no file {file}; copy it from the machine where it failed"
        )
    packed = key.removeprefix(_PREFIX)
    try:
        data = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        failure: Stored = json.loads(zlib.decompressobj(zdict=_WORDS).decompress(data))
    except (NotBase64, ValueError, zlib.error) as error:
        raise UnknownKey(
            f"{key!r} is not a key of a stored failure; check that it was copied completely"
        ) from error
    return failure


def _read(file: Path) -> Stored:
    try:
        failure: Stored = json.loads(file.read_text(encoding="utf-8"))
        if failure["version"] != VERSION:
            raise ValueError(f"version {failure['version']!r} is not known")
        if not (isinstance(failure["operation"], str) and (failure["steps"] or failure.get("probe"))):
            raise ValueError("it names no operation or has no steps")
    except (ValueError, LookupError, TypeError) as error:
        text = f"{error!r}" if isinstance(error, LookupError) else str(error)
        raise pytest.UsageError(f"{file} is not a stored failure: {text}; delete it") from error
    return failure
