"""Which app is under test: from an import string to an ASGI app, or to one line that says what is wrong."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from types import ModuleType
from typing import Any

import pytest

from pytest_xapi import settings
from pytest_xapi.settings import Setting

HOW_TO_SET = (
    "set it with --xapi-app MODULE:APP, the ini option xapi_app, or a fixture `xapi_app` in conftest.py"
)
NOT_SET = f"no app under test (tried --xapi-app, the ini option xapi_app, a fixture `xapi_app`); {HOW_TO_SET}"

_APP = pytest.StashKey[Any]()


def load(config: pytest.Config) -> Any:
    """The app that the flag or the ini option names; imported once per run.

    Raises:
        pytest.UsageError: nothing is set, or what is set cannot be imported or is no ASGI app.
    """
    if _APP not in config.stash:
        setting = settings.read(config).app
        if setting is None:
            raise pytest.UsageError(NOT_SET)
        config.stash[_APP] = _load(setting, config)
    return config.stash[_APP]


def header(config: pytest.Config) -> str | None:
    """The line of pytest's header: which app is set, and where."""
    setting = settings.read(config).app
    return None if setting is None else f"xapi: app {setting.value} (from {setting.source})"


def fault(app: object) -> str | None:
    """Why `app` is no ASGI app, as a phrase that follows its name; `None` if it is one.

    An ASGI app is called with scope, receive and send (ASGI 3.0, "Applications").
    """
    if not callable(app):
        return (
            f"is {_described(app)}, which cannot be called; an ASGI app is called with (scope, receive, send)"
        )
    if isinstance(app, type) and not hasattr(app, "__await__"):
        return f"is {_described(app)}; name an instance of it"
    try:
        signature = inspect.signature(app)
    except ValueError:
        return None
    if _accepts(signature, 3):
        return None
    if _accepts(signature, 0):
        return (
            f"is {_described(app)} that takes no argument, perhaps a factory: "
            "return its result from a fixture `xapi_app`"
        )
    return (
        f"is {_described(app)} with parameters {signature}; an ASGI app is called with (scope, receive, send)"
    )


def _load(setting: Setting, config: pytest.Config) -> Any:
    module_name, _, path = setting.value.partition(":")
    try:
        if not module_name or not path:
            raise _Unusable("is no import string MODULE:APP, such as 'shop.main:app'")
        app = _attribute(_imported(module_name, config), path)
        reason = fault(app)
        if reason is not None:
            raise _Unusable(reason)
    except _Unusable as unusable:
        message = f"{setting.source}: {setting.value!r} {unusable}; {HOW_TO_SET}"
        raise pytest.UsageError(message) from unusable.__cause__
    return app


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
    # Added at the end, so that nothing that could be imported before changes; kept, because the app may
    # import more when it runs.
    sys.path.extend(place for place in _fallback_places(config) if place not in sys.path)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _fallback_places(config: pytest.Config) -> list[str]:
    """The root directory and the current directory, once where they are the same."""
    return list(dict.fromkeys((str(config.rootpath), str(config.invocation_params.dir))))


def _is_within(module: str, package: str | None) -> bool:
    return package is not None and f"{module}.".startswith(f"{package}.")


def _failed_import(name: str, error: BaseException) -> _Unusable:
    text = " ".join(str(error).split())
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not _is_import_machinery(frame.filename)
    ]
    place = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    return _Unusable(f"cannot be imported: module {name!r} raised {type(error).__name__}: {text}{place}")


def _is_import_machinery(filename: str) -> bool:
    return filename.startswith("<frozen") or filename in (__file__, importlib.__file__)


def _attribute(module: ModuleType, path: str) -> Any:
    owner: Any = module
    owner_name = f"module {module.__name__!r} ({getattr(module, '__file__', None)})"
    for name in path.split("."):
        if not hasattr(owner, name):
            raise _Unusable(
                f"names no app: {owner_name} has no attribute {name!r}{_suggestion(module, path)}"
            )
        owner = getattr(owner, name)
        owner_name = repr(name)
    return owner


def _suggestion(module: ModuleType, path: str) -> str:
    """The names in `module` that could have been meant."""
    import difflib

    apps = [
        name for name, value in vars(module).items() if not name.startswith("_") and _looks_like_app(value)
    ]
    names = apps or difflib.get_close_matches(path, list(vars(module)), n=1)
    return f" (did you mean {' or '.join(repr(name) for name in names[:3])}?)" if names else ""


def _looks_like_app(value: object) -> bool:
    if not callable(value):
        return False
    call = value if inspect.isroutine(value) else value.__call__
    return inspect.iscoroutinefunction(call) and fault(value) is None


def _accepts(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*(None,) * count)
    except TypeError:
        return False
    return True


def _described(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    if inspect.isroutine(value):
        return f"the function {value.__qualname__}"
    return f"of type {type(value).__qualname__}"
