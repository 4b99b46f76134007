"""Loading the app of a command, from an import string or a path."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

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
        name: the attribute of the module; without it `app`, `api`, or else the first app in the module.
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
    try:
        found = attribute(module, name)
    except LookupError as error:
        raise CommandError(str(error)) from error
    makes_app = is_factory(found)
    app = _made(found, f"{module_name}:{name}") if makes_app else found
    if fault(app) is not None:
        if (needed := _needed(app)) is not None:
            raise CommandError(
                f"{module_name}:{name} is a function that needs {needed}: one that makes the app is called "
                f"without arguments{suggestion(module, name)}"
            )
        raise CommandError(
            f"{module_name}:{name} is {kind_of(app)}, which is not an app{suggestion(module, name)}"
        )
    guessed = not given and name not in DEFAULT_NAMES
    others = tuple(other for other in _apps(module) if getattr(module, other) is not app) if guessed else ()
    return Target(folder, module_name, name, makes_app, app, others)


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
    return CommandError(f"module {name!r} cannot be imported: {described(error)}")


def _first_app(module: ModuleType) -> str:
    for name in DEFAULT_NAMES:
        if callable(getattr(module, name, None)):
            return name
    for name in _apps(module):
        return name
    raise CommandError(f"module {module.__name__!r} ({module.__file__}) has no app; name it: MODULE:APP")


def _apps(module: ModuleType) -> list[str]:
    """The apps of a module that are objects: functions may be anything."""
    return [name for name in _app_like(module) if not inspect.isroutine(vars(module)[name])]


def _made(factory: Any, name: str) -> Any:
    try:
        return factory()
    except (Exception, SystemExit) as error:
        raise CommandError(f"the factory {name} failed: {described(error)}") from error


def attribute(module: ModuleType, path: str) -> Any:
    """The attribute of a module, dotted.

    Raises:
        LookupError: there is none; the message names what could have been meant.
    """
    owner: Any = module
    owner_name = f"module {module.__name__!r} ({getattr(module, '__file__', None)})"
    for name in path.split("."):
        if not hasattr(owner, name):
            raise LookupError(f"{owner_name} has no attribute {name!r}{suggestion(module, path)}")
        owner = getattr(owner, name)
        owner_name = repr(name)
    return owner


def suggestion(module: ModuleType, path: str) -> str:
    """The names in a module that could have been meant, in brackets; empty if there are none."""
    names = _app_like(module) or difflib.get_close_matches(path, list(vars(module)), n=1)
    return f" (did you mean {' or '.join(map(repr, names[:3]))}?)" if names else ""


def is_factory(app: object) -> bool:
    """Whether it is a function that can be called without arguments, but not as an ASGI app."""
    signature = _signature(app) if inspect.isroutine(app) else None
    return signature is not None and _accepts(signature, 0) and not _accepts(signature, 3)


def fault(app: object) -> str | None:
    """Why `app` is not an ASGI app, as a phrase that follows its name; `None` if it is one.

    An ASGI app is called with scope, receive and send (ASGI 3.0, "Applications").
    """
    if not callable(app):
        return f"is {kind_of(app)}, which cannot be called; an ASGI app is called with (scope, receive, send)"
    if isinstance(app, type) and not hasattr(app, "__await__"):
        return f"is {kind_of(app)}; name an instance of it"
    signature = _signature(app)
    if signature is None or _accepts(signature, 3):
        return None
    if _accepts(signature, 0):
        return f"is {kind_of(app)} that takes no argument, perhaps a factory: give its result"
    return f"is {kind_of(app)} with parameters {signature}; an ASGI app is called with (scope, receive, send)"


def kind_of(value: object) -> str:
    """What a value is, for messages."""
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    if inspect.isroutine(value):
        return f"the function {value.__qualname__}"
    return f"of type {type(value).__qualname__}"


def described(error: BaseException) -> str:
    """Type, text and place of an exception, in one line."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{type(error).__name__}: {error.msg} ({error.filename}, line {error.lineno})"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename not in _LOADERS
    ]
    text = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if not frames:
        return text
    place = f"{frames[-1].filename}, line {frames[-1].lineno}"
    return f"{text}, in {place}" if text.endswith(")") else f"{text} ({place})"


_LOADERS = {__file__, importlib.__file__}
"""The files whose frames say nothing of an error."""


def loads(file: str) -> None:
    """Leave the frames of a file that loads apps out of what is said of errors."""
    _LOADERS.add(file)


def _needed(value: Any) -> str | None:
    """The arguments without which a function cannot be called."""
    signature = _signature(value) if inspect.isroutine(value) else None
    if signature is None:
        return None
    empty, variable = (
        inspect.Parameter.empty,
        (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD),
    )
    names = [
        repr(name)
        for name, parameter in signature.parameters.items()
        if parameter.default is empty and parameter.kind not in variable
    ]
    return " and ".join(names) or None


def _app_like(module: ModuleType) -> list[str]:
    return [
        name for name, value in vars(module).items() if not name.startswith("_") and _looks_like_app(value)
    ]


def _looks_like_app(value: object) -> bool:
    if not callable(value):
        return False
    call = value if inspect.isroutine(value) else value.__call__
    return inspect.iscoroutinefunction(call) and fault(value) is None


def _signature(value: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(value)
    except (TypeError, ValueError):
        return None


def _accepts(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*(None,) * count)
    except TypeError:
        return False
    return True
