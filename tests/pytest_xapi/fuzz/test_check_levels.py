"""Checks by name, severity and operation: said once, for property tests and for the gate `undeclared`."""

from __future__ import annotations

import pytest

APP = """
    from starlette.responses import JSONResponse
    from xapi import XAPI

    app = XAPI()

    @app.get("/old/number")
    def old() -> int:
        return JSONResponse("one")

    @app.get("/number")
    def number() -> int:
        return JSONResponse("one")

    @app.get("/share")
    def share(parts: int) -> int:
        return 12 // parts
"""
CRASH = ("GET /share", "not_a_server_error")
NEW = ("GET /number", "response_schema_conformance")
OLD = ("GET /old/number", "response_schema_conformance")


def checks(pytester: pytest.Pytester, text: str) -> None:
    (pytester.path / "pyproject.toml").write_text(text)


@pytest.mark.parametrize(
    ("settings", "found", "failing"),
    [
        ('[tool.xapi.checks]\nresponse_schema_conformance = "off"\n', {CRASH}, {"GET /share"}),
        ('[tool.xapi.checks]\nXF113 = "off"\nXF101 = "off"\n', set(), set()),
        ('[tool.xapi.checks."GET /old/*"]\nXF113 = "off"\n', {CRASH, NEW}, {"GET /share", "GET /number"}),
        (
            '[tool.xapi.checks]\nXF113 = "note"\n[tool.xapi.checks."GET /number"]\nXF113 = "error"\n',
            {CRASH, NEW, OLD},
            {"GET /share", "GET /number"},
        ),
        ('[tool.xapi]\nfuzz_fails_on = "error"\n', {CRASH, NEW, OLD}, {"GET /share"}),
        (
            '[tool.xapi]\nfuzz_fails_on = "note"\n[tool.xapi.checks]\nXF113 = "note"\n',
            {CRASH, NEW, OLD},
            {"GET /share", "GET /number", "GET /old/number"},
        ),
        (
            '[tool.xapi.gate.undeclared]\nallow = ["GET /old/*: 2*"]\n',
            {CRASH, NEW, OLD},
            {"GET /share", "GET /number"},
        ),
    ],
)
def test_a_check_counts_as_the_project_says(
    app_module, fuzz, pytester: pytest.Pytester, settings: str, found: set, failing: set
) -> None:
    app_module(APP)
    checks(pytester, settings)
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.findings == found
    failed = {name for name, outcome in run.outcomes.items() if outcome == "failed"}
    assert failed == {f"xapi::{operation} boundary" for operation in failing}
    assert run.exit_code == (1 if failing else 0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            '[tool.xapi.checks]\nresponse_shema_conformance = "off"\n',
            "there is no check 'response_shema_conformance' (did you mean 'response_schema_conformance'?)",
        ),
        ('[tool.xapi.checks]\nXF113 = "quiet"\n', "give XF113 one of error, warning, note, off, not 'quiet'"),
        (
            '[tool.xapi.checks."GET /a"]\nXF113 = false\n',
            '[tool.xapi.checks."GET /a"] of pyproject.toml: give XF113 one of',
        ),
        ("[tool.xapi]\nchecks = 3\n", "give a table of checks, not 3"),
        ('[tool.xapi]\nfuzz_fails_on = "never"\n', "'never' is not one of error, warning, note"),
    ],
)
def test_what_is_wrong_in_the_settings_ends_the_run(
    app_module, fuzz, pytester: pytest.Pytester, settings: str, message: str
) -> None:
    app_module(APP)
    checks(pytester, settings)
    run = fuzz()
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert message in run.output


@pytest.mark.parametrize(
    ("settings", "passed"),
    [
        ("", False),
        ('[tool.xapi.checks]\nXF113 = "off"\n', True),
        ('[tool.xapi.checks."* /number"]\nresponse_schema_conformance = "note"\n', True),
        ('[tool.xapi.checks."* /number"]\nresponse_schema_conformance = "warning"\n', False),
        ('[tool.xapi.checks."POST *"]\nXF113 = "off"\n', False),
    ],
)
def test_the_gate_undeclared_knows_the_same_levels(
    app_module, pytester: pytest.Pytester, settings: str, passed: bool
) -> None:
    app_module(APP)
    checks(pytester, f"[tool.xapi.gate]\nrules = false\ncoverage = false\n{settings}")
    pytester.makepyfile("def test_it(client): client.get('/number')")
    options = [
        word for name in ("asyncio", "hypothesispytest", "schemathesis") for word in ("-p", f"no:{name}")
    ]
    result = pytester.runpytest_inprocess(*options, "--xapi-gate")
    assert result.ret == (pytest.ExitCode.OK if passed else pytest.ExitCode.TESTS_FAILED)


UNDECLARED = """
    from starlette.responses import JSONResponse, Response
    from xapi import XAPI

    app = XAPI()

    @app.get("/number")
    def number() -> int:
        return Response(status_code=418)
"""
TESTS = """
    import pytest
    from xapi.testing import ConformanceError, assert_conforms

    @pytest.mark.xapi(check_responses=True)
    def test_checked(client):
        client.get("/number")

    def test_asserted(client):
        assert_conforms(client.get("/number"))
"""
ACCEPTED = """
[[accepted]]
fingerprint = "0a"
rule = "XF111"
reason = "our clients want it"
answers = ["GET /number: 418"]
"""


@pytest.mark.parametrize(
    ("settings", "accepted", "passed"),
    [
        ("", "", False),
        ('[tool.xapi.checks]\nXF111 = "off"\n', "", True),
        ('[tool.xapi.checks]\nXF113 = "off"\n', "", False),
        ('[tool.xapi.gate.undeclared]\nallow = ["GET /number: 418"]\n', "", True),
        ('[tool.xapi.gate.undeclared]\nallow = ["GET /number: 409"]\n', "", False),
        ("", ACCEPTED, True),
        ("", ACCEPTED.replace("418", "409"), False),
        ("", f"{ACCEPTED}expires = 2000-01-01\n", False),
        ("", ACCEPTED.replace("XF111", "XF112"), False),
        ('[tool.xapi]\nfuzz_baseline = "elsewhere.toml"\n', ACCEPTED, False),
    ],
)
def test_an_exception_is_said_once_and_holds_everywhere(
    app_module, pytester: pytest.Pytester, settings: str, accepted: str, passed: bool
) -> None:
    app_module(UNDECLARED)
    base = "[tool.xapi.gate]\nrules = false\ncoverage = false\n"
    checks(pytester, f"{settings}{base}" if settings.startswith("[tool.xapi]") else f"{base}{settings}")
    if accepted:
        (pytester.path / "xapi-accepted.toml").write_text(accepted)
    pytester.makepyfile(TESTS)
    options = [
        word for name in ("asyncio", "hypothesispytest", "schemathesis") for word in ("-p", f"no:{name}")
    ]
    result = pytester.runpytest_inprocess(*options, "--xapi-gate")
    result.assert_outcomes(passed=2 if passed else 0, failed=0 if passed else 2)
    assert ("undeclared  none" in result.stdout.str()) is passed
