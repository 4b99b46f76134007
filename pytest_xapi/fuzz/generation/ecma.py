"""Patterns of JSON Schema (ECMA-262) as regular expressions of Python, as near as those come."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(
    r"\\c(?P<control>[A-Za-z])"
    r"|\\(?P<negated>[pP])\{\^?(?P<property>[\w=]+)\}"
    r"|\\u\{(?P<code>[0-9A-Fa-f]+)\}"
    r"|\\k<(?P<again>\w+)>"
    r"|\(\?<(?P<name>[A-Za-z_]\w*)>"
    r"|(?P<anything>\[\^\])"
    r"|\\(?P<end>z)"
    r"|\\(?P<other>.)"
    r"|(?P<bracket>[\[\]])",
    re.DOTALL,
)
_SCRIPTS = {"Han": "CJK UNIFIED"}
_LAST = 0xFFFF
"""Characters beyond the first plane are left out of classes: they are not needed to make a text."""


def as_python(pattern: str) -> str:
    """A pattern in the syntax of `re`.

    Raises:
        ValueError: it names a property of characters that is not known.
    """
    pieces, position, depth = [], 0, 0
    for found in _TOKEN.finditer(pattern):
        pieces += [pattern[position : found.start()], _translated(found, in_class=depth > 0)]
        position = found.end()
        depth = {"[": 1, "]": 0}.get(found["bracket"] or "", depth)
    return "".join(pieces) + pattern[position:]


def _translated(found: re.Match[str], in_class: bool) -> str:
    match found.lastgroup:
        case "control":
            return f"\\x{ord(found['control'].upper()) % 32:02x}"
        case "property":
            is_negated = (found["negated"] == "P") != ("{^" in found[0])
            members = _members(found["property"], is_negated)
            return members if in_class else f"[{members}]"
        case "code":
            return f"\\U{int(found['code'], 16):08x}"
        case "again":
            return f"(?P={found['again']})"
        case "name":
            return f"(?P<{found['name']}>"
        case "anything":
            return r"[\s\S]"
        case "end":
            return r"\Z"
        case _:
            return found[0]


@lru_cache(maxsize=64)
def _members(name: str, is_negated: bool) -> str:
    """The characters of a property as the inside of a class."""
    key, _, value = name.rpartition("=")
    wanted = _LONG.get(value, value)
    if key in ("Script", "sc", "Script_Extensions", "scx") or len(wanted) > 2:
        script = f"{_SCRIPTS.get(value, value.upper())} "
        has = [unicodedata.name(chr(code), "").startswith(script) for code in range(_LAST + 1)]
    else:
        has = [unicodedata.category(chr(code)).startswith(wanted) for code in range(_LAST + 1)]
    if not any(has):
        raise ValueError(f"no characters are known to be {name!r}")
    ranges, first = [], None
    for code, is_member in enumerate([*has, is_negated]):
        if is_member != is_negated and first is None:
            first = code
        elif is_member == is_negated and first is not None:
            ranges.append(f"\\u{first:04x}-\\u{code - 1:04x}")
            first = None
    return "".join(ranges)


_LONG = {
    "Letter": "L", "Lowercase_Letter": "Ll", "Uppercase_Letter": "Lu", "Number": "N", "Decimal_Number": "Nd",
    "Punctuation": "P", "Symbol": "S", "Separator": "Z", "Space_Separator": "Zs", "Mark": "M", "Other": "C",
    "Alphabetic": "L", "Alpha": "L", "Lowercase": "Ll", "Uppercase": "Lu",
}  # fmt: skip
