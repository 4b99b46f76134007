"""Loading the app of a command, from an import string or a path."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from xapi.applications import XAPI
from xapi.cli.errors import CommandError

DEFAULT_FILES = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")
DEFAULT_NAMES = ("app", "api")


@dataclass(frozen=True)
class Target:
    """An app, and how a server finds it again."""

    folder: Path
    """What `sys.path` has to hold."""
    module: str
    name: str
    """The app's attribute of the module, dotted."""
    is_factory: bool
    """Whether `name` is a function that returns the app."""
    app: Any
    others: tuple[str, ...] = ()
    """Other apps of the module, where the first one was taken because nothing named one."""

    @property
    def import_string(self) -> str:
        """`module:name`, as uvicorn takes it."""
        return f"{self.module}:{self.name}"


def find_app(target: str | None = None, name: str | None = None, base: Path | None = None) -> Target:
    """Import an app.

    Args:
        target: `module:app` (or `module:factory`), a module, or the path of a file or a directory; without it
            one of `DEFAULT_FILES` below the current directory.
        name: the attribute of the module; without it `app`, `api`, or else the first `XAPI` in the module.
        base: what paths and modules are looked for in; without it the current directory.

    Raises:
        CommandError: nothing is there, it cannot be imported, or it is not an app.
    """
    base = base or Path.cwd()
    place, named = _split(target, base)
    folder, module_name = _place(place, base)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module = _imported(module_name, folder)
    given = name or named
    name = given or _first_app(module)
    found = _attribute(module, name)
    is_factory = _is_factory(found)
    app = _made(found, f"{module_name}:{name}") if is_factory else found
    if not callable(app) or isinstance(app, type):
        kind = (
            f"the class {app.__qualname__}" if isinstance(app, type) else f"of type {type(app).__qualname__}"
        )
        raise CommandError(f"{module_name}:{name} is {kind}, which is not an app{_suggestion(module)}")
    guessed = not given and name not in DEFAULT_NAMES
    others = tuple(other for other in _apps(module) if getattr(module, other) is not app) if guessed else ()
    return Target(folder, module_name, name, is_factory, app, others)


def _split(target: str | None, base: Path) -> tuple[str | None, str | None]:
    """The place and, after a colon, the name of the app in it. A drive's colon does not count."""
    if target is None or (base / target).exists():
        return target, None
    place, colon, name = target.rpartition(":")
    return (place, name) if colon and name.replace(".", "").isidentifier() else (target, None)


def _place(place: str | None, base: Path) -> tuple[Path, str]:
    """The folder to import from, and the module."""
    if place is None:
        return _file(_default_file(base))
    path = base / place
    if path.is_dir():
        return _file(_default_file(path))
    if path.is_file():
        return _file(path)
    if path.suffix == ".py" or len(Path(place).parts) != 1:
        raise CommandError(f"there is no file {path.absolute()}")
    if not all(part.isidentifier() for part in place.split(".")):
        raise CommandError(f"{place!r} is neither a path nor a module; name an app as MODULE:APP or PATH")
    return base, place


def _default_file(folder: Path) -> Path:
    for name in DEFAULT_FILES:
        if (folder / name).is_file():
            return folder / name
    raise CommandError(
        f"no app in {folder.absolute()} (tried {', '.join(DEFAULT_FILES)}); name it: MODULE:APP or PATH"
    )


def _file(file: Path) -> tuple[Path, str]:
    """A file as a module: of the package that it lies in, as far up as folders have an `__init__.py`."""
    file = file.resolve()
    parts = [] if file.name == "__init__.py" else [file.stem]
    folder = file.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def _imported(name: str, folder: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise CommandError(f"no module {error.name!r} in {folder} or on sys.path") from error
        raise _failed_import(name, error) from error
    except (Exception, SystemExit) as error:
        raise _failed_import(name, error) from error


def _failed_import(name: str, error: BaseException) -> CommandError:
    return CommandError(f"module {name!r} cannot be imported: {_described(error)}")


def _described(error: BaseException) -> str:
    """Type, text and place of an exception, in one line."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename not in (__file__, importlib.__file__)
    ]
    place = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{place}"


def _first_app(module: ModuleType) -> str:
    for name in DEFAULT_NAMES:
        if callable(getattr(module, name, None)):
            return name
    for name in _apps(module):
        return name
    raise CommandError(f"module {module.__name__!r} ({module.__file__}) has no app; name it: MODULE:APP")


def _apps(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isinstance(value, XAPI)]


def _attribute(module: ModuleType, path: str) -> Any:
    owner: Any = module
    for name in path.split("."):
        if not hasattr(owner, name):
            where = f"module {module.__name__!r} ({module.__file__})"
            raise CommandError(f"{where} has no attribute {path!r}{_suggestion(module)}")
        owner = getattr(owner, name)
    return owner


def _suggestion(module: ModuleType) -> str:
    """The apps that could have been meant."""
    names = _apps(module)
    return f" (did you mean {' or '.join(map(repr, names[:3]))}?)" if names else ""


def _is_factory(found: Any) -> bool:
    """Whether it is a function that needs no argument; an ASGI app is called with three."""
    if not inspect.isroutine(found) or inspect.iscoroutinefunction(found):
        return False
    try:
        inspect.signature(found).bind()
    except (TypeError, ValueError):
        return False
    return True


def _made(factory: Any, name: str) -> Any:
    try:
        return factory()
    except Exception as error:
        raise CommandError(f"the factory {name} failed: {_described(error)}") from error
