"""What loading the plugin costs and leaves behind."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pytest_xapi

RunPytest = Callable[..., pytest.RunResult]

HEAVY = {"starlette", "pydantic", "httpx", "hypothesis", "schemathesis", "anyio", "xapi"}


def imported_by(statement: str) -> set[str]:
    """The top-level packages that a fresh interpreter imports for `statement`."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = (line.rpartition("|")[2].strip() for line in finished.stderr.splitlines())
    return {module.partition(".")[0] for module in modules}


def test_the_entry_module_imports_pytest_and_the_standard_library_only() -> None:
    imported = imported_by("import pytest_xapi.plugin")
    added = imported - imported_by("import pytest") - set(sys.stdlib_module_names)
    assert added == {"pytest_xapi"}
    assert imported.isdisjoint(HEAVY)


def test_a_run_without_an_app_imports_no_framework(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import sys

        def test_modules():
            assert "pytest_xapi.plugin" in sys.modules
            assert not {HEAVY!r} & set(sys.modules)
        """
    )
    without_others = [part for name in ("anyio", "asyncio", "schemathesis") for part in ("-p", f"no:{name}")]
    pytester.runpytest_subprocess(*without_others).assert_outcomes(passed=1)


def test_gates_load_only_what_they_judge_by(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_loaded="""
        import sys, atexit
        from xapi import XAPI
        from xapi.testing import TestClient

        def test_modules():
            app = XAPI()
            app.get("/one")(lambda: 1)
            TestClient(app).get("/one")
            names = ("pytest_xapi.gates.contract", "pytest_xapi.gates.budgets",
                     "pytest_xapi.fuzz.collection.documents")
            atexit.register(lambda: print("loaded:", [name for name in names if name in sys.modules]))
        """
    )
    run = pytester.runpytest_subprocess("--xapi-gate", "-p", "no:asyncio", "-p", "no:schemathesis", "-s")
    run.stdout.fnmatch_lines(["coverage * passed", "rules * passed", "loaded: []"])


def test_nothing_private_of_pytest_is_imported() -> None:
    sources = list(Path(pytest_xapi.__file__).parent.rglob("*.py"))
    assert len(sources) > 10
    assert [path for path in sources if re.search(r"(from|import) _pytest", path.read_text("utf-8"))] == []


def test_a_name_that_the_package_has_not_is_told() -> None:
    with pytest.raises(AttributeError, match="module 'pytest_xapi' has no attribute 'Overide'"):
        pytest_xapi.Overide  # noqa: B018


def test_no_fixture_is_autouse(run_pytest: RunPytest, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "def test_fixtures(request):\n    assert [n for n in request.fixturenames if 'xapi' in n] == []"
    )
    run_pytest().assert_outcomes(passed=1)


def test_switched_off_it_leaves_no_trace(run_pytest: RunPytest, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_client(client):\n    pass")
    result = run_pytest("-p", "no:xapi", "--fixtures")
    result.stdout.no_fnmatch_line("*xapi_*")
    result = run_pytest("-p", "no:xapi")
    result.stdout.fnmatch_lines(["*fixture 'client' not found"])
