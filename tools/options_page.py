"""Write docs/options.md: what can be set for a run of pytest, and where.

python tools/options_page.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest_xapi.plugin  # noqa: F401  (it declares the options)
from pytest_xapi import settings
from pytest_xapi.fuzz import options as fuzz_options
from pytest_xapi.options import Option
from pytest_xapi.reports import options as report_options
from pytest_xapi.settings import _OPTIONS

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
OTHERS = "Which app, and how it is tested"
COLUMNS = "| flag | ini option | environment | what it says |\n|---|---|---|---|"
HEAD = """# Options of the plugin

What can be set for a run of pytest. The command line comes before the environment, and that before the ini
option and the table `[tool.xapi]` of `pyproject.toml`, where the key is the name without `xapi_`.
[The plugin](plugin.md#options) and [property tests](fuzzing.md#settings) explain them; settings of gates are
on the page of [gates](gates.md).

"""


def page() -> str:
    """The whole page."""
    parts: list[str] = []
    left = list(_OPTIONS)
    for title, module in (("Property tests", fuzz_options), ("Reports", report_options), (OTHERS, settings)):
        own = [option for option in left if option in vars(module).values()]
        left = [option for option in left if option not in own]
        rows = "\n".join(row(option) for option in own)
        parts.insert(0, f"## {title}\n\n{COLUMNS}\n{rows}\n")
    assert not left, f"no module of options has {left}"
    return HEAD + "\n".join(parts)


def row(option: Option) -> str:
    """The line of an option."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells(option))} |"


def cells(option: Option) -> Iterator[str]:
    """What is said of an option: how it is set, and what it means."""
    yield f"`{option.flag}{' ' + option.metavar if option.metavar else ''}`" if option.flag else ""
    yield "" if option.flag_only else f"`{option.name}`"
    yield f"`{option.variable}`" if option.variable else ""
    yield option.help


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
