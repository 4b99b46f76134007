"""Where code waits, blocks or runs, described for messages."""

from __future__ import annotations

import linecache
import os
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_STANDARD = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib")})
_INSTALLED = tuple({sysconfig.get_path(name) + os.sep for name in ("purelib", "platlib")})
_OURS = str(Path(__file__).parents[2])
_FEWEST_LINES = 5


def waiting_place(coroutine: Any) -> str | None:
    """File, line, function and text of the place where a suspended coroutine waits.

    The innermost place that is the app's own: not the standard library, not an installed package, not xapi.
    None if there is none.
    """
    own = None
    for frame in frames_of(coroutine):
        if is_of_app(frame.f_code.co_filename):
            own = frame
    return None if own is None else place_of(own)


def working_place(frame: FrameType) -> str:
    """The same for a frame of a running thread."""
    inner: FrameType | None = frame
    while inner is not None and not is_of_app(inner.f_code.co_filename):
        inner = inner.f_back
    return place_of(inner or frame)


def place_of(frame: FrameType) -> str:
    """File, line, function and text of a frame."""
    code = frame.f_code
    line = linecache.getline(code.co_filename, frame.f_lineno).strip()
    return f"{code.co_name} ({code.co_filename}:{frame.f_lineno}): {line}"


def stack_of(frame: FrameType) -> str:
    """The stack of a thread, as a traceback shows it, without what lies outside of the app's own code."""
    summary = traceback.extract_stack(frame)
    first = next((index for index, entry in enumerate(summary) if is_of_app(entry.filename)), 0)
    # The test itself is outside too: everything up to the loop that runs the app.
    loop = max((index for index, entry in enumerate(summary) if entry.name == "_run_once"), default=first)
    return "".join(traceback.format_list(summary[max(first, loop + 1) :] or summary[-_FEWEST_LINES:]))


def own_part(trace: TracebackType | None) -> TracebackType | None:
    """A traceback from its first frame in the app's own code on: without those that lead there.

    The code that xapi has written for an operation counts too: it names the operation. All of it, if no frame
    is in the app's own code.
    """
    rest = trace
    while rest is not None:
        file = rest.tb_frame.f_code.co_filename
        if is_of_app(file) or file.startswith("<xapi "):
            return rest
        rest = rest.tb_next
    return trace


def is_of_app(file: str) -> bool:
    """Whether a file is neither a library's nor xapi's."""
    return not file.startswith((*_LIBRARIES, _OURS, "<"))


def is_of_xapi(file: str) -> bool:
    """Whether a file is one of xapi, or code that it has written."""
    return file.startswith((_OURS, "<xapi "))


def is_of_standard_library(file: str) -> bool:
    """Whether a file is one of Python itself."""
    return package_of(file) is None and file.startswith((*_STANDARD, "<frozen"))


def package_of(file: str) -> str | None:
    """The installed package that a file is of; None where it is of none."""
    for folder in _INSTALLED:
        if file.startswith(folder):
            return file.removeprefix(folder).partition(os.sep)[0].removesuffix(".py")
    return None


def outer_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame, its caller and so on, without those of xapi, its plugin and Python itself."""
    while frame is not None:
        file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__"))
        is_ours = is_of_xapi(file) or module.partition(".")[0] == "pytest_xapi"
        if not is_ours and not is_of_standard_library(file):
            yield frame
        frame = frame.f_back


def frames_of(awaited: Any) -> Iterator[FrameType]:
    """The frames of a chain of awaits, the outermost first."""
    while awaited is not None:
        for prefix in ("cr", "gi", "ag"):
            frame = getattr(awaited, f"{prefix}_frame", None)
            if frame is not None:
                yield frame
                awaited = getattr(awaited, f"{prefix}_await" if prefix != "gi" else "gi_yieldfrom", None)
                break
        else:
            return
