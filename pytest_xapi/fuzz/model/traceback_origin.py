"""Where an exception comes from: in the app's own code, if it passed through any."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

_MOST_FRAMES = 3


def origin(exception: BaseException) -> str:
    """The kind of an exception and the innermost line of the app's own code that it passed through.

    By its text, not its number, and the file by its place on `sys.path`: it stays the same in another
    checkout, and when lines come or go before it.
    """
    frames = _own_frames(exception)
    if not frames:
        return type(exception).__name__
    return f"{type(exception).__name__} at {place_of(frames[-1])}"


def is_own(exception: BaseException) -> bool:
    """Whether an exception comes from a line of the app itself."""
    frames = traceback.extract_tb(exception.__traceback__)
    return bool(frames) and not is_foreign(frames[-1].filename)


def place_of(frame: traceback.FrameSummary) -> str:
    """A line of source, in the form in which it is part of a cause."""
    return f"{importable(frame.filename)} in {frame.name}: {frame.line}"


def own_line(frames: Sequence[FrameType]) -> traceback.FrameSummary | None:
    """The innermost line of the app's own code among frames, of which the innermost is the first."""
    for frame in frames:
        if not is_foreign(frame.f_code.co_filename):
            return traceback.FrameSummary(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
    return None


def shown(frame: traceback.FrameSummary) -> str:
    """A line of source, in the form in which people read it."""
    return f"{_relative(frame.filename)}:{frame.lineno}: in {frame.name}"


def end_of_traceback(exception: BaseException) -> Iterator[str]:
    """The end of the traceback: the last lines of the app's own code, and the exception."""
    for frame in _own_frames(exception)[-_MOST_FRAMES:]:
        yield shown(frame)
        if frame.line:
            yield f"    {frame.line}"
    for text in traceback.format_exception_only(exception):
        yield from text.rstrip().splitlines()


def _own_frames(exception: BaseException) -> list[traceback.FrameSummary]:
    """The frames of the app's own code; all, if it passed through none."""
    frames = list(traceback.extract_tb(exception.__traceback__))
    return [frame for frame in frames if not is_foreign(frame.filename)] or frames


@cache
def is_foreign(filename: str) -> bool:
    """Whether a file is not code of the app: of an installed package, the standard library, or xapi."""
    return filename.startswith(("<", *_foreign_places())) or "site-packages" in Path(filename).parts


@cache
def _foreign_places() -> tuple[str, ...]:
    """Where installed packages, the standard library, and xapi with its plugin are."""
    paths = sysconfig.get_paths()
    specs = [find_spec(name) for name in ("xapi", "pytest_xapi")]
    own = [str(Path(spec.origin).parent) for spec in specs if spec is not None and spec.origin]
    return (paths["purelib"], paths["platlib"], paths["stdlib"], f"{sys.base_prefix}/lib", *own)


def importable(filename: str) -> str:
    """A file as it is found on `sys.path`."""
    path = Path(filename)
    roots = [Path(entry or ".").absolute() for entry in sys.path]
    names = [path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)]
    return min(names, key=len, default=path.name)


def _relative(filename: str) -> str:
    path, current = Path(filename), Path.cwd()
    return str(path.relative_to(current)) if path.is_relative_to(current) else filename
