"""Tests that are written for findings: they fail on the app as it is, and pass on the mended one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


LINKED = """
    import secrets
    from typing import Annotated
    from pydantic import BaseModel
    from xapi import XAPI, Body, Cookie, Form, Header, HTTPException, Response

    app = XAPI()
    carts: dict[str, dict[str, object]] = {}

    class Line(BaseModel):
        code: str
        number: int

    @app.post("/carts", status_code=201)
    def create(response: Response) -> dict[str, object]:
        one, two = secrets.token_hex(4), secrets.token_hex(4)
        cart = {"id": f"{one} é", "code": f"{two} &+'", "mark": secrets.token_hex(4)}
        cart["number"] = secrets.randbelow(10**9)
        carts[cart["id"]] = cart
        response.headers["X-Stamp"] = cart["stamp"] = secrets.token_hex(4)
        return {"made": [cart]}

    def checked(cart_id: str, **sent: object) -> None:
        cart = carts.get(cart_id)
        if cart is None or any(cart[name] != value for name, value in sent.items()):
            raise HTTPException(409)
        1 // 0

    @app.post("/carts/{cart_id}/json", responses={409: {}})
    def take_json(
        cart_id: str,
        code: str,
        x_stamp: Annotated[str, Header()],
        mark: Annotated[str, Cookie()],
        lines: Annotated[list[Line], Body(embed=True)],
    ) -> None:
        checked(cart_id, code=code, stamp=x_stamp, mark=mark)
        checked(cart_id, code=lines[0].code, number=lines[0].number)

    @app.post("/carts/{cart_id}/form", responses={409: {}})
    def take_form(cart_id: str, code: Annotated[str, Form()], number: Annotated[int, Form()]) -> None:
        checked(cart_id, code=code, number=number)
"""
CREATED = {"operation": "POST /carts", "method": "POST", "phase": "guided", "changed": True}
IN_JSON = {
    "operation": "POST /carts/{cart_id}/json",
    "path_parameters": {"cart_id": "0"},
    "query": {"code": "0"},
    "headers": {"x-stamp": "0"},
    "cookies": {"mark": "0"},
    "body": {"lines": [{"code": "0", "number": 0}]},
    "media_type": "application/json",
    "bindings": [
        ["path_parameters", "cart_id", 0, "/made/0/id"],
        ["query", "code", 0, "/made/0/code"],
        ["headers", "x-stamp", 0, "header:x-stamp"],
        ["cookies", "mark", 0, "/made/0/mark"],
        ["body", "/lines/0/code", 0, "/made/0/code"],
        ["body", "/lines/0/number", 0, "/made/0/number"],
    ],
}
IN_FORM = {
    "operation": "POST /carts/{cart_id}/form",
    "path_parameters": {"cart_id": "0"},
    "body": {"code": "0", "number": 0},
    "media_type": "application/x-www-form-urlencoded",
    "bindings": [
        ["path_parameters", "cart_id", 0, "/made/0/id"],
        ["body", "code", 0, "/made/0/code"],
        ["body", "number", 0, "/made/0/number"],
    ],
}


@pytest.mark.parametrize("last", [IN_JSON, IN_FORM], ids=["json", "form"])
def test_what_came_from_an_answer_is_read_from_it_wherever_it_goes(
    last: dict[str, Any], app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(LINKED)
    steps = [CREATED, {**CREATED, **last}]
    failure = {
        "version": 1,
        "operation": last["operation"],
        "check": "not_a_server_error",
        "title": "Server error",
        "cause": "",
        "steps": steps,
    }
    pytester.mkdir(".xapi").joinpath("failures").mkdir()
    (pytester.path / ".xapi/failures/known.json").write_text(json.dumps(failure), encoding="utf-8")
    run = fuzz("--xapi-replay=known", "--xapi-write-regressions=found")
    assert (last["operation"], "not_a_server_error") in run.findings, run.output
    pytester.runpytest_subprocess("-p", "no:asyncio", "found").assert_outcomes(failed=1)
    app = pytester.path / "shop.py"
    app.write_text(app.read_text(encoding="utf-8").replace("1 // 0", "pass"), encoding="utf-8")
    pytester.runpytest_subprocess("-p", "no:asyncio", "found").assert_outcomes(passed=1)
