"""What a failed item shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys

import pytest

BUGGY = """
    from pydantic import BaseModel, Field
    from xapi import XAPI

    app = XAPI()

    class Item(BaseModel):
        name: str
        tags: list[str] = []
        size: int = Field(default=1, ge=0)

    @app.post("/items", status_code=201)
    def create(item: Item) -> Item:
        return item if 100 // item.size else item
"""
DELETED = """
    from xapi import XAPI, Body, HTTPException, Response

    app = XAPI()
    items: dict[str, str | None] = {}

    @app.post("/items", status_code=201)
    def create(name: str = Body(embed=True)) -> dict[str, str]:
        items[f"i{len(items)}"] = name
        return {"item_id": f"i{len(items) - 1}"}

    @app.delete("/items/{item_id}", status_code=204, responses={404: {}})
    def delete(item_id: str) -> None:
        if item_id not in items:
            raise HTTPException(404)
        items[item_id] = None

    @app.get("/items/{item_id}", responses={404: {}})
    def read(item_id: str) -> str:
        if item_id not in items:
            raise HTTPException(404)
        return items[item_id].upper()
"""


def section(output: str, begin: str) -> list[str]:
    """The lines from the one that starts with `begin` to the next empty one, without their indentation."""
    lines = iter(output.splitlines())
    first = next(line for line in lines if line.lstrip().startswith(begin))
    taken = [first]
    for line in lines:
        if not line.strip():
            break
        taken.append(line)
    indentation = len(first) - len(first.lstrip())
    return [line[indentation:] for line in taken]


def test_a_failure_shows_all_that_is_needed(app_module, fuzz) -> None:
    app_module(BUGGY)
    run = fuzz("--xapi-fuzz-phase=boundary", cases=10)
    output = run.output
    assert run.outcomes == {"xapi::POST /items boundary": "failed"}
    assert "1. POST /items: Server error [not_a_server_error, XF101, error]" in output
    assert "shop.py:13: in create\n       return item if 100 // item.size else item" in output
    assert "ZeroDivisionError: integer division or modulo by zero" in output
    assert "Answer: 500 Internal Server Error, text/plain" in output
    assert "Following from it, and so not shown on their own: status_code_conformance." in output
    # The smallest request: a name is required, the size must be zero, and nothing else is needed.
    assert section(output, "curl") == [
        "curl -i http://127.0.0.1:8000/items -H 'Content-Type: application/json' "
        """--data-binary '{"name": "", "size": 0}'"""
    ]
    assert section(output, "def test_") == [
        "def test_post_items(client):",
        """    response = client.post("/items", json={'name': '', 'size': 0})""",
        "    assert response.status_code < 500",
    ]
    assert "   pytest --xapi-fuzz --xapi-op 'POST /items' --xapi-replay x1-" in output
    assert "Handler: shop.py:12" in output
    command = "pytest --xapi-fuzz --xapi-seed 1 --xapi-max-examples 10 --xapi-op 'POST /items'"
    assert f"All of this item again:\n   {command} --xapi-fuzz-phase boundary" in output
    assert "FAILED xapi::POST /items boundary - Failed: 1 find" in output


def test_it_shows_nothing_of_the_libraries_inside(app_module, fuzz) -> None:
    app_module(BUGGY)
    output = fuzz(cases=10).output
    shown = output.partition("= FAILURES =")[2]
    assert not re.search(r"hypothesis|schemathesis|site-packages|pytest_xapi|Captured", shown, re.IGNORECASE)


def test_a_log_gets_no_traceback_for_each_request(app_module, fuzz, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import logging

        records = []

        class Keeping(logging.Handler):
            def emit(self, record):
                records.append(record)

        logger, keeping = logging.getLogger("xapi"), Keeping()
        logger.addHandler(keeping)

        def pytest_terminal_summary(terminalreporter):
            told = len(records)
            logger.error("again")
            logger.removeHandler(keeping)
            terminalreporter.write_line(f"{told} records, then {len(records)}")
        """
    )
    app_module(BUGGY)
    assert "0 records, then 1" in fuzz("--xapi-fuzz-phase=boundary").output


