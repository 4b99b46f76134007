"""What is opened in this process: files, databases and connections, heard of by Python's audit events."""

from __future__ import annotations

import os
import socket
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_xapi.fuzz.model.forbidden import Forbidden, is_loopback

_MOST = 200
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OF_FILES = {"os.remove": (0,), "os.rename": (0, 1), "os.truncate": (0,), "os.rmdir": (0,), "os.link": (1,)}
"""Events of the file system, and which of their arguments are paths that are changed."""
_INSTALLED = tuple({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")})


class ForbiddenUse(RuntimeError):
    """The code under test was about to touch what is forbidden; it was kept from it."""


@dataclass(frozen=True)
class Opened:
    """Something that was opened, or was about to be."""

    event: str
    path: str | None
    address: tuple[str, int | None] | None
    place: str
    """File and line of the code that did it."""
    during: str
    """The request that was answered; empty where there was none."""

    def is_by(self, forbidden: Forbidden) -> bool:
        """Whether it is forbidden."""
        if self.path is not None:
            return forbidden.has_path(self.path)
        return self.address is not None and forbidden.has_address(*self.address)


class Audit:
    """Hears of what is opened: keeps it, or refuses it while `refuses` is set."""

    def __init__(self, forbidden: Sequence[Forbidden], root: Path) -> None:
        self.forbidden = list(forbidden)
        self.refuses = False
        self.earlier: list[Opened] = []
        """What was opened while nothing was refused, and may still be open."""
        self.refused: list[tuple[Opened, Forbidden]] = []
        self.request: Callable[[], str] = lambda: ""
        """Tells which request is answered."""
        self._root = root
        self._is_inside = threading.local()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take an event.

        Raises:
            ForbiddenUse: it is refused.
        """
        if getattr(self._is_inside, "value", False):
            return
        self._is_inside.value = True
        try:
            for path, address in _objects(event, arguments):
                self._judge(event, path, address)
        finally:
            self._is_inside.value = False

    def first_earlier(self) -> tuple[Opened, Forbidden] | None:
        """What is forbidden, and was opened before anything was refused."""
        for opened in self.earlier:
            for forbidden in self.forbidden:
                if opened.is_by(forbidden):
                    return opened, forbidden
        return None

    def _judge(self, event: str, path: str | None, address: tuple[str, int | None] | None) -> None:
        if not self.refuses:
            # A file that was written and closed is the business of whoever did it; connections stay.
            if event in ("sqlite3.connect", "socket.connect") and len(self.earlier) < _MOST:
                self.earlier.append(Opened(event, path, address, _place(self._root), ""))
            return
        opened = Opened(event, path, address, "", self.request())
        for forbidden in self.forbidden:
            if opened.is_by(forbidden) or (address is not None and self._is_resolved(forbidden, address)):
                self.refused.append((replace(opened, place=_place(self._root)), forbidden))
                raise ForbiddenUse(f"{event} of {forbidden.shown}: forbidden while property tests run")

    def _is_resolved(self, forbidden: Forbidden, address: tuple[str, int | None]) -> bool:
        """Whether the name of a forbidden host stands for an address."""
        host, port = address
        if is_loopback(host):
            return False
        for name, own_port in forbidden.addresses:
            if own_port in (None, port) and host in _addresses_of(name):
                return True
        return False


_RESOLVED: dict[str, frozenset[str]] = {}


def _addresses_of(name: str) -> frozenset[str]:
    if name not in _RESOLVED:
        try:
            found = socket.getaddrinfo(name, None)
        except OSError:
            found = []
        _RESOLVED[name] = frozenset(str(item[4][0]) for item in found)
    return _RESOLVED[name]


def _objects(
    event: str, arguments: tuple[Any, ...]
) -> Iterator[tuple[str | None, tuple[str, int | None] | None]]:
    """The paths and addresses of an event that tell of a change or a connection."""
    if event == "sqlite3.connect":
        path = _path(arguments[0])
        if path is not None and path not in ("", ":memory:"):
            yield path.removeprefix("file:").partition("?")[0] if path.startswith("file:") else path, None
    elif event == "open":
        path, mode, flags = _path(arguments[0]), arguments[1], arguments[2]
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if path is not None and (writes or (mode is None and isinstance(flags, int) and flags & _WRITING)):
            yield path, None
    elif event in _OF_FILES:
        for index in _OF_FILES[event]:
            if (path := _path(arguments[index])) is not None:
                yield path, None
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and len(address) >= 2:
            yield None, (str(address[0]), address[1])
        elif (path := _path(address)) is not None:
            yield path, None
    elif event == "socket.getaddrinfo" and isinstance(arguments[0], str):
        port = arguments[1]
        yield None, (arguments[0], int(port) if str(port).isdecimal() else None)


def _path(value: Any) -> str | None:
    try:
        return os.fsdecode(value)
    except TypeError:
        return None


def _place(root: Path) -> str:
    """The innermost frame of code that is not installed, else the innermost but those here."""
    frame, own = sys._getframe(1), __file__
    outermost = ""
    while frame is not None:
        file = frame.f_code.co_filename
        if file != own and not file.startswith("<"):
            shown = os.path.relpath(file, root) if file.startswith(str(root) + os.sep) else file
            place = f"{shown}, line {frame.f_lineno}, in {frame.f_code.co_name}"
            outermost = outermost or place
            if not os.path.realpath(file).startswith(_INSTALLED) and not file.startswith(_PLUGIN):
                return place
        frame = frame.f_back  # type: ignore[assignment]
    return outermost


_PLUGIN = str(Path(__file__).parents[2])
_hearing: list[Callable[[str, tuple[Any, ...]], None]] = []
_NAMES = frozenset(
    {
        "open",
        "sqlite3.connect",
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        *_OF_FILES,
    }
)
_is_installed = False


def begin(audit: Audit) -> None:
    """Let an audit hear, and no other one: a hook of Python cannot be taken away again, so there is one."""
    global _is_installed
    _hearing[:] = [audit.hear]
    if not _is_installed:
        sys.addaudithook(_hook)
        _is_installed = True


def end(audit: Audit) -> None:
    """Let it hear no longer."""
    audit.refuses = False
    if _hearing == [audit.hear]:
        _hearing.clear()


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NAMES and _hearing:
        _hearing[0](event, arguments)
