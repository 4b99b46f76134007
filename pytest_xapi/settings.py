"""What a user can set, by flags, the environment, ini options and `[tool.xapi]`: declared once, and read."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from pytest_xapi.options import Option, one_of, switch, url_path
from pytest_xapi.pyproject import PYPROJECT, read_table

GROUP = "xapi"
MARKER = "xapi"
MARKER_LINE = (
    "xapi(app=, base_url=, headers=, backend=, lifespan=, driver=, raise_server_exceptions=, "
    "check_responses=, overrides=): "
    "the app under test and the settings of its clients; the closest marker wins"
)
TABLE = "[tool.xapi]"
SCOPES = ("function", "class", "module", "session")
"""Of fixtures, the narrowest first."""
LIFESPANS = ("client", "none", *SCOPES)
BACKENDS = ("asyncio", "trio")
DRIVERS = ("auto", "portal")
HTTP_CLIENTS = ("httpx", "httpx2")


APP = Option(
    "app",
    "The ASGI app under test, or an app factory; a fixture `xapi_app` takes precedence. "
    "The module is searched for on sys.path, then in the root directory and the current directory.",
    metavar="MODULE:APP",
    flag="--xapi-app",
    variable="XAPI_APP",
)
OPENAPI = Option(
    "openapi",
    "The OpenAPI document (JSON or YAML) of the app under test, used instead of the app's own.",
    metavar="FILE",
    flag="--xapi-openapi",
)
OPENAPI_URL = Option(
    "openapi_url",
    "The path at which the app under test serves its OpenAPI document, as JSON or YAML, as in "
    "/schema/openapi.json.",
    metavar="PATH",
    parse=url_path,
    flag="--xapi-openapi-url",
)
GATE = Option(
    "gate",
    "Evaluate the gates of [tool.xapi.gate] in pyproject.toml after the run.",
    flag="--xapi-gate",
    flag_only=True,
)
GATE_WARN = Option(
    "gate_warn",
    "The same, but a failed gate does not change the exit status.",
    # Not a value of the other flag, which would take the path that follows it for its value.
    flag="--xapi-gate=warn",
    flag_only=True,
)
CONTRACT = Option(
    "contract",
    "The OpenAPI document that the gate `contract` compares the app with: a file, or REVISION:FILE in git.",
    metavar="PATH",
)
LIFESPAN = Option(
    "lifespan",
    f"The scope of the app's lifespan in tests: {', '.join(LIFESPANS)}. By default each client has its own "
    "lifespan.",
    metavar="SCOPE",
    parse=one_of(*LIFESPANS),
)
BASE_URL = Option("base_url", "The URL that the clients' relative URLs are joined to.", metavar="URL")
BACKEND = Option(
    "backend",
    "The event loop of synchronous clients: asyncio or trio.",
    metavar="NAME",
    parse=one_of(*BACKENDS),
)
DRIVER = Option(
    "driver",
    "Where synchronous clients run the app: auto, or portal for a separate thread.",
    metavar="NAME",
    parse=one_of(*DRIVERS),
)
RAISE_SERVER_EXCEPTIONS = Option(
    "raise_server_exceptions",
    "Whether clients raise the app's exceptions (true), or return a 500 response (false).",
    metavar="BOOL",
    parse=switch,
)
STRICT_OVERRIDES = Option(
    "strict_overrides",
    "Whether a test fails if it overrides a dependency and the replacement is never called.",
    metavar="BOOL",
    parse=switch,
)
CHECK_RESPONSES = Option(
    "check_responses",
    "Whether clients check each response of a documented operation against the OpenAPI document.",
    metavar="BOOL",
    parse=switch,
)
HTTP_CLIENT = Option(
    "http_client",
    "The HTTP library of the test clients: httpx or httpx2.",
    metavar="NAME",
    parse=one_of(*HTTP_CLIENTS),
    variable="XAPI_HTTP_CLIENT",
)
AS_FASTAPI = Option(
    "as_fastapi",
    "Run a FastAPI app on xapi: `import fastapi` gives xapi's objects under FastAPI's names.",
    flag="--xapi-as-fastapi",
)
_OPTIONS: list[Option] = [
    APP,
    OPENAPI,
    OPENAPI_URL,
    GATE,
    GATE_WARN,
    CONTRACT,
    LIFESPAN,
    BASE_URL,
    BACKEND,
    DRIVER,
    RAISE_SERVER_EXCEPTIONS,
    STRICT_OVERRIDES,
    CHECK_RESPONSES,
    HTTP_CLIENT,
    AS_FASTAPI,
]
DEFAULT_BASELINE = "xapi-accepted.toml"
"""The file of accepted findings where none is set, if it is there."""
_TABLES = (GATE.key, "checks")
"""The tables in `[tool.xapi]`, which those read whom they are for."""
_OF_RUN = tuple(option.key for option in _OPTIONS)


def register(*options: Option) -> None:
    """Add the options of a feature to those that users can set; to be called when the plugin is imported."""
    _OPTIONS.extend(option for option in options if option not in _OPTIONS)


@dataclass(frozen=True)
class Setting:
    """A value that a user gave, and where."""

    value: Any
    source: str
    """`--xapi-app`, the environment variable, the ini option and its file, or the table and its file."""


@dataclass(frozen=True)
class Settings:
    """All that was set for this run; `None` where nothing was."""

    app: Setting | None
    openapi: str | None
    openapi_url: str | None
    contract: str | None
    lifespan: str | None
    base_url: str | None
    backend: str | None
    driver: str | None
    raise_server_exceptions: bool | None
    strict_overrides: bool | None
    check_responses: bool | None
    http_client: str | None
    as_fastapi: bool | None
    gate: Literal["fail", "warn"] | None
    """What comes of a gate that does not pass; None where gates are not asked for."""
    given: Mapping[str, Setting]
    """By the key of the option: what was set, and where."""


_SETTINGS = pytest.StashKey[Settings]()
FAILED = pytest.StashKey[bool]()
"""Set for a test that has failed: then nothing more is held against it."""
OVERRIDE = pytest.StashKey[Any]()
"""What a test, or a wider scope, replaces, if anything."""
USES_OF_OVERRIDES = pytest.StashKey[dict[str, bool]]()
"""By name and place of what was replaced in this run: whether the replacement was ever called."""


def declare(parser: pytest.Parser) -> None:
    """Tell pytest about every flag and ini option."""
    group = parser.getgroup(GROUP, "tests of ASGI apps (pytest_xapi)")
    for option in _OPTIONS:
        also = "" if option.flag_only else f" Ini option: {option.name}."
        if option.flag and not option.metavar:
            group.addoption(
                option.flag,
                action="store_const",
                const=True,
                dest=option.name,
                help=f"{option.help}{also}",
            )
        elif option.flag:
            group.addoption(
                option.flag,
                action="append" if option.many else "store",
                dest=option.name,
                metavar=option.metavar,
                type=option.parse,
                help=f"{option.help}{also}",
            )
        if not option.flag_only:
            flag = f" Flag: {option.flag}." if option.flag else ""
            parser.addini(option.name, f"{option.help}{flag}", type=option.ini_type, default=None)


def read(config: pytest.Config) -> Settings:
    """The settings of this run: flags win over the environment, ini options over `[tool.xapi]`.

    Raises:
        pytest.UsageError: a value that its flag would refuse, or an unknown key in `[tool.xapi]`.
    """
    if _SETTINGS not in config.stash:
        table = _table(config)
        found = {option.key: _setting(config, option, table) for option in _OPTIONS}
        given = {key: setting for key, setting in found.items() if setting is not None}
        values: dict[str, Any] = {
            option.key: setting.value if (setting := given.get(option.key)) else None
            for option in _OPTIONS
            if option.key in _OF_RUN and option not in (GATE, GATE_WARN)
        }
        values["gate"] = "warn" if GATE_WARN.key in given else "fail" if GATE.key in given else None
        values |= {"app": found["app"], "given": given}
        config.stash[_SETTINGS] = Settings(**values)
    return config.stash[_SETTINGS]


def value(config: pytest.Config, option: Option, default: Any = None) -> Any:
    """What was set for one option, or `default`."""
    setting = read(config).given.get(option.key)
    return default if setting is None else setting.value


def early(config: pytest.Config, option: Option) -> Any:
    """What was set for one option, before pytest has read the command line in full."""
    given = getattr(config.known_args_namespace, option.name, None)
    if given is not None:
        return given
    setting = _setting(config, option, _table(config))
    return None if setting is None else setting.value


def http_client(config: pytest.Config) -> Setting | None:
    """The library of the clients, which has to be known before a conftest file imports them."""
    return _setting(config, HTTP_CLIENT, _table(config))


def accepts_answers(config: pytest.Config) -> bool:
    """Whether the project may have said which answers need not be as documented; told at a glance."""
    table = _table(config)
    gate = table.get("gate")
    undeclared = gate.get("undeclared") if isinstance(gate, dict) else None
    is_allowed = isinstance(undeclared, dict) and "allow" in undeclared
    is_set = bool({"checks", "fuzz_baseline"} & set(table))
    return is_allowed or is_set or (config.rootpath / DEFAULT_BASELINE).exists()


def _setting(config: pytest.Config, option: Option, table: Mapping[str, Any]) -> Setting | None:
    if option.flag and (given := config.getoption(option.name, None)) is not None:
        return Setting(given, option.flag)
    if option.flag_only:
        return None
    if option.variable and (text := os.environ.get(option.variable, "").strip()):
        return _parsed(option, [text], f"{option.variable} in the environment")
    if texts := _ini_texts(config, option):
        return _parsed(option, texts, _ini_source(config, option))
    if option.key in table:
        found = table[option.key]
        texts = [_text(item) for item in found] if option.many and isinstance(found, list) else [_text(found)]
        return _parsed(option, texts, f"{option.key} in {TABLE} of {PYPROJECT}")
    return None


def _ini_texts(config: pytest.Config, option: Option) -> list[str]:
    """What the ini option says, as texts; none where it says nothing."""
    try:
        found = config.getini(option.name)
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(f"{_ini_source(config, option)}: {error}") from error
    texts = [_text(item).strip() for item in (found if isinstance(found, list) else [found])]
    return [] if found is None else [text for text in texts if text]


def _text(found: Any) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)


def _parsed(option: Option, texts: Sequence[str], source: str) -> Setting:
    parse = switch if not option.metavar else option.parse
    try:
        values = [parse(text) for text in texts]
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"{source}: {error}") from error
    return Setting(values if option.many else values[0], source)


def _table(config: pytest.Config) -> Mapping[str, Any]:
    """`[tool.xapi]` of the pyproject.toml in the root directory, with keys that are known."""
    try:
        table = read_table(config.rootpath)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    known = [*(option.key for option in _OPTIONS if not option.flag_only), *_TABLES]
    for key in table:
        if key not in known:
            raise pytest.UsageError(
                f"{TABLE} of {PYPROJECT}: unknown key {key!r}{suggestion(key, known)}; "
                f"known are {', '.join(known)}"
            )
    return table


def suggestion(name: str, known: list[str] | tuple[str, ...]) -> str:
    """What could have been meant by `name`."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _ini_source(config: pytest.Config, option: Option) -> str:
    overridden = config.known_args_namespace.override_ini or ()
    if config.inipath is None or any(text.startswith(f"{option.name}=") for text in overridden):
        return f"-o {option.name}"
    return f"{option.name} in {config.inipath.name}"
