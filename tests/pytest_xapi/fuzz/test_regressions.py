"""Tests that are written for findings: they fail on the app as it is, and pass on the mended one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_xapi.fuzz.test_findings import BUGGY, DELETED

UNDECLARED = """
    from xapi import XAPI, HTTPException

    app = XAPI()

    @app.get("/notes/{note_id}")
    def read(note_id: int) -> int:
        if note_id != 1:
            raise HTTPException(404)
        return note_id
"""
SECRET = """
    from typing import Annotated
    from xapi import XAPI, HTTPException, Security
    from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

    app = XAPI()
    scheme = HTTPBearer()

    @app.get("/", responses={401: {}, 403: {}})
    def read(user: Annotated[HTTPAuthorizationCredentials, Security(scheme)]) -> int:
        if user.credentials != "s3cr3t":
            raise HTTPException(401)
        return 1 // 0
"""


@pytest.mark.parametrize(
    ("source", "bug", "mend"),
    [
        (BUGGY, "100 // item.size", "item.size + 1"),
        (DELETED, "items[item_id].upper()", "(items[item_id] or '').upper()"),
        (UNDECLARED, '"/notes/{note_id}")', '"/notes/{note_id}", responses={404: {}})'),
        (SECRET, "1 // 0", "1"),
    ],
    ids=["server error", "sequence", "undeclared status", "credentials"],
)
def test_a_written_test_fails_before_the_mend_and_passes_after_it(
    source: str, bug: str, mend: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(source)
    if source is SECRET:
        pytester.makeconftest(
            "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'HTTPBearer': 's3cr3t'}\n"
        )
    phase = "stateful" if source is DELETED else "boundary"
    run = fuzz("--xapi-write-regressions=found", f"--xapi-fuzz-phase={phase}")
    (file,) = pytester.path.joinpath("found").iterdir()
    assert f"regression tests: found/{file.name}" in run.output.splitlines()
    assert "s3cr3t" not in file.read_text(encoding="utf-8")
    before = pytester.runpytest_subprocess("-p", "no:asyncio", "found")
    before.assert_outcomes(failed=1)
    app = pytester.path / "shop.py"
    app.write_text(app.read_text(encoding="utf-8").replace(bug, mend), encoding="utf-8")
    pytester.runpytest_subprocess("-p", "no:asyncio", "found").assert_outcomes(passed=1)


def test_a_file_that_is_there_stays_as_it_is(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(BUGGY)
    arguments = ("--xapi-write-regressions=found", "--xapi-fuzz-phase=boundary")
    fuzz(*arguments)
    (file,) = pytester.path.joinpath("found").iterdir()
    Path(file).write_text("# by hand\n", encoding="utf-8")
    fuzz(*arguments)
    assert file.read_text(encoding="utf-8") == "# by hand\n"
