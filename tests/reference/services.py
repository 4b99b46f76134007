"""Services: whole programs of our own, what they are asked, and what the reference makes of that.

A folder of `services/` has the files of a program, and beside them `record.json` and `requests.py`: what is
asked (`REQUESTS`), which file makes the app (`MAIN`, unless it is `main.py`), and what the program finds
(`FILES`, `ENVIRONMENT`).
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import Program

SERVICES = Path(__file__).parent / "services"


def names() -> list[str]:
    """The names of the services."""
    return sorted(path.parent.name for path in SERVICES.glob("*/requests.py"))


def service(name: str, rewritten: Callable[[str], str] = lambda source: source) -> Program:
    """The program of a service, each of its files rewritten."""
    folder = SERVICES / name
    said = runpy.run_path(str(folder / "requests.py"))
    sources = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.py")}
    del sources["requests.py"]
    return Program(
        {path: rewritten(source) for path, source in sources.items()},
        said["REQUESTS"],
        said.get("MAIN", "main.py"),
        said.get("FILES", {}),
        said.get("ENVIRONMENT", {}),
    )


def record(name: str) -> dict[str, Any]:
    """What the reference makes of a service."""
    return json.loads((SERVICES / name / "record.json").read_text("utf-8"))[name]  # type: ignore[no-any-return]
