"""Requirements on FastAPI, in pyproject.toml and in files of requirements."""

from __future__ import annotations

import re
import tomllib

from xapi.migration.names import OLD, Unknown
from xapi.migration.python_files import Rewritten, _translated_path
from xapi.migration.text import Note

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_REQUIREMENT = re.compile(
    r"""fastapi [ \t]* (?P<extras>\[[^\]]*\])?
    (?:[ \t]* (?P<version>\(?[ \t]*(?:===|[=!~<>]=|<|>)[^;#"'\r\n\\]*?))?
    (?:[ \t]* (?P<rest>;[^#"\r\n]*?))? (?P<end>["']|[ \t]*(?:[\r\n\\]|[ \t]\#|\Z))""",
    re.VERBOSE | re.IGNORECASE,
)
_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")
_POETRY = re.compile(r"""^(\s*)fastapi(\s*=\s*)(["'])[^"']*\3""", re.IGNORECASE)
_QUOTED = re.compile(r"""(["'])(fastapi(?:\.[A-Za-z_]\w*)+)\1""")
_DEPENDENCY_KEYS = ("dependencies", "dev-dependencies", "requires")
_STANDARD = ("all", "standard")
_INSTEAD = "xapi-framework"


def rewrite_requirements(text: str) -> Rewritten:
    """Rewrite a file as pip reads it, a requirement on each line."""
    lines, notes = [], []
    for number, line in enumerate(_LINE.findall(text), start=1):
        match = _REQUIREMENT.match(line)
        if match is None and re.match(r"\s*fastapi\b(?!-)", line, re.IGNORECASE):
            notes.append(Note(number, f"this requirement is not understood: require {_INSTEAD} instead"))
        elif match is not None and (line.rstrip().endswith("\\") or "--hash" in line):
            notes.append(
                Note(number, f"a requirement with hashes: require {_INSTEAD}, and make the file anew")
            )
            match = None
        lines.append(_replaced(match) + line[match.start("end") :] if match is not None else line)
        notes += [Note(number, reason) for reason in _libraries(line)]
    return Rewritten("".join(lines), tuple(notes))


def rewrite_pyproject(text: str) -> Rewritten:
    """Rewrite the dependencies in a `pyproject.toml`, and the names of FastAPI in settings of tools.

    Raises:
        ValueError: it is no TOML.
    """
    tomllib.loads(text)
    lines, notes = [], []
    table = key = ""
    for number, line in enumerate(_LINE.findall(text), start=1):
        if (found := _TABLE.match(line)) is not None and not line.lstrip().startswith("[["):
            table, key = found[1], ""
        elif (named := _KEY.match(line)) is not None:
            key = named[1] or named[2] or named[3]
        content, comment = _without_comment(line)
        new, reasons = _pyproject_line(content, _is_dependency(table, key))
        lines.append(new + comment)
        notes += [Note(number, reason) for reason in reasons]
    return Rewritten("".join(lines), tuple(notes))


def _pyproject_line(line: str, is_dependency: bool) -> tuple[str, list[str]]:
    if (found := _POETRY.match(line)) is not None and is_dependency:
        return f"{found[1]}{_INSTEAD}{found[2]}{found[3]}*{found[3]}" + line[found.end() :], []
    new = line
    for match in reversed(list(_REQUIREMENT.finditer(line))):
        quoted = match.start() > 0 and line[match.start() - 1] in "\"'" and match["end"] in ("'", '"')
        if quoted and is_dependency:
            new = new[: match.start()] + _replaced(match) + new[match.start("end") :]
    new, reasons = _settings(new)
    if is_dependency:
        reasons += _libraries(new)
    if re.search(r"""(?:["']|^\s*)fastapi(?:\b(?!-)|["'])""", new) and not reasons:
        reasons = [f"this names {OLD}, and it is not known what for"]
    return new, reasons


def _settings(line: str) -> tuple[str, list[str]]:
    """Names such as `fastapi.Depends` in settings of tools."""
    reasons = []
    for match in reversed(list(_QUOTED.finditer(line))):
        new = _translated_path(match[2])
        if isinstance(new, Unknown):
            reasons.append(new.reason)
        else:
            line = line[: match.start(2)] + new + line[match.end(2) :]
    return line, reasons


def _is_dependency(table: str, key: str) -> bool:
    if table in ("project", "build-system"):
        return key in _DEPENDENCY_KEYS
    if table in ("project.optional-dependencies", "dependency-groups", "tool.pdm.dev-dependencies"):
        return True
    return table.startswith("tool.") and (table.endswith("dependencies") or key in _DEPENDENCY_KEYS)


def _replaced(match: re.Match[str]) -> str:
    """The requirement without its version, which says nothing about xapi."""
    extras = re.findall(r"[\w-]+", match["extras"] or "")
    extra = "[standard]" if set(extras) & set(_STANDARD) else ""
    return f"{_INSTEAD}{extra}{match['rest'] or ''}"


def _libraries(line: str) -> list[str]:
    """Libraries that require FastAPI themselves."""
    return [
        f"{name} is a library for FastAPI: see that it works with --as-fastapi"
        for name in re.findall(r"""(?:^|["'\s])(fastapi-[\w-]+)""", line, re.IGNORECASE)
    ]


def _without_comment(line: str) -> tuple[str, str]:
    """A line of TOML, and the comment that ends it."""
    quote = ""
    for place, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            return line[:place], line[place:]
    return line, ""
