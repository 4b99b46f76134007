"""Record which names the modules of the reference framework have: its tree, as code imports from it."""

from __future__ import annotations

import json
import pkgutil
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType

import fastapi

NAMES = Path(__file__).parents[1] / "xapi/as_fastapi/names.json"


def names() -> dict[str, list[str]]:
    """The public names of all modules that are not private."""
    found = {}
    modules = ["fastapi", *(module.name for module in pkgutil.walk_packages(fastapi.__path__, "fastapi."))]
    for name in modules:
        if any(part.startswith("_") and part != "_compat" for part in name.split(".")):
            continue
        members = vars(import_module(name))
        found[name] = sorted(
            member
            for member, value in members.items()
            if not member.startswith("_") and not isinstance(value, ModuleType)
        )
    return found


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        NAMES.write_text(json.dumps(names(), indent=1) + "\n", encoding="utf-8")