def test_the_command_reproduces_the_finding(app_module, fuzz) -> None:
    app_module(BUGGY)
    first = fuzz("--xapi-seed=5", "--xapi-fuzz-phase=boundary", cases=30)
    command = shlex.split(section(first.output, "pytest --xapi-fuzz --xapi-seed")[0])
    again = fuzz(*command[2:])
    assert list(again.outcomes) == ["xapi::POST /items boundary"]
    assert again.findings == first.findings
    assert section(again.output, "def test_") == section(first.output, "def test_")


@pytest.mark.parametrize("source", [BUGGY, DELETED], ids=["one request", "a sequence"])
def test_the_snippet_is_a_test_that_fails(source: str, app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(source)
    output = fuzz(cases=10).output
    pytester.makepyfile(test_found="\n".join(section(output.partition("= FAILURES =")[2], "def test_")))
    result = pytester.runpytest_inprocess("-p", "no:asyncio", "test_found.py")
    result.assert_outcomes(failed=1)
    expected = "ZeroDivisionError" if source is BUGGY else "AttributeError"
    result.stdout.fnmatch_lines([f"*{expected}*"])


def test_a_sequence_is_shown_with_the_steps_it_needs(app_module, fuzz) -> None:
    app_module(DELETED)
    run = fuzz()
    assert run.outcomes["xapi::stateful"] == "failed"
    shown = run.output.partition("_ stateful _")[2]
    # Created, deleted and read, each with what was answered before.
    assert [line.split("(")[0].strip() for line in section(shown, "def test_")[1:4]] == [
        "step1 = client.post",
        "client.delete",
        "response = client.get",
    ]
    assert section(shown, "def test_")[2].endswith("""client.delete(f"/items/{step1.json()['item_id']}")""")
    assert [line.split(" ")[0] for line in section(shown, "curl")] == ["curl"] * 3


def test_credentials_are_used_and_not_shown(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(
        """
        from typing import Annotated
        from xapi import XAPI, HTTPException, Security
        from xapi.security import HTTPAuthorizationCredentials, HTTPBearer

        app = XAPI()

        @app.get("/", responses={401: {}, 403: {}})
        def read(user: Annotated[HTTPAuthorizationCredentials, Security(HTTPBearer())]) -> int:
            if user.credentials != "s3cr3t":
                raise HTTPException(401)
            raise RuntimeError
        """
    )
    assert fuzz().findings == set()
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'HTTPBearer': 's3cr3t'}\n"
    )
    run = fuzz()
    assert run.findings == {("GET /", "not_a_server_error")}
    shown = run.output.partition("= FAILURES =")[2]
    assert "s3cr3t" not in shown
    assert '''-H 'Authorization: Bearer '"$HTTPBEARER"''' in shown
    assert section(shown, "def test_")[:2] == [
        "def test_get(client, xapi_auth):",
        """    response = client.get("/", headers={"Authorization": f"Bearer {xapi_auth['HTTPBearer']}"})""",
    ]


def test_credentials_for_a_scheme_that_is_not_there_are_an_error(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(BUGGY)
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'key': 'x'}\n")
    run = fuzz()
    expected = "the fixture `xapi_auth` gives credentials for a security scheme `key`; the document has none"
    assert expected in run.output
    assert "Traceback" not in run.output


def test_ignored_auth_is_found(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(
        """
        from typing import Annotated
        from xapi import XAPI, HTTPException, Security
        from xapi.security import OAuth2PasswordBearer

        app = XAPI()
        token = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)

        @app.get("/open")
        def ignoring(user: Annotated[str | None, Security(token)]) -> int:
            return 1

        @app.get("/closed", responses={401: {}})
        def asking(user: Annotated[str | None, Security(token)]) -> int:
            if user != "s3cr3t":
                raise HTTPException(401)
            return 1
        """
    )
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'OAuth2PasswordBearer': 's3cr3t'}\n"
    )
    run = fuzz()
    assert run.outcomes["xapi::GET /open boundary"] == "failed"
    assert run.outcomes["xapi::GET /closed boundary"] == run.outcomes["xapi::GET /closed random"] == "passed"
    assert ("GET /open", "ignored_auth") in run.findings
    assert "operations without a 2xx answer" not in run.output


