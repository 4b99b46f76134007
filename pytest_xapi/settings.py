"""What a user can set: the flags and ini options, declared once, and the values they were given."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

GROUP = "xapi"


def seed(text: str) -> int:
    """A seed: a whole number, zero or more."""
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no seed: give a whole number, zero or more")
    return int(text)


def case_count(text: str) -> int:
    """A number of cases: a whole number, one or more."""
    if not text.strip().isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of cases: give a whole number, one or more")
    return int(text)


@dataclass(frozen=True)
class Option:
    """A command-line flag and the ini option of the same meaning."""

    flag: str
    help: str
    metavar: str | None = None
    """What stands for the value in `--help`; without it the flag takes no value and has no ini option."""

    parse: Callable[[str], Any] = str

    @property
    def name(self) -> str:
        """The name of the ini option, and of the attribute of pytest's option namespace."""
        return self.flag.removeprefix("--").replace("-", "_")


APP = Option(
    "--xapi-app",
    "The ASGI app under test; a fixture `xapi_app` wins over it. "
    "The module is looked for on sys.path, then in the root directory and the current directory.",
    metavar="MODULE:APP",
)
FUZZ = Option("--xapi-fuzz", "Add one property test per operation of the app under test.")
SEED = Option("--xapi-seed", "The seed of the property tests' cases.", metavar="N", parse=seed)
MAX_EXAMPLES = Option(
    "--xapi-max-examples",
    "At most this many random cases per operation in the property tests.",
    metavar="N",
    parse=case_count,
)
OPTIONS = (APP, FUZZ, SEED, MAX_EXAMPLES)


@dataclass(frozen=True)
class Setting:
    """A value that a user gave, and where."""

    value: Any
    source: str
    """`--xapi-app`, or the ini option and its file."""


@dataclass(frozen=True)
class Settings:
    """All that was set for this run; `None` where nothing was."""

    app: Setting | None
    fuzz: bool
    seed: int | None
    max_examples: int | None


_SETTINGS = pytest.StashKey[Settings]()


def declare(parser: pytest.Parser) -> None:
    """Tell pytest about every flag and ini option."""
    group = parser.getgroup(GROUP, "tests of ASGI apps (pytest_xapi)")
    for option in OPTIONS:
        if option.metavar is None:
            group.addoption(option.flag, action="store_true", dest=option.name, help=option.help)
            continue
        group.addoption(
            option.flag,
            dest=option.name,
            metavar=option.metavar,
            type=option.parse,
            help=f"{option.help} Ini option: {option.name}.",
        )
        parser.addini(option.name, f"{option.help} Flag: {option.flag}.", type="string", default="")


def read(config: pytest.Config) -> Settings:
    """The settings of this run; a flag wins over the ini option.

    Raises:
        pytest.UsageError: an ini option has a value that its flag would refuse.
    """
    if _SETTINGS not in config.stash:
        config.stash[_SETTINGS] = Settings(
            app=_setting(config, APP),
            fuzz=config.getoption(FUZZ.name),
            seed=_value(_setting(config, SEED)),
            max_examples=_value(_setting(config, MAX_EXAMPLES)),
        )
    return config.stash[_SETTINGS]


def _setting(config: pytest.Config, option: Option) -> Setting | None:
    given = config.getoption(option.name)
    if given is not None:
        return Setting(given, option.flag)
    text = config.getini(option.name).strip()
    if not text:
        return None
    source = _ini_source(config, option)
    try:
        return Setting(option.parse(text), source)
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"{source}: {error}") from error


def _ini_source(config: pytest.Config, option: Option) -> str:
    overridden = config.getoption("override_ini") or ()
    if config.inipath is None or any(text.startswith(f"{option.name}=") for text in overridden):
        return f"-o {option.name}"
    return f"{option.name} in {config.inipath.name}"


def _value(setting: Setting | None) -> Any:
    return None if setting is None else setting.value
