"""The flags and ini options of the plugin: their help, their precedence, their mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_xapi.fuzz.options import OPTIONS as FUZZ_OPTIONS

RunPytest = Callable[..., pytest.RunResult]

OPTIONS = ["xapi_app", "xapi_seed", "xapi_max_examples"]
READ_SETTINGS = """
    from pytest_xapi import settings

    def test_settings(request, capsys):
        with capsys.disabled():
            found = settings.read(request.config)
            print("read:", found)
            print("given:", {key: setting.value for key, setting in found.given.items()})
"""


def test_help_shows_the_flags_in_one_group(run_pytest: RunPytest) -> None:
    result = run_pytest("--help")
    result.stdout.fnmatch_lines(
        [
            "tests of ASGI apps (pytest_xapi):",
            "*--xapi-app=MODULE:APP*",
            "*--xapi-fuzz*",
            "*--xapi-seed=N*",
            "*--xapi-max-examples=N*",
        ]
    )


@pytest.mark.parametrize("name", OPTIONS)
def test_help_shows_the_ini_options(run_pytest: RunPytest, name: str) -> None:
    result = run_pytest("--help")
    result.stdout.fnmatch_lines([f"  {name} (*):*"])


def test_help_is_shown_although_the_app_is_bad(run_pytest: RunPytest) -> None:
    result = run_pytest("--help", "--xapi-app", "nowhere:app")
    assert result.ret == pytest.ExitCode.OK


def test_nothing_is_set_by_default(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q")
    result.stdout.fnmatch_lines(
        [
            "*read: Settings(app=None, openapi=None, openapi_url=None, contract=None, lifespan=None, *",
            "given: {}*",
        ]
    )


def test_ini_options_are_read(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_app = shop:app\nxapi_seed = 7\nxapi_max_examples = 30\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q")
    result.stdout.fnmatch_lines(
        [
            "*app=Setting(value='shop:app', source='xapi_app in tox.ini'), openapi=None, openapi_url=None, *",
            "given: {'app': 'shop:app', 'seed': 7, 'max_examples': 30}*",
        ]
    )


def test_flags_win_over_ini_options(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_seed = 7\nxapi_max_examples = 30\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q", "--xapi-seed=0", "--xapi-max-examples=2")
    result.stdout.fnmatch_lines(["given: {'seed': 0, 'max_examples': 2}*"])


def test_an_ini_option_given_with_o_is_named_so(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_app = shop:app\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q", "-o", "xapi_app=other:app")
    result.stdout.fnmatch_lines(["*Setting(value='other:app', source='-o xapi_app')*"])


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("--xapi-seed", "x", "'x' is not a seed: expected a non-negative integer"),
        ("--xapi-seed", "-1", "'-1' is not a seed: expected a non-negative integer"),
        ("--xapi-max-examples", "0", "'0' is not a number of cases: expected a positive integer"),
        ("--xapi-max-examples", "many", "'many' is not a number of cases: expected a positive integer"),
        ("--xapi-fuzz-profile", "slow", "'slow' is not one of quick, ci, deep"),
        ("--xapi-fuzz-time", "0", "'0' is not a duration: give a number of seconds, or as in 250ms, 2m, 1h"),
        (
            "--xapi-fuzz-time",
            "soon",
            "'soon' is not a duration: give a number of seconds, or as in 250ms, 2m, 1h",
        ),
        (
            "--xapi-fuzz-phase",
            "last",
            "'last' is not one of replay, examples, boundary, guided, random, stateful",
        ),
        ("--xapi-shard", "6/5", "'6/5' is not a shard: expected INDEX/COUNT, as in 2/5"),
        ("--xapi-shard", "one", "'one' is not a shard: expected INDEX/COUNT, as in 2/5"),
        (
            "--xapi-fuzz-include",
            "/items",
            "'/items' is not a pattern for operations: expected path:, method:, tag:, id: and a glob, "
            "as in path:/items/[*]",
        ),
    ],
)
def test_a_bad_value_is_a_usage_error(run_pytest: RunPytest, flag: str, value: str, message: str) -> None:
    result = run_pytest(f"{flag}={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*argument {flag}: {message}"])


def test_a_bad_number_in_the_ini_file_is_a_usage_error_naming_the_file(
    pytester: pytest.Pytester, run_pytest: RunPytest
) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nxapi_seed = 'x'\n")
    result = run_pytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: xapi_seed in pyproject.toml: 'x' is not a seed: expected a non-negative integer"]
    )


def test_the_table_in_pyproject_sets_all(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makepyfile(READ_SETTINGS)
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        xapi_seed = "8"

        [tool.xapi]
        seed = 7
        max_examples = 5
        report = ["json:report.json"]
        fuzz_only = true
        fuzz_include = ["path:/a", "tag:b"]
        shard = "2/3"
        lifespan = "module"
        base_url = "https://shop.example"
        backend = "trio"
        driver = "portal"
        raise_server_exceptions = false
        strict_overrides = true
        """
    )
    result = run_pytest("-q")
    result.stdout.fnmatch_lines(
        [
            "*read: Settings(app=None, openapi=None, openapi_url=None, contract=None, lifespan='module', "
            "base_url='https://shop.example', backend='trio', driver='portal', "
            "raise_server_exceptions=False, strict_overrides=True, check_responses=None, http_client=None, "
            "as_fastapi=None, gate=None, *",
            "given: {*'report': *json*report.json*, 'seed': 8, 'max_examples': 5, 'fuzz_only': True, "
            "'fuzz_include': [[]('path', '/a'), ('tag', 'b')[]], 'shard': (2, 3)}*",
        ]
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "ap = 'shop:app'",
            "[tool.xapi] of pyproject.toml: unknown key 'ap' (did you mean 'app'?); known are app, openapi, "
            "openapi_url, contract, lifespan, base_url, backend, driver, raise_server_exceptions, "
            "strict_overrides, check_responses, http_client, as_fastapi, report, "
            f"{', '.join(option.key for option in FUZZ_OPTIONS if not option.flag_only)}, gate, checks",
        ),
        (
            "lifespan = 'week'",
            "lifespan in [tool.xapi] of pyproject.toml: 'week' is not one of client, none, function, class, "
            "module, session",
        ),
        (
            "strict_overrides = 'yes'",
            "strict_overrides in [tool.xapi] of pyproject.toml: 'yes' is neither true nor false",
        ),
    ],
)
def test_a_mistake_in_the_table_is_a_usage_error(
    pytester: pytest.Pytester, run_pytest: RunPytest, table: str, message: str
) -> None:
    pytester.makepyprojecttoml(f"[tool.pytest.ini_options]\n[tool.xapi]\n{table}\n")
    result = run_pytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in result.errlines
    assert run_pytest("--help").ret == 0


