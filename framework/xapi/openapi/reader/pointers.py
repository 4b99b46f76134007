"""JSON Pointers (RFC 6901): reference tokens, and pointers as URI fragments."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote


def escape(key: str) -> str:
    """A key as a reference token (section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The key that a reference token stands for (section 4)."""
    return token.replace("~1", "/").replace("~0", "~")


def join(keys: Iterable[str | int]) -> str:
    """The pointer that leads along `keys`."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def split(pointer: str) -> list[str]:
    """The keys along a pointer; a pointer that does not start with "/" has none."""
    return [unescape(token) for token in pointer.split("/")[1:]]


def from_fragment(reference: str) -> str:
    """The pointer in a URI fragment such as `#/components/schemas/Page%5BItem%5D` (section 6)."""
    return unquote(reference.partition("#")[2])


def to_fragment(pointer: str) -> str:
    """A pointer as a URI fragment (section 6), with its `#`."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@?-._")
