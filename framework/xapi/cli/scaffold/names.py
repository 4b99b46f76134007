"""Names of projects: which are refused, and why."""

from __future__ import annotations

import keyword
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from xapi.cli.errors import CommandError
from xapi.cli.scaffold.project import Project

_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?")
_OWN_FOLDERS = ("tests", "migrations")
_DEPENDENCIES = {
    *("alembic", "argon2", "httpx", "jinja2", "jwt", "pwdlib", "pydantic", "pydantic_settings", "pytest"),
    *("pytest_xapi", "schemathesis", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "xapi"),
}
"""What a project imports, installed here or not."""
_DEVICES = ("aux", "con", "nul", "prn")


def check(project: Project) -> None:
    """Refuse a name that a package cannot have, or that something else has.

    Raises:
        CommandError: says what is wrong with the name, and what to do.
    """
    if (reason := _fault(project)) is not None:
        raise CommandError(f"{project.name!r} cannot be the name of a project: {reason}")


def _fault(project: Project) -> str | None:
    name, package = project.name, project.package
    if not _NAME.fullmatch(name):
        return f"{_spelling_fault(name)}; a name has letters, digits, - and _, as in 'book-shop'"
    if keyword.iskeyword(package):
        return f"{package!r} is a keyword of Python, which no import can name; try {name + '-api'!r}"
    if package in _DEVICES:
        return f"Windows has a device of this name; try {name + '-api'!r}"
    if package in _OWN_FOLDERS:
        return f"each project has a folder {package!r} beside its package; try {name + '-api'!r}"
    if (owner := _owner(package, name)) is not None:
        return f"the package {package!r} would hide {owner}; try {name + '-api'!r}"
    return None


def _spelling_fault(name: str) -> str:
    if "/" in name or "\\" in name:
        return "it is a path, and projects are made in the current directory"
    if name[:1].isdigit():
        return "it begins with a digit, which no name in Python does"
    return "it is empty" if not name else "it is no name of a package"


def _owner(package: str, name: str) -> str | None:
    """What has the name already."""
    if package in sys.stdlib_module_names:
        return "a module of Python's standard library"
    if package in _DEPENDENCIES:
        return "a package that the project needs"
    if _is_installed(package):
        return "an installed module"
    try:
        distribution(name)
    except PackageNotFoundError:
        return None
    return f"the installed distribution {name!r}"


def _is_installed(package: str) -> bool:
    """Whether there is such a module, beside what the current directory happens to hold."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return True
    if spec is None:
        return False
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    here = Path.cwd()
    return any(place in ("built-in", "frozen") or here not in _around(place) for place in places)


def _around(place: str) -> set[Path]:
    """The folders that would have to be the current one, for the module to be found by chance."""
    path = Path(place).resolve()
    return {path.parent, path.parent.parent} if path.name == "__init__.py" else {path.parent}
