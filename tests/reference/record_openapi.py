"""Record the documents of the apps in `apps/` as the reference framework makes them.

`make record` runs it. By hand, with a Python that has `requirements.txt` installed:

    python tests/reference/record_openapi.py [name of an app ...]

Each app is written for xapi. Here the name `xapi` means the reference.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
MODULES = (
    "",
    ".encoders",
    ".exceptions",
    ".exception_handlers",
    ".middleware.cors",
    ".middleware.gzip",
    ".middleware.httpsredirect",
    ".middleware.trustedhost",
    ".middleware.wsgi",
    ".responses",
    ".routing",
    ".security",
    ".sse",
    ".staticfiles",
    ".templating",
)


def as_reference() -> str:
    """Let the name `xapi` mean the reference; returns its version."""
    for name in MODULES:
        sys.modules["xapi" + name] = importlib.import_module("fastapi" + name)
    reference = sys.modules["xapi"]
    reference.XAPI = reference.FastAPI  # type: ignore[attr-defined]
    return str(reference.__version__)


def main(names: list[str]) -> None:
    """Write `openapi/<name>.json` for each app."""
    version = as_reference()
    sys.path.insert(0, str(HERE / "apps"))
    warnings.simplefilter("ignore")
    for source in sorted((HERE / "apps").glob("*.py")):
        if names and source.stem not in names:
            continue
        module = importlib.import_module(source.stem)
        if hasattr(module, "app"):
            text = json.dumps(module.app.openapi(), indent=1, sort_keys=True, ensure_ascii=False)
            (HERE / "openapi" / f"{source.stem}.json").write_text(text + "\n")
            sys.stderr.write(f"{source.stem}: {version}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
