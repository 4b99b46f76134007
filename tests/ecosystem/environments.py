"""The environment and the shipped tests of each library of `libraries.toml`, below `.work/`.

An environment has the library, what its tests need, FastAPI, and xapi in development. It is made anew when
the library's entry has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = HERE / ".work"
SDISTS = WORK / "sdists"
TABLE = HERE / "libraries.toml"
UV = ROOT / ".venv-tools/bin/uv"


@dataclass(frozen=True)
class Library:
    """An entry of the table."""

    name: str
    version: str
    fastapi: str
    is_application: bool = False
    """Whether it is a complete application, or ships some as examples, rather than a library."""
    extras: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    """Files and folders of the sdist; below `own/` where it ships none."""
    without: tuple[str, ...] = ()
    """What of them is left out, as it needs a server or the network; `reason` says what."""
    deselect: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    missing: str = ""
    """What it would need that is not there, so that it does not count among the others."""
    early: bool = False
    """Whether it has a plugin of pytest that imports FastAPI, so that the alias has to be there before."""
    quick: bool = False
    """Whether it runs with our own tests, in an environment that `make ci-deps` makes."""

    @property
    def folder(self) -> Path:
        return WORK / self.name

    @property
    def python(self) -> Path:
        return self.folder / "venv/bin/python"

    @property
    def is_own(self) -> bool:
        """Whether its tests are ours."""
        return all(test.startswith("own/") for test in self.tests)

    @property
    def sources(self) -> Path:
        """Where its tests are run."""
        return HERE if self.is_own else self.folder / "sdist"

    @property
    def fingerprint(self) -> str:
        said = [self.version, self.fastapi, self.extras, self.requirements, self.is_own, sys.version]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def libraries() -> list[Library]:
    """The entries of the table, libraries and applications, in order of their names."""
    table: dict[str, Any] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    found = []
    for kind in ("library", "application"):
        for entry in table[kind]:
            values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
            found.append(Library(fastapi=table["fastapi"], is_application=kind == "application", **values))
    return sorted(found, key=lambda library: library.name)


def is_ready(library: Library) -> bool:
    """Whether its environment is there, and up to date."""
    stamp = library.folder / ".ready"
    return stamp.exists() and stamp.read_text(encoding="utf-8") == library.fingerprint


def prepare(library: Library) -> None:
    """Make the environment of a library, and unpack its sdist, unless both are there."""
    if is_ready(library):
        return
    shutil.rmtree(library.folder, ignore_errors=True)
    library.folder.mkdir(parents=True)
    _run(str(UV), "venv", "--quiet", "--python", sys.executable, str(library.folder / "venv"))
    extras = f"[{','.join(library.extras)}]" if library.extras else ""
    wanted = [
        f"{library.name}{extras}=={library.version}",
        f"fastapi=={library.fastapi}",
        "python-multipart",
        "httpx",
        "pytest",
        *library.requirements,
    ]
    install = [str(UV), "pip", "install", "--quiet", "--python", str(library.python)]
    _run(*install, *wanted, "--editable", str(ROOT))
    # Where a library has no configuration of pytest, that of this project is not to count.
    (library.folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    if not library.is_own:
        _unpack(library)
    (library.folder / ".ready").write_text(library.fingerprint, encoding="utf-8")


def _unpack(library: Library) -> None:
    """Unpack the sdist, which is kept once it has been got from the registry."""
    archive = next(_archives(library), None)
    if archive is None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        wanted = f"{library.name}=={library.version}"
        _run(*pip, "--no-deps", "--no-binary", ":all:", "--dest", str(SDISTS), wanted)
        archive = next(_archives(library))
    unpacked = library.folder / "unpacked"
    with tarfile.open(archive) as packed:
        packed.extractall(unpacked, filter="data")
    (only,) = unpacked.iterdir()
    only.rename(library.folder / "sdist")


def _archives(library: Library) -> Iterator[Path]:
    """The sdist, if it is here; its name is spelled with dashes or underscores."""
    for name in (library.name, library.name.replace("-", "_")):
        yield from SDISTS.glob(f"{name}-{library.version}.tar.gz")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for _ in workers.map(prepare, [library for library in libraries() if library.quick]):
            pass