@pytest.mark.parametrize(
    ("scheme", "credential", "header"),
    [
        ("HTTPBasic()", ("user", "s3cr3t"), """'Authorization: Basic '"$HTTPBASIC\""""),
        ("APIKeyHeader(name='X-Key')", "s3cr3t", """'X-Key: '"$APIKEYHEADER\""""),
    ],
)
def test_each_kind_of_credentials_is_sent_as_its_scheme_says(
    scheme: str, credential: object, header: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    name = scheme.partition("(")[0]
    app_module(
        f"""
        from typing import Annotated, Any
        from xapi import XAPI, HTTPException, Security
        from xapi.security import {name}

        app = XAPI()

        @app.get("/", responses={{401: {{}}, 403: {{}}}})
        def read(found: Annotated[Any, Security({scheme})]) -> int:
            if getattr(found, "password", found) != "s3cr3t":
                raise HTTPException(401)
            raise RuntimeError
        """
    )
    pytester.makeconftest(
        f"import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {{{name!r}: {credential!r}}}\n"
    )
    run = fuzz()
    assert run.findings == {("GET /", "not_a_server_error")}
    assert f"curl -i http://127.0.0.1:8000/ -H {header}" in run.output
    assert "s3cr3t" not in run.output.partition("= FAILURES =")[2]


def test_the_summary_has_the_figures_of_the_run(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI, HTTPException

        app = XAPI()

        @app.get("/good")
        def good() -> int:
            return 1

        @app.get("/gone", responses={404: {}})
        def gone() -> int:
            raise HTTPException(404)
        """
    )
    run = fuzz("--xapi-seed=4")
    cases = sum(record["cases"] for record in run.records.values())
    assert cases > 2
    assert re.search(
        rf"^2 operations, {cases} cases in [\d.]+ s \(\d+ a second\), 0 findings, seed 4$", run.output, re.M
    )
    assert "operations without a 2xx answer: GET /gone" in run.output.splitlines()
    assert set(run.records["GET /gone boundary"]["answers"]["GET /gone"]) <= {"404", "405"}


def test_other_plugins_find_the_figures_in_the_stash(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(BUGGY)
    pytester.makeconftest(
        """
        import pytest
        from pytest_xapi.reports.keys import RECORDS

        @pytest.hookimpl(trylast=True)
        def pytest_terminal_summary(terminalreporter, config):
            for record in config.stash[RECORDS]:
                terminalreporter.line(f"{record['item']} {record['answers']['POST /items']['500']} times 500")
        """
    )
    run = fuzz("--xapi-fuzz-phase=boundary")
    count = run.records["POST /items boundary"]["answers"]["POST /items"]["500"]
    assert f"POST /items boundary {count} times 500" in run.output.splitlines()


def test_the_report_has_what_was_sent_and_found(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(BUGGY)
    fuzz("--xapi-report=json:report.json", "--xapi-seed=2")
    written = json.loads((pytester.path / "report.json").read_text(encoding="utf-8"))
    assert written["seed"] == 2
    item, _ = written["fuzz"]
    assert (item["item"], item["phase"], item["cut"]) == ("POST /items boundary", "boundary", False)
    assert item["cases"] == sum(item["answers"]["POST /items"].values())
    (finding,) = item["findings"]
    assert finding["check"] == "not_a_server_error"
    assert (finding["rule"], finding["severity"]) == ("XF101", "error")
    assert (finding["file"], finding["line"]) == ("shop.py", 12)
    assert finding["requests"] == [{"method": "POST", "target": "/items", "status": 500}]


def test_a_report_that_cannot_be_written_is_told(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(BUGGY)
    (pytester.path / "file").write_text("")
    run = fuzz("--xapi-report=json:file/report.json")
    assert run.exit_code == 4
    assert "--xapi-report: json:file/report.json: cannot write file/report.json: " in run.output


def test_warnings_as_errors_disturb_nothing(app_module, pytester: pytest.Pytester) -> None:
    app_module(BUGGY, ini="filterwarnings = error\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--xapi-fuzz", "-p", "no:asyncio", "--xapi-max-examples=10"],
        cwd=pytester.path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "2 failed, 1 passed" in run.stdout
    assert "warnings" not in run.stdout.splitlines()[-1]
    assert run.stderr == ""
    assert not (pytester.path / ".hypothesis").exists()
