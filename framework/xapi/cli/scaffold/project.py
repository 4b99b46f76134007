"""What a new project is, and which files it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Place = tuple[str, str]
"""The path of a file in the project, and its template. `PACKAGE` stands for the package's name."""


@dataclass(frozen=True)
class Project:
    """A project as it was asked for."""

    name: str
    minimal: bool = False
    """The app and its tests alone."""
    database: bool = True
    auth: bool = False

    @property
    def package(self) -> str:
        """The name under which it is imported."""
        return self.name.lower().replace("-", "_")

    @property
    def title(self) -> str:
        """The name as the document shows it."""
        return self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def prefix(self) -> str:
        """What the names of its environment variables begin with."""
        return f"{self.package.upper()}_"

    def places(self) -> Iterator[Place]:
        """The files, each with its template."""
        for path, template in self._places():
            yield path.replace("PACKAGE", self.package), template

    def _places(self) -> Iterator[Place]:
        yield from _COMMON
        if self.minimal:
            yield from _MINIMAL
            return
        yield from _SERVICE
        yield from _WITH_DATABASE if self.database else _IN_MEMORY
        if self.auth:
            yield from _WITH_AUTH
            yield from _ACCOUNTS_IN_DATABASE if self.database else _ACCOUNTS_IN_SETTINGS


_COMMON = (
    ("pyproject.toml", "common/pyproject.toml.j2"),
    ("README.md", "common/README.md.j2"),
    (".gitignore", "common/gitignore.j2"),
    ("PACKAGE/__init__.py", "common/__init__.py.j2"),
)
_MINIMAL = (
    ("PACKAGE/main.py", "minimal/main.py.j2"),
    ("tests/test_main.py", "minimal/test_main.py.j2"),
)
_SERVICE = (
    ("PACKAGE/main.py", "service/main.py.j2"),
    ("PACKAGE/settings.py", "service/settings.py.j2"),
    ("tests/conftest.py", "service/conftest.py.j2"),
    ("tests/test_tasks.py", "service/test_tasks.py.j2"),
    ("Dockerfile", "service/Dockerfile.j2"),
    (".dockerignore", "service/dockerignore.j2"),
    (".github/workflows/tests.yml", "service/tests.yml.j2"),
    (".github/dependabot.yml", "service/dependabot.yml.j2"),
)
_IN_MEMORY = (
    ("PACKAGE/models.py", "service/models.py.j2"),
    ("PACKAGE/tasks.py", "service/tasks.py.j2"),
)
_WITH_DATABASE = (
    ("PACKAGE/models.py", "database/models.py.j2"),
    ("PACKAGE/database.py", "database/database.py.j2"),
    ("PACKAGE/tasks.py", "database/tasks.py.j2"),
    ("migrations/env.py", "database/env.py.j2"),
    ("migrations/script.py.mako", "database/script.py.mako.j2"),
    ("migrations/versions/0001_create_tasks.py", "database/0001_create_tasks.py.j2"),
    ("tests/test_migrations.py", "database/test_migrations.py.j2"),
)
_WITH_AUTH = (
    ("PACKAGE/security.py", "auth/security.py.j2"),
    ("PACKAGE/accounts.py", "auth/accounts.py.j2"),
    ("tests/test_accounts.py", "auth/test_accounts.py.j2"),
    (".env", "auth/env.j2"),
)
_ACCOUNTS_IN_DATABASE = (
    ("PACKAGE/add_account.py", "auth/add_account.py.j2"),
    ("migrations/versions/0002_create_accounts.py", "database/0002_create_accounts.py.j2"),
)
_ACCOUNTS_IN_SETTINGS = (("PACKAGE/hash_password.py", "auth/hash_password.py.j2"),)