def test_a_file_that_is_no_toml_is_a_usage_error(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\n")
    pytester.path.joinpath("pyproject.toml").write_text("[tool.xapi]\napp = \n")
    result = run_pytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: */pyproject.toml: *"])


def test_help_lists_every_option_in_a_group(run_pytest: RunPytest) -> None:
    result = run_pytest("--help")
    result.stdout.fnmatch_lines(["tests of ASGI apps (pytest_xapi):", "  --xapi-app=MODULE:APP*"])
    for option in ("app", "seed", "max_examples", "lifespan", "base_url", "backend", "driver"):
        result.stdout.fnmatch_lines([f"  xapi_{option} (*):*"])
    run_pytest("--markers").stdout.fnmatch_lines(["@pytest.mark.xapi(app=, base_url=, *"])


NATIVE = """
[tool.pytest]
xapi_app = "shop:app"
xapi_strict_overrides = true
xapi_raise_server_exceptions = false
xapi_seed = 7
xapi_fuzz_time = 1.5
xapi_report = ["json:a.json", "github"]
xapi_op = ["GET /a", "GET /b"]
"""
AS_INI = NATIVE.replace("[tool.pytest]", "[tool.pytest.ini_options]")
AS_TEXTS = """
[tool.pytest]
xapi_app = "shop:app"
xapi_strict_overrides = "true"
xapi_raise_server_exceptions = "false"
xapi_seed = "7"
xapi_fuzz_time = "1.5s"
xapi_report = ["json:a.json", "github"]
xapi_op = ["GET /a", "GET /b"]
"""
AS_TABLE = NATIVE.replace("[tool.pytest]", "[tool.xapi]").replace("xapi_", "")
INI = """
[pytest]
xapi_app = shop:app
xapi_strict_overrides = True
xapi_raise_server_exceptions = no
xapi_seed = 7
xapi_fuzz_time = 1500ms
xapi_report =
    json:a.json
    github
xapi_op =
    GET /a
    GET /b
"""
READ_TYPES = """
    def pytest_sessionstart(session):
        from pytest_xapi import settings
        given = settings.read(session.config).given
        values = {key: given[key].value for key in sorted(given)}
        print("given:", {key: list(map(str, value)) if isinstance(value, list) else str(value)
                         for key, value in values.items()}, end=".\\n")
"""


OF_TWO_KINDS = pytest.mark.skipif(
    pytest.version_tuple < (9, 2), reason="pytest knows options of two kinds from 9.2 on"
)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", NATIVE),
        ("pyproject.toml", AS_INI),
        pytest.param("pyproject.toml", AS_TEXTS, marks=OF_TWO_KINDS),
        ("pyproject.toml", AS_TABLE),
        ("pytest.ini", INI),
    ],
    ids=["native TOML", "TOML as ini", "texts in TOML", "the table", "ini"],
)
def test_values_have_types_wherever_they_are_set(
    pytester: pytest.Pytester, run_pytest: RunPytest, file: str, text: str
) -> None:
    pytester.path.joinpath(file).write_text(text, encoding="utf-8")
    pytester.makeconftest(READ_TYPES)
    result = run_pytest("-s", "--rootdir=.")
    result.stdout.fnmatch_lines(
        [
            "given: {'app': 'shop:app', 'fuzz_time': '1.5', 'op': [[]'GET /a', 'GET /b'], "
            "'raise_server_exceptions': 'False', 'report': [[]'json:a.json', 'github:-'], 'seed': '7', "
            "'strict_overrides': 'True'}."
        ]
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("xapi_strict_overrides = 3", "*xapi_strict_overrides*3*"),
        pytest.param(
            "xapi_strict_overrides = 'perhaps'",
            "*xapi_strict_overrides*'perhaps' is neither true nor false*",
            marks=OF_TWO_KINDS,
        ),
        ("xapi_seed = true", "*xapi_seed*True*"),
        pytest.param("xapi_seed = 'many'", "*xapi_seed*'many' is not a seed*", marks=OF_TWO_KINDS),
        ("xapi_app = ['a:b']", "*xapi_app*a:b*"),
        ("xapi_report = 'json:a.json'", "*xapi_report*expects a list*"),
    ],
)
def test_a_value_of_another_type_is_a_usage_error(
    pytester: pytest.Pytester, run_pytest: RunPytest, line: str, message: str
) -> None:
    pytester.makepyprojecttoml(f"[tool.pytest]\n{line}\n")
    result = run_pytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])
