"""What an option is: something to set by flag, environment, ini option and `[tool.xapi]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


def seed(text: str) -> int:
    """A seed: a whole number, zero or more."""
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed: expected a non-negative integer")
    return int(text)


def case_count(text: str) -> int:
    """A number of cases: a whole number, one or more."""
    if not text.strip().isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of cases: expected a positive integer")
    return int(text)


def switch(text: str) -> bool:
    """A switch: true or false."""
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def seconds(text: str) -> float:
    """A duration, as in `90`, `1.5s`, `250ms` or `2m`; a number alone is seconds."""
    for unit, factor in (("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", 1.0)):
        number = text.strip().removesuffix(unit)
        if text.strip().endswith(unit) and number.replace(".", "", 1).isdecimal() and float(number) > 0:
            return float(number) * factor
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a duration: give a number of seconds, or as in 250ms, 2m, 1h"
    )


def one_of(*names: str) -> Callable[[str], str]:
    """One of some words."""

    def parse(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(names)}")
        return text

    return parse


def url_path(text: str) -> str:
    """The path of a URL of the app."""
    if not text.strip().startswith("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a path of the app: give one as in /openapi.json")
    return text.strip()


_KINDS: dict[Any, type] = {switch: bool, seed: int, case_count: int, seconds: float}
"""What the values of some readers are, where that is no text."""


@dataclass(frozen=True)
class Option:
    """Something to set: an ini option and a key of `[tool.xapi]`, perhaps a flag and a variable as well."""

    key: str
    """The key in `[tool.xapi]`; the ini option is `xapi_` and the key."""
    help: str
    metavar: str = ""
    """What stands for the value in `--help`; a flag without it takes no value."""

    parse: Callable[[str], Any] = str
    flag: str = ""
    variable: str = ""
    """The environment variable."""
    flag_only: bool = False
    """Whether the command line is the only place to say it."""
    many: bool = False
    """Whether the flag can be given again, the ini option has a value on each line, and the table a list."""

    @property
    def ini_type(self) -> Any:
        """What the ini option holds, as pytest is told: it checks what TOML says of a type of its own.

        What is no text may be written as one, too, from pytest 9.2 on, which knows that.
        """
        if self.many:
            return "linelist"
        kind = bool if not self.metavar else _KINDS.get(self.parse, str)
        if kind is not str and pytest.version_tuple >= (9, 2):
            return kind | str
        return {bool: "bool", int: "int"}.get(kind, "string")

    @property
    def name(self) -> str:
        """The name of the ini option, and of the attribute of pytest's option namespace."""
        return f"xapi_{self.key}"
