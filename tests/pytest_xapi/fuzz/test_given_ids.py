"""Ids of tests as arguments: printed ids of property tests run, those of other tests add none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import FuzzRun

APP = """
    from xapi import XAPI
    app = XAPI()

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError("here")

    @app.get("/bug/{number}")
    def other(number: int) -> int:
        return number
"""


@pytest.fixture
def project(pytester: pytest.Pytester, app_module: Callable[..., None]) -> pytest.Pytester:
    app_module(APP, ini="testpaths = tests")
    tests = pytester.mkdir("tests")
    tests.joinpath("conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(autouse=True)\ndef used(override): ...\n", encoding="utf-8"
    )
    tests.joinpath("test_own.py").write_text("def test_one(): ...\ndef test_two(): ...\n", encoding="utf-8")
    return pytester


def ran(run: FuzzRun, *arguments: str) -> list[str]:
    return sorted(run(*arguments, cases=1).outcomes)


def test_printed_ids_run_and_nothing_else(project: pytest.Pytester, fuzz: FuzzRun) -> None:
    listed = fuzz("--collect-only", "-q", cases=1).output.splitlines()
    ids = [line for line in listed if line.startswith("tests/xapi::")]
    assert "tests/xapi::GET /bug boundary" in ids
    assert "tests/xapi::GET /bug/{number} random" in ids
    for given in (ids[:1], ids[-2:]):
        assert ran(fuzz, *given) == sorted(given)
    failed = fuzz("tests/xapi::GET /bug boundary", cases=1)
    assert "FAILED tests/xapi::GET /bug boundary" in failed.output


def test_an_id_without_a_phase_is_that_of_all(project: pytest.Pytester, fuzz: FuzzRun) -> None:
    assert ran(fuzz, "tests/xapi::GET /bug") == [
        f"tests/xapi::GET /bug {name}" for name in ("boundary", "random")
    ]


def test_ids_of_both_kinds_run_together(project: pytest.Pytester, fuzz: FuzzRun) -> None:
    given = ["tests/test_own.py::test_one", "tests/xapi::GET /bug boundary"]
    assert ran(fuzz, *given) == given


def test_ids_of_other_tests_add_no_property_tests_unless_they_are_asked_for(
    project: pytest.Pytester, fuzz: FuzzRun
) -> None:
    assert ran(fuzz, "tests/test_own.py::test_two") == ["tests/test_own.py::test_two"]
    assert (
        "no property tests, because ids of other tests are given"
        in fuzz("tests/test_own.py::test_two").output
    )
    asked = ran(fuzz, "tests/test_own.py::test_two", "--xapi-op", "GET /bug")
    assert "tests/xapi::GET /bug boundary" in asked


def test_ids_are_found_from_a_folder_below(
    project: pytest.Pytester, fuzz: FuzzRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path / "tests")
    assert ran(fuzz, "xapi::GET /bug boundary") == ["tests/xapi::GET /bug boundary"]


def test_an_id_that_there_is_not_is_told(project: pytest.Pytester, fuzz: FuzzRun) -> None:
    told = fuzz("tests/xapi::GET /bugs boundary", cases=1)
    assert told.exit_code == pytest.ExitCode.USAGE_ERROR
    assert (
        "no property test 'tests/xapi::GET /bugs boundary' (did you mean 'tests/xapi::GET /bug" in told.output
    )
