"""What property tests may not touch: files and addresses, as a project names them."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

VARIABLE = "env:"
_URL = re.compile(r"(?P<scheme>[A-Za-z][\w.+-]*)://(?P<rest>.*)", re.DOTALL)
_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")
_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "cockroachdb": 26257,
    "http": 80,
    "https": 443,
    "mariadb": 3306,
    "memcached": 11211,
    "mongodb": 27017,
    "mssql": 1433,
    "mysql": 3306,
    "nats": 4222,
    "oracle": 1521,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
}
"""The ports of schemes, as IANA and the databases have them; of others each port of a host counts."""


class UnusableTarget(ValueError):
    """What stands for nothing that could be guarded; the message never has what may be a password."""


@dataclass(frozen=True)
class Forbidden:
    """A file or a folder, or the ports of hosts."""

    shown: str
    """As it was said, without user and password."""
    paths: frozenset[str] = frozenset()
    """Absolute, with links followed. What lies below one is forbidden too."""
    addresses: frozenset[tuple[str, int | None]] = frozenset()
    """Hosts and ports; None is each port."""

    def has_path(self, path: str) -> bool:
        """Whether a path is forbidden, under whatever name."""
        if not self.paths:
            return False
        real = os.path.realpath(path)
        return any(
            real == own or real.startswith(own.rstrip(os.sep) + os.sep) or _is_same(real, own)
            for own in self.paths
        )

    def has_address(self, host: str, port: int | None) -> bool:
        """Whether a host and a port are forbidden; names are compared as they are."""
        return any(
            (own_port is None or own_port == port) and _is_same_host(host, own)
            for own, own_port in self.addresses
        )


def read(texts: Iterable[str], folders: Iterable[Path], environment: Mapping[str, str]) -> list[Forbidden]:
    """What texts forbid.

    Args:
        texts: URLs of databases and services, HOST:PORT, paths, and `env:NAME` for what a variable holds.
        folders: what relative paths may be relative to.
        environment: the variables. One that is not set, or empty, forbids nothing.

    Raises:
        UnusableTarget: one of them is none of these.
    """
    return [found for text in texts if (found := _read(text.strip(), list(folders), environment)) is not None]


def _read(text: str, folders: list[Path], environment: Mapping[str, str]) -> Forbidden | None:
    if not text.startswith(VARIABLE):
        return _target(text, text, folders)
    held = environment.get(text.removeprefix(VARIABLE), "").strip()
    return _target(held, text, folders) if held else None


def _target(text: str, said: str, folders: list[Path]) -> Forbidden:
    url, address = _URL.fullmatch(text), _ADDRESS.fullmatch(text)
    is_variable = said.startswith(VARIABLE)
    shown = f"{said} ({_without_credentials(text)})" if is_variable else _without_credentials(text)
    if address is not None:
        return Forbidden(shown, addresses=frozenset({(_host(address["host"]), int(address["port"]))}))
    if url is None:
        if not text:
            raise UnusableTarget("an empty text forbids nothing: give a URL, HOST:PORT, a path, or env:NAME")
        return Forbidden(shown, paths=_paths(text, folders))
    scheme = url["scheme"].lower().partition("+")[0]
    place, _, query = url["rest"].partition("?")
    if "@" in query:
        raise UnusableTarget(
            f"{said if is_variable else 'a URL'} has an @ after a question mark: write %40 and %3F where "
            "they belong to a user, a password or a query"
        )
    network, slash, path = _without_user(place).partition("/")
    hosts = parse_qs(query).get("host", [])
    paths = {path for host in hosts if host.startswith("/") for path in _paths(host, folders)}
    addresses = set(_addresses(network, scheme)) | {
        pair for host in hosts if not host.startswith("/") for pair in _addresses(host, scheme)
    }
    if not network and not hosts and slash and path.removeprefix("file:") not in ("", ":memory:"):
        paths |= _paths(path.removeprefix("file:"), folders)
    if url["scheme"].lower().endswith("+srv"):
        raise UnusableTarget(f"{shown}: its hosts are those of a service; name them as HOST:PORT")
    if not paths and not addresses:
        raise UnusableTarget(f"{shown} names no file and no host")
    return Forbidden(shown, frozenset(paths), frozenset(addresses))


def _addresses(network: str, scheme: str) -> Iterator[tuple[str, int | None]]:
    for part in network.split(","):
        found = _ADDRESS.fullmatch(part)
        if found is not None:
            yield _host(found["host"]), int(found["port"])
        elif part:
            yield _host(part.partition(":")[0] if not part.startswith("[") else part), _PORTS.get(scheme)


def _host(text: str) -> str:
    return text.strip("[]").lower().rstrip(".")


def _paths(text: str, folders: list[Path]) -> frozenset[str]:
    return frozenset(os.path.realpath(folder / text) for folder in folders)


def _without_credentials(text: str) -> str:
    """A URL without user, password and query."""
    url = _URL.fullmatch(text)
    if url is None:
        return text
    return f"{url['scheme']}://{_without_user(url['rest'].partition('?')[0])}"


def _without_user(place: str) -> str:
    """What follows user and password. The last @ counts: others may stand in them, not encoded."""
    return place if place.startswith("/") else place.rpartition("@")[2]


def _is_same(path: str, other: str) -> bool:
    """Whether both are one file by different names: a hard link."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _is_same_host(host: str, other: str) -> bool:
    host = _host(host)
    return host == other or (is_loopback(host) and is_loopback(other))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host in ("localhost", "0.0.0.0", "::", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
