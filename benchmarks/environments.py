"""The virtual environments: one for each file in ``requirements/``, made when first needed.

Each peer lives alone, so that no package of one changes another. The controller needs the standard library
only. An environment is made again when its requirements change, or the Python version, or, where xapi
is installed from this checkout, ``pyproject.toml``.
"""

import hashlib
import platform
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
REQUIREMENTS = HERE / "requirements"
ENVIRONMENTS = HERE / ".venvs"


class EnvironmentFailed(Exception):
    """An environment could not be made; the message says why and what to do."""


def python_of(name: str) -> Path:
    """The interpreter of the environment called `name`."""
    return ENVIRONMENTS / name / "bin" / "python"


def prepare(name: str, tell: Callable[[str], None]) -> Path:
    """Makes the environment called `name` if it is missing or out of date.

    Args:
        name: The stem of a file in ``requirements/``.
        tell: Called with a line of progress before something slow.

    Returns:
        The environment's interpreter.

    Raises:
        EnvironmentFailed: pip failed.
    """
    stamp = ENVIRONMENTS / name / ".ready"
    wanted = _fingerprint(name)
    if not stamp.exists() or stamp.read_text() != wanted:
        tell(f"making the environment of {name} ...")
        venv.create(ENVIRONMENTS / name, with_pip=True, clear=True)
        _install(name)
        stamp.write_text(wanted)
    return python_of(name)


def _install(name: str) -> None:
    requirements = REQUIREMENTS / f"{name}.txt"
    command = [
        str(python_of(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--requirement", str(requirements),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        file = requirements.relative_to(ROOT)
        raise EnvironmentFailed(f"pip could not install {file}; is a package index in reach?\n{done.stderr}")


def _fingerprint(name: str) -> str:
    digest = hashlib.sha256(f"{sys.base_prefix} {platform.python_version()}\n".encode())
    requirements = (REQUIREMENTS / f"{name}.txt").read_bytes()
    digest.update(requirements)
    if b"--editable ." in requirements:
        digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()
