"""Which app is under test: from an import string to an ASGI app, or to one line that says what is wrong."""

from __future__ import annotations

import importlib
import inspect
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_xapi import app_fixtures, settings
from xapi.cli import loading
from xapi.cli.errors import CommandError

HOW_TO_SET = (
    "set it with --xapi-app MODULE:APP, the ini option xapi_app, or a fixture `xapi_app` in conftest.py"
)
NOT_SET = (
    "no app under test (tried the marker xapi(app=...), a fixture `xapi_app`, --xapi-app, XAPI_APP in the "
    f"environment, the ini option xapi_app, app in [tool.xapi] of pyproject.toml); {HOW_TO_SET}"
)

loading.loads(__file__)
_APP = pytest.StashKey[Any]()
_TOLD = pytest.StashKey[list[str]]()
_PREPARED = pytest.StashKey[bool]()


class NoApp:
    """Stands for the app where none is set: a test with the marker `xapi(app=...)` needs none."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        pytest.fail(NOT_SET, pytrace=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        pytest.fail(NOT_SET, pytrace=False)


def load(config: pytest.Config) -> Any:
    """The app that a flag, the environment, an ini option or `[tool.xapi]` names; imported once per run.

    Raises:
        pytest.UsageError: nothing is set, or what is set cannot be imported or is not an ASGI app.
    """
    if _APP not in config.stash:
        setting = settings.read(config).app
        if setting is None:
            raise pytest.UsageError(NOT_SET)
        config.stash[_APP] = load_string(setting.value, setting.source, config)
    return config.stash[_APP]


def loaded(config: pytest.Config) -> Any:
    """The app that `load` has imported; `None` if nothing has asked for it yet."""
    return config.stash.get(_APP, None)


def load_string(text: str, source: str, config: pytest.Config) -> Any:
    """The app of an import string MODULE:APP, or what a factory that is named so makes.

    Raises:
        pytest.UsageError: it cannot be imported or is not an ASGI app; `source` tells where it is set.
    """
    _prepare(config)
    module_name, _, path = text.partition(":")
    try:
        if _is_file(module_name, config):
            return _of_file(text, config)
        if not module_name or not path:
            raise _Unusable("is not an import string MODULE:APP, such as 'shop.main:app'")
        app = _attribute(_imported(module_name, config), path)
        if loading.is_factory(app):
            app = _made(app)
        reason = loading.fault(app)
        if reason is not None:
            raise _Unusable(reason)
    except _Unusable as unusable:
        message = f"{source}: {text!r} {unusable}; {HOW_TO_SET}"
        raise pytest.UsageError(message) from unusable.__cause__
    return app


def _prepare(config: pytest.Config) -> None:
    """Let the project prepare what apps read when they are imported, once."""
    if _PREPARED not in config.stash:
        config.stash[_PREPARED] = True
        config.hook.pytest_xapi_before_import(config=config)


def _is_file(text: str, config: pytest.Config) -> bool:
    return text.endswith(".py") and any((Path(place) / text).is_file() for place in _fallback_places(config))


def _of_file(text: str, config: pytest.Config) -> Any:
    """The app of a path, as the commands take it."""
    bases = [Path(place) for place in _fallback_places(config)]
    base = next(base for base in bases if (base / text.partition(":")[0]).is_file())
    try:
        return loading.find_app(text, base=base).app
    except CommandError as error:
        raise _Unusable(f"cannot be used: {error}") from error


def header(config: pytest.Config) -> str | None:
    """The line of pytest's header: which app is set, and where."""
    setting = settings.read(config).app
    winners = config.stash[_TOLD] = _fixtures(config)
    if setting is None:
        return f"xapi: app of the fixture `xapi_app` of {', '.join(winners)}" if winners else None
    line = f"xapi: app {setting.value} (from {setting.source})"
    return f"{line}, but the fixture `xapi_app` of {', '.join(winners)} wins there" if winners else line


def later_fixtures(config: pytest.Config, items: list[pytest.Item]) -> str | None:
    """The line after collection: which fixtures give the app where the header did not know of them."""
    told = config.stash.get(_TOLD, [])
    nodes = dict.fromkeys(node for item in items for node in item.listchain())
    defining = [
        node
        for node in nodes
        if isinstance(node, pytest.Class | pytest.Module) and app_fixtures.defines_app(node.obj)
    ]
    named = [
        node.nodeid if isinstance(node, pytest.Class) else _place(node.path, config) for node in defining
    ]
    winners = sorted({name for name in (*_fixtures(config), *named) if name not in told})
    if not winners:
        return None
    setting = settings.read(config).app
    over = "gives the app" if setting is None else f"wins over {setting.source}"
    return f"xapi: the fixture `xapi_app` of {', '.join(winners)} {over} there"


def _fixtures(config: pytest.Config) -> list[str]:
    """The files of the conftest modules and plugins, loaded so far, that have a fixture `xapi_app`."""
    plugins = app_fixtures.plugins_with_app(config)
    return sorted(_place(Path(plugin.__file__ or repr(plugin)), config) for plugin in plugins)


def _place(path: Path, config: pytest.Config) -> str:
    return str(path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path)


def _made(factory: Any) -> Any:
    if inspect.iscoroutinefunction(factory):
        raise _Unusable("is an asynchronous factory; give its result from a fixture `xapi_app`")
    try:
        return factory()
    except (Exception, SystemExit) as error:
        raise _Unusable(f"is a factory that raised {loading.described(error)}") from error


class _Unusable(Exception):
    """An import string leads to no app; the message is a phrase that follows the string."""


def _imported(name: str, config: pytest.Config) -> ModuleType:
    try:
        return _import_with_fallback(name, config)
    except ModuleNotFoundError as error:
        if _is_within(name, error.name):
            places = " or ".join(_fallback_places(config))
            raise _Unusable(
                f"cannot be imported: no module {error.name!r} on sys.path or in {places}"
            ) from error
        raise _failed_import(name, error) from error
    except (Exception, SystemExit) as error:
        raise _failed_import(name, error) from error


def _import_with_fallback(name: str, config: pytest.Config) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not _is_within(name, error.name):
            raise
    _extend_path(config)
    return importlib.import_module(name)


def add_fallback_places(config: pytest.Config) -> None:
    """Add them to `sys.path` if the app that is set is found there only; nothing is imported."""
    setting = settings.read(config).app
    name = "" if setting is None else setting.value.partition(":")[0].partition(".")[0]
    if name.isidentifier() and name not in sys.modules and find_spec(name) is None:
        _extend_path(config)


def _extend_path(config: pytest.Config) -> None:
    # Added at the end, so that nothing that could be imported before changes; kept, because the app may
    # import more when it runs.
    sys.path.extend(place for place in _fallback_places(config) if place not in sys.path)
    importlib.invalidate_caches()


def _fallback_places(config: pytest.Config) -> list[str]:
    """The root directory and the current directory, once where they are the same."""
    return list(dict.fromkeys((str(config.rootpath), str(config.invocation_params.dir))))


def _is_within(module: str, package: str | None) -> bool:
    return package is not None and f"{module}.".startswith(f"{package}.")


def _failed_import(name: str, error: BaseException) -> _Unusable:
    return _Unusable(f"cannot be imported: module {name!r} raised {loading.described(error)}")


def _attribute(module: ModuleType, path: str) -> Any:
    try:
        return loading.attribute(module, path)
    except LookupError as error:
        raise _Unusable(f"names no app: {error}") from error
