"""Refuses a run that would call the app while nothing of the project makes that harmless."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pytest

from pytest_xapi import discovery, settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import places, project_fixtures
from pytest_xapi.fuzz.collection.places import Place
from pytest_xapi.fuzz.collection.project_fixtures import OVERRIDES, Provision

_MODULES = pytest.StashKey[list[Path]]()
_MOST = 5

HOW_TO_NAME_FOLDER = (
    f"name the folder whose fixtures should apply, with {options.FOLDER.flag} FOLDER or "
    f"{options.FOLDER.key} in [tool.xapi]"
)
HOW_TO_USE_FIXTURES = (
    f'make property tests use fixtures, as in {options.FIXTURES.key} = ["client"] in [tool.xapi]'
)


def note(config: pytest.Config, module: Path) -> None:
    """Remember a module of tests."""
    config.stash.setdefault(_MODULES, []).append(module)


def refusal(config: pytest.Config, place: Place, names: Collection[str]) -> str | None:
    """Why the property tests of a place may not run; None if they may.

    Args:
        config: pytest's configuration.
        place: where they stand.
        names: the fixtures that one of them uses, with those that these use.
    """
    if config.option.collectonly:
        return None
    reach = [*place.reach, *project_fixtures.of_plugins(config)]
    replaced = _has_overrides(config)
    told = settings.read(config).given
    is_active = replaced or options.FIXTURES.key in told or any(_active(item, names) for item in reach)
    evidence = [] if is_active or options.FOLDER.key in told else list(_evidence(config, place))
    if evidence:
        return _told(
            f"it would call the app without any active fixture of the project, although {_joined(evidence)}",
            f"{HOW_TO_NAME_FOLDER}; or {HOW_TO_USE_FIXTURES}; if the app may be called without them, "
            f"{options.FOLDER.flag}=.",
        )
    if replaced or options.FIXTURES.key in told:
        return None
    return _refusal_of_overrides(config, place, reach, names)


def _refusal_of_overrides(
    config: pytest.Config, place: Place, reach: list[Provision], names: Collection[str]
) -> str | None:
    """The same where fixtures are active, but none of those that replace dependencies."""
    others = () if options.FOLDER.key in settings.read(config).given else place.others
    overriding = [item for item in (*reach, *others) if item.overriding]
    if not overriding or any(name in names for item in overriding for name in item.overriding):
        return None
    first = overriding[0]
    evidence = [_of(item.file, item.described(), config) for item in overriding]
    return _told(
        f"it would call the app with the dependencies that tests replace: {_joined(evidence)}, and property "
        "tests do not use this fixture",
        f'{options.FIXTURES.key} = ["{min(first.overriding)}"] in [tool.xapi] lets them (ini option '
        f"{options.FIXTURES.name}); if they may run without, {options.FIXTURES.key} = []"
        if first in reach
        else f"{HOW_TO_NAME_FOLDER}; if they may run without, {options.FIXTURES.key} = [] there",
    )


def of_modules(config: pytest.Config) -> list[str]:
    """The autouse fixtures of test modules, in a line: they can hold in their modules only."""
    found = [_of(item.file, item.described(), config) for item in _modules(config) if item.autouse]
    if not found:
        return []
    return [f"xapi-fuzz: apply only in their own module, so not there: {_joined(found)}"]


def _modules(config: pytest.Config) -> list[Provision]:
    noted: list[Path] = config.stash.get(_MODULES, [])
    return [project_fixtures.of_file(module) for module in dict.fromkeys(noted)]


def _told(cause: str, mend: str) -> str:
    return f"--xapi-fuzz is refused: {cause}. To fix it: {mend}"


def _active(item: Provision, names: Collection[str]) -> bool:
    return bool(item.hooks) or any(name in names for name in item.own | item.autouse | item.overriding)


def _has_overrides(config: pytest.Config) -> bool:
    """Whether the app has replaced dependencies already, as modules of tests do when they are imported."""
    if settings.read(config).app is None:
        return False
    return bool(getattr(discovery.load(config), OVERRIDES, None))


def _evidence(config: pytest.Config, place: Place) -> Iterator[str]:
    """What the project has to keep its tests from doing harm."""
    for item in place.others:
        yield _of(item.file, item.described(), config)
    known = [item.file for item in (*place.reach, *place.others)]
    for item in project_fixtures.on_disk(config, known):
        if item.matters:
            yield _of(item.file, f"{item.described()}, and is not loaded", config)
    for item in _modules(config):
        if item.overrides_somewhere:
            yield _of(item.file, f"tests that replace dependencies by `{OVERRIDES}`", config)


def _of(file: Path, what: str, config: pytest.Config) -> str:
    return f"{places.shown(file, config.rootpath)} has {what}"


def _joined(evidence: Iterable[str]) -> str:
    found = list(evidence)
    more = f" (and {len(found) - _MOST} more)" if len(found) > _MOST else ""
    return "; ".join(found[:_MOST]) + more
