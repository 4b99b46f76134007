"""Where the property tests stand: in the folder whose fixtures keep the project's tests from doing harm."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection.project_fixtures import Provision


@dataclass(frozen=True)
class Place:
    """A folder, and what holds there."""

    folder: Path
    why: str
    """The reason for it, as a phrase."""
    reach: tuple[Provision, ...]
    """What the conftest files have that hold there, the outermost first."""
    others: tuple[Provision, ...]
    """What those have that were loaded, but do not hold there."""

    def lines(self, root: Path, names: Collection[str]) -> list[str]:
        """What holds there, in lines of the run's header; `names` are the fixtures of a property test."""
        files = [shown(provision.file, root) for provision in self.reach]
        own = sorted(name for provision in self.reach for name in provision.own)
        autouse = sorted(
            name for provision in self.reach for name in provision.autouse - provision.own if name in names
        )
        used = sorted(name for provision in self.reach for name in provision.overriding if name in names)
        parts = [
            f"conftest files {', '.join(files)}" if files else "no conftest file",
            f"xapi_ fixtures {', '.join(dict.fromkeys(own))}" if own else "no xapi_ fixture",
            f"autouse fixtures {', '.join(dict.fromkeys(autouse))}" if autouse else "no autouse fixture",
        ]
        more = [name for name in dict.fromkeys(used) if name not in (*own, *autouse)]
        parts += [f"fixtures {', '.join(more)}"] if more else []
        lines = [
            f"xapi-fuzz: property tests belong to {shown(self.folder, root)} ({self.why}): {'; '.join(parts)}"
        ]
        left_out = [f"{shown(item.file, root)} ({item.described()})" for item in self.others]
        if left_out:
            lines.append(
                f"xapi-fuzz: do not apply there: {'; '.join(left_out)}; "
                f"another folder: {options.FOLDER.flag} FOLDER, or the ini option {options.FOLDER.name}"
            )
        return lines


def shown(path: Path, root: Path) -> str:
    """A path as messages have it."""
    return "the root directory" if path == root else Path(os.path.relpath(path, root)).as_posix()


def given(config: pytest.Config) -> tuple[Path, str] | None:
    """The folder that is set, and where it is.

    Raises:
        pytest.UsageError: there is no such folder.
    """
    setting = settings.read(config).given.get(options.FOLDER.key)
    if setting is None:
        return None
    folder = Path(os.path.normpath(config.rootpath / setting.value))
    if not folder.is_dir():
        raise pytest.UsageError(f"{setting.source}: there is no folder {folder}")
    return folder, setting.source


def chosen(
    start: Path, root: Path, provisions: Iterable[Provision], other_apps: Collection[Path] = ()
) -> Place:
    """The place below a folder.

    Fixtures whose names begin with `xapi_` are written for property tests, so their folder comes first. From
    there on the way leads down for as long as one folder alone has more of what matters to tests.

    Args:
        start: the folder, such as the root directory.
        root: the root directory.
        provisions: what the loaded conftest files have.
        other_apps: folders that have places of their own.
    """
    loaded = list(provisions)
    taken = [folder for folder in other_apps if start in folder.parents]
    free = [
        item
        for item in loaded
        if item.matters and not any(item.folder == own or own in item.folder.parents for own in taken)
    ]
    folder, own_rivals = _descended(start, {item.folder for item in free if item.own})
    folder, rivals = _descended(folder, {item.folder for item in free})
    return placed(folder, _why(folder, start, own_rivals or rivals, loaded, root), loaded, below=start)


def placed(folder: Path, why: str, loaded: Iterable[Provision], below: Path | None = None) -> Place:
    """A place, with what holds there; `below` is the folder to which it answers."""
    items = sorted(loaded, key=lambda item: len(item.folder.parts))
    reach = tuple(item for item in items if item.folder == folder or item.folder in folder.parents)
    others = tuple(
        item
        for item in items
        if item.matters and item not in reach and (below is None or below in item.folder.parents)
    )
    return Place(folder, why, reach, others)


def _descended(start: Path, folders: set[Path]) -> tuple[Path, list[Path]]:
    """The deepest folder on the way down, and the several that follow where it is not clear how to go on."""
    while True:
        below = [folder for folder in folders if start in folder.parents]
        nearest = [folder for folder in below if not any(other in folder.parents for other in below)]
        if len(nearest) != 1:
            return start, sorted(nearest)
        start = nearest[0]


def _why(folder: Path, start: Path, rivals: list[Path], loaded: list[Provision], root: Path) -> str:
    beside = next((item for item in loaded if item.folder == folder and item.matters), None)
    reason = f"{beside.file.name} has {beside.described()}" if beside else "where pytest was started for"
    if beside is None and folder == root:
        reason = "no folder below has fixtures that apply to all tests"
    if rivals:
        reason += f"; several below have more: {', '.join(shown(rival, root) for rival in rivals)}"
    elif folder != start and beside is not None:
        reason += "; no other folder below has any"
    return reason
