"""Files that are written wholly or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomic(file: Path, text: str) -> None:
    """Write a file so that whoever reads it meanwhile sees the old one or the new one, whole.

    Raises:
        OSError: it cannot be written; then nothing is left behind.
    """
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(descriptor, "wb") as new:
            new.write(text.encode())
        # Made for one user only, while files are made for those whom the umask allows.
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    """The mask of new files, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
