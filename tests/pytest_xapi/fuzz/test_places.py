"""Where property tests stand, so that the fixtures of the project's tests hold for them; and runs refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

APP = """
    from pathlib import Path
    from xapi import XAPI, Depends

    app = XAPI()
    USED = Path(__file__).with_name("real_store_used")

    def store() -> list[str]:
        USED.write_text("used", encoding="utf-8")
        return []

    @app.post("/notes")
    def add(text: str, to: list[str] = Depends(store)) -> str:
        to.append(text)
        return text
"""
FAKE = """
    import pytest
    from shop import app, store

    @pytest.fixture{how}
    def fake():
        app.dependency_overrides[store] = lambda: []
        yield
        app.dependency_overrides.clear()
"""
AUTOUSE = FAKE.format(how="(autouse=True)")
OTHER = """
    import pytest

    @pytest.fixture(autouse=True)
    def {name}():
        pass
"""
TEST = """
    import pytest
    from shop import app, store

    def test_own(fake):
        assert store in app.dependency_overrides
"""
ONE = ("--xapi-fuzz-phase=boundary",)


@pytest.fixture
def project(app_module, pytester: pytest.Pytester):
    """`project({"tests/conftest.py": text})` writes files; `project.used` says whether the store was."""

    class Project:
        def __init__(self, files: dict[str, str], ini: str = "") -> None:
            app_module(APP, ini=ini)
            for name, text in files.items():
                file = pytester.path / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(dedent(text), encoding="utf-8")
            self.path = pytester.path

        @property
        def used(self) -> bool:
            return (self.path / "real_store_used").exists()

    return Project


LAYOUTS = {
    "tests": ({"tests/conftest.py": AUTOUSE}, (), "tests"),
    "root": ({"conftest.py": AUTOUSE}, (), ""),
    "below": (
        {"tests/conftest.py": OTHER.format(name="a"), "tests/api/conftest.py": AUTOUSE},
        (),
        "tests/api",
    ),
    "packages": (
        {"suite/__init__.py": "", "suite/api/__init__.py": "", "suite/api/conftest.py": AUTOUSE},
        (),
        "suite/api",
    ),
    "named folder": (
        {"unit/conftest.py": OTHER.format(name="a"), "api/conftest.py": AUTOUSE, "api/test_a.py": ""},
        ("api",),
        "api",
    ),
    "named file": ({"tests/conftest.py": AUTOUSE, "tests/test_a.py": TEST}, ("tests/test_a.py",), "tests"),
    "node id": (
        {"tests/conftest.py": AUTOUSE, "tests/test_a.py": TEST},
        ("tests/test_a.py::test_own", "--xapi-op=POST /notes"),
        "tests",
    ),
    "package named": (
        {"inside/__init__.py": "", "inside/tests/__init__.py": "", "inside/tests/conftest.py": AUTOUSE},
        ("--pyargs", "inside.tests"),
        "inside/tests",
    ),
    "beside xapi_auth": (
        {
            "tests/unit/conftest.py": OTHER.format(name="a"),
            "tests/api/conftest.py": AUTOUSE + OTHER.format(name="xapi_auth").replace("pass", "return {}"),
        },
        (),
        "tests/api",
    ),
    "given": (
        {"tests/unit/conftest.py": OTHER.format(name="a"), "tests/api/conftest.py": AUTOUSE},
        ("--xapi-fuzz-folder=tests/api",),
        "tests/api",
    ),
    "given, and not collected": (
        {"unit/conftest.py": OTHER.format(name="a"), "tests/api/conftest.py": AUTOUSE},
        ("unit", "--xapi-fuzz-folder=tests/api"),
        "tests/api",
    ),
    "plugin": ({"extra.py": AUTOUSE}, ("-p", "extra"), ""),
    "star import": (
        {"helpers.py": AUTOUSE, "tests/conftest.py": "from helpers import *"},
        (),
        "tests",
    ),
    "hook": (
        {
            "tests/conftest.py": """
                from shop import app, store

                def pytest_runtest_setup():
                    app.dependency_overrides[store] = lambda: []
            """
        },
        (),
        "tests",
    ),
    "used by xapi_app": (
        {
            "tests/conftest.py": FAKE.format(how="")
            + """
    @pytest.fixture
    def xapi_app(fake):
        return app
    """
        },
        (),
        "tests",
    ),
    "unittest, at import": (
        {"test_a.py": "from shop import app, store\napp.dependency_overrides[store] = lambda: []\n"},
        (),
        "",
    ),
}


@pytest.mark.parametrize("alone", [(), ("--xapi-fuzz-only",)], ids=["with tests", "alone"])
@pytest.mark.parametrize(("files", "arguments", "folder"), LAYOUTS.values(), ids=LAYOUTS)
def test_what_keeps_tests_from_doing_harm_holds_for_property_tests(
    files: dict[str, str], arguments: tuple[str, ...], folder: str, alone: tuple[str, ...], project, fuzz
) -> None:
    made = project(files)
    run = fuzz(*ONE, *arguments, *alone)
    assert run.exit_code == 0, run.output
    assert f"{folder}/xapi::POST /notes boundary".removeprefix("/") in run.outcomes
    assert not made.used


@pytest.mark.parametrize("where", ["tests", "tests/api/test_*.py", "tests/*"])
def test_they_stand_below_testpaths(where: str, project, fuzz) -> None:
    files = {
        "tests/conftest.py": AUTOUSE,
        "tests/api/test_a.py": TEST,
        "other/conftest.py": OTHER.format(name="a"),
    }
    made = project(files, ini=f"testpaths = {where}")
    run = fuzz(*ONE)
    assert run.outcomes["tests/xapi::POST /notes boundary"] == "passed"
    assert not made.used


def test_the_header_says_what_holds_and_what_does_not(project, fuzz) -> None:
    project(
        {
            "conftest.py": OTHER.format(name="xapi_reset").replace("(autouse=True)", ""),
            "tests/conftest.py": AUTOUSE + OTHER.format(name="xapi_auth").replace("pass", "return {}"),
            "tests/a/conftest.py": OTHER.format(name="one"),
            "tests/b/conftest.py": OTHER.format(name="two"),
        }
    )
    output = fuzz(*ONE).output
    line = next(line for line in output.splitlines() if line.startswith("xapi-fuzz: property tests"))
    assert "belong to tests" in line
    assert "conftest.py, tests/conftest.py" in line
    assert "xapi_auth, xapi_reset" in line
    assert "autouse fixtures fake" in line
    assert "several below have more: tests/a, tests/b" in line
    left_out = next(line for line in output.splitlines() if "do not apply there" in line)
    assert "tests/a/conftest.py (autouse fixture one)" in left_out
    assert "tests/b/conftest.py (autouse fixture two)" in left_out


def test_autouse_fixtures_of_modules_are_named(project, fuzz) -> None:
    project({"tests/test_a.py": OTHER.format(name="clean") + "\n    def test_own(): pass"})
    output = fuzz(*ONE).output
    assert "apply only in their own module, so not there: tests/test_a.py has autouse fixture clean" in output


def test_workers_tell_the_controller_what_holds(project, pytester: pytest.Pytester) -> None:
    made = project({"tests/conftest.py": AUTOUSE})
    run = pytester.runpytest_subprocess("--xapi-fuzz", *ONE, "-n1", "-p", "xdist")
    assert "autouse fixtures fake" in str(run.stdout)
    assert not made.used


REFUSED = {
    "two folders": (
        {"tests/a/conftest.py": AUTOUSE, "tests/b/conftest.py": OTHER.format(name="two")},
        (),
        "tests/a/conftest.py has autouse fixture fake",
    ),
    "not loaded": (
        {"tests/conftest.py": AUTOUSE, "spec/test_a.py": ""},
        ("spec",),
        "tests/conftest.py has autouse fixture fake, and is not loaded",
    ),
    "no conftest": ({"tests/conftest.py": AUTOUSE}, ("--noconftest",), "and is not loaded"),
    "of a function": (
        {
            "tests/test_a.py": """
                from shop import app, store

                def test_own():
                    app.dependency_overrides[store] = lambda: []
                    app.dependency_overrides.clear()
            """
        },
        (),
        "tests/test_a.py has tests that replace dependencies by `dependency_overrides`",
    ),
    "of a class": (
        {
            "tests/test_a.py": """
                import unittest
                from shop import app, store

                class Notes(unittest.TestCase):
                    def setUp(self):
                        app.dependency_overrides[store] = lambda: []

                    def tearDown(self):
                        app.dependency_overrides.clear()

                    def test_own(self):
                        pass
            """
        },
        (),
        "tests/test_a.py has tests that replace dependencies by `dependency_overrides`",
    ),
    "of another folder": (
        {
            "tests/conftest.py": OTHER.format(name="other"),
            "tests/a/conftest.py": AUTOUSE,
            "tests/b/conftest.py": OTHER.format(name="two"),
        },
        (),
        "tests/a/conftest.py has autouse fixture fake",
    ),
    "asked for": (
        {"tests/conftest.py": FAKE.format(how="") + OTHER.format(name="other")},
        (),
        "tests/conftest.py has autouse fixture other, fixture fake, which replaces dependencies",
    ),
}


@pytest.mark.parametrize("alone", [(), ("--xapi-fuzz-only",)], ids=["with tests", "alone"])
@pytest.mark.parametrize(("files", "arguments", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_run_that_would_leave_out_what_tests_need_is_refused_with_the_mend(
    files: dict[str, str], arguments: tuple[str, ...], reason: str, alone: tuple[str, ...], project, fuzz
) -> None:
    made = project(files)
    run = fuzz(*ONE, *arguments, *alone)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert reason in run.output
    assert "fuzz_fixtures" in run.output
    assert not run.outcomes
    assert not made.used


def test_workers_are_refused_too(project, pytester: pytest.Pytester) -> None:
    made = project({"a/conftest.py": AUTOUSE, "b/conftest.py": OTHER.format(name="two")})
    run = pytester.runpytest_subprocess("--xapi-fuzz", *ONE, "-n1", "-p", "xdist")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    assert not made.used


def test_fixtures_that_are_named_hold_for_property_tests(project, fuzz) -> None:
    made = project({"tests/conftest.py": FAKE.format(how="")}, ini="xapi_fuzz_fixtures = fake")
    run = fuzz(*ONE)
    assert run.outcomes == {"tests/xapi::POST /notes boundary": "passed"}
    assert not made.used


@pytest.mark.parametrize("files", [{}, {"tests/conftest.py": "import pytest\n"}], ids=["none", "empty"])
def test_a_project_that_has_nothing_to_leave_out_is_not_refused(files: dict[str, str], project, fuzz) -> None:
    project(files)
    assert fuzz(*ONE).exit_code == 0


def test_whoever_names_the_root_directory_has_no_fixture(project, fuzz) -> None:
    made = project({"a/conftest.py": AUTOUSE, "b/conftest.py": OTHER.format(name="two")})
    assert fuzz(*ONE, "--xapi-fuzz-folder=.").exit_code == 0
    assert made.used


def test_a_folder_that_is_not_there_is_an_error(project, fuzz) -> None:
    project({})
    run = fuzz("--xapi-fuzz-folder=elsewhere")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "--xapi-fuzz-folder: there is no folder" in run.output


def test_tests_outside_of_the_root_directory_have_their_fixtures(
    project, fuzz, pytester: pytest.Pytester
) -> None:
    made = project(
        {"tests/conftest.py": AUTOUSE, "ci/pytest.ini": "[pytest]\nxapi_app = shop:app\npythonpath = ..\n"}
    )
    run = fuzz(*ONE, "-c", "ci/pytest.ini", "tests")
    assert run.exit_code == 0, run.output
    assert "autouse fixtures fake" in run.output
    assert not made.used
    assert Path("tests").is_dir()


@pytest.mark.parametrize(("mark", "code"), [("", 0), ("pyproject.toml", 4), ("setup.py", 4)])
def test_files_below_a_folder_that_is_no_project_are_not_its_own(mark: str, code: int, project, fuzz) -> None:
    made = project({"elsewhere/tests/conftest.py": AUTOUSE})
    (made.path / "tox.ini").unlink()
    if mark:
        (made.path / mark).touch()
    run = fuzz(*ONE, "--xapi-app=shop:app", "--noconftest", "--xapi-fuzz-only", f"--rootdir={made.path}")
    assert run.exit_code == code, run.output
