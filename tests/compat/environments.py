"""The environments of the peers: one for each file in ``requirements/``, made by ``make ci-deps``.

The contract runs there on FastAPI's and Litestar's apps. An environment is made anew when its requirements
change, or the Python version.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".venvs"
PEERS = sorted(path.stem for path in (HERE / "requirements").glob("*.txt"))

IMPORTS = """
import importlib.util

if importlib.util.find_spec("schemathesis"):
    import schemathesis.pytest.lazy

def test_imports():
    pass
"""


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment."""
    return ENVIRONMENTS / peer / "bin" / "python"


def variables(*folders: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
    """The variables of a process in a peer's environment, which imports from `folders`, too.

    Those of the pytest around it are not there, nor any that begins with one of `without`.
    """
    left_out = ("PYTEST_", "COV_", *without)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"PYTHONPATH": os.pathsep.join(map(str, folders)), "PYTHONDONTWRITEBYTECODE": "1"}


def is_ready(peer: str) -> bool:
    """Whether the environment is there and up to date."""
    stamp = ENVIRONMENTS / peer / ".ready"
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(peer)


def prepare(peer: str) -> None:
    """Make the environment of a peer, unless it is ready."""
    if is_ready(peer):
        return
    venv.create(ENVIRONMENTS / peer, with_pip=True, clear=True)
    requirements = str(HERE / "requirements" / f"{peer}.txt")
    pip = [str(python_of(peer)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", requirements], check=True)
    if "pytest==" in Path(requirements).read_text(encoding="utf-8"):
        _warm_up(peer)
    (ENVIRONMENTS / peer / ".ready").write_text(_fingerprint(peer), encoding="utf-8")


def _warm_up(peer: str) -> None:
    """Have pytest rewrite the modules of plugins once: tests read what it keeps, and write no byte code."""
    writing = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with TemporaryDirectory() as folder:
        Path(folder, "test_imports.py").write_text(IMPORTS, encoding="utf-8")
        command = [str(python_of(peer)), "-m", "pytest", "--quiet", "-p", "no:cacheprovider", folder]
        subprocess.run(command, check=True, cwd=folder, env=writing, stdout=subprocess.DEVNULL)


def _fingerprint(peer: str) -> str:
    digest = hashlib.sha256(f"{sys.base_prefix} {platform.python_version()}\n".encode())
    digest.update((HERE / "requirements" / f"{peer}.txt").read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    for name in PEERS:
        prepare(name)
