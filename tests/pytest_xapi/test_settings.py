"""The flags and ini options of the plugin: their help, their precedence, their mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RunPytest = Callable[..., pytest.RunResult]

OPTIONS = ["xapi_app", "xapi_seed", "xapi_max_examples"]
READ_SETTINGS = """
    from pytest_xapi import settings

    def test_settings(request, capsys):
        with capsys.disabled():
            print("read:", settings.read(request.config))
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
    result.stdout.fnmatch_lines([f"  {name} (string):*"])


def test_help_is_shown_although_the_app_is_bad(run_pytest: RunPytest) -> None:
    result = run_pytest("--help", "--xapi-app", "nowhere:app")
    assert result.ret == pytest.ExitCode.OK


def test_nothing_is_set_by_default(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q")
    result.stdout.fnmatch_lines(
        ["*read: Settings(app=None, fuzz=False, seed=None, max_examples=None, lifespan=None, *"]
    )


def test_ini_options_are_read(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_app = shop:app\nxapi_seed = 7\nxapi_max_examples = 30\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q")
    result.stdout.fnmatch_lines(
        ["*app=Setting(value='shop:app', source='xapi_app in tox.ini'), fuzz=False, seed=7, max_examples=30*"]
    )


def test_flags_win_over_ini_options(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_seed = 7\nxapi_max_examples = 30\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q", "--xapi-seed=0", "--xapi-max-examples=2")
    result.stdout.fnmatch_lines(["*seed=0, max_examples=2*"])


def test_an_ini_option_given_with_o_is_named_so(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    pytester.makeini("[pytest]\nxapi_app = shop:app\n")
    pytester.makepyfile(READ_SETTINGS)
    result = run_pytest("-q", "-o", "xapi_app=other:app")
    result.stdout.fnmatch_lines(["*Setting(value='other:app', source='-o xapi_app')*"])


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("--xapi-seed", "x", "'x' is no seed: give a whole number, zero or more"),
        ("--xapi-seed", "-1", "'-1' is no seed: give a whole number, zero or more"),
        ("--xapi-max-examples", "0", "'0' is no number of cases: give a whole number, one or more"),
        ("--xapi-max-examples", "many", "'many' is no number of cases: give a whole number, one or more"),
    ],
)
def test_a_bad_number_is_a_usage_error(run_pytest: RunPytest, flag: str, value: str, message: str) -> None:
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
        ["ERROR: xapi_seed in pyproject.toml: 'x' is no seed: give a whole number, zero or more"]
    )
