"""Record what the services of `services/` do under the reference framework.

`make record` runs it. By hand, with a Python that has `requirements.txt` installed:

    python tests/reference/record_services.py [name of a service ...]
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from record_openapi import as_reference

VERSION = as_reference()

from dialogue import as_text, dialogue  # noqa: E402
from services import SERVICES, names, service  # noqa: E402


def main(chosen: list[str]) -> None:
    """Write `services/<name>/record.json` for each service."""
    warnings.simplefilter("ignore")
    for name in chosen or names():
        with tempfile.TemporaryDirectory() as folder:
            record = dialogue(service(name), Path(folder))
        (SERVICES / name / "record.json").write_text(as_text({name: record}), "utf-8")
        sys.stderr.write(f"{name}: {len(record.get('answers', ()))} answers of {VERSION}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
