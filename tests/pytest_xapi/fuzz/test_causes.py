"""The causes of a run: its end says what to mend first, and `xapi fuzz accept` accepts the rest."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.commands import fuzz as command
from pytest_xapi.fuzz.collection import last_causes
from xapi.cli.errors import CommandError

APP = """
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from xapi import XAPI

    app = XAPI()

    @app.get("/share")
    def share(parts: int) -> int:
        return 12 // parts

    @app.get("/number")
    def number() -> int:
        return JSONResponse("one")

    @app.get("/a")
    def a() -> int:
        return Response(status_code=418)

    @app.get("/b")
    def b() -> int:
        return Response(status_code=418)

    @app.get("/c")
    def c() -> int:
        return PlainTextResponse("c")

    @app.get("/d")
    def d() -> int:
        return PlainTextResponse("d")
"""
Xapi = Callable[..., int]


@pytest.fixture
def xapi(pytester: pytest.Pytester) -> Xapi:
    """Run `xapi fuzz ...` in the folder of the test, whether or not the plugin is installed."""

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_to(parser.add_subparsers())
        arguments = parser.parse_args(["fuzz", *words])
        code: int = arguments.run(arguments)
        return code

    return run


def ids(pytester: pytest.Pytester) -> list[str]:
    run = last_causes.read(pytester.path)
    assert run is not None
    return [cause.id for cause in run.causes]


def test_a_first_run_ends_with_its_causes(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(APP)
    run = fuzz("--xapi-fuzz-phase=boundary")
    known = ids(pytester)
    assert len(known) == 4
    assert "first run of this app: 4 causes, the worst first" in run.output
    assert f"mend first: {', '.join(known[:3])}" in run.output
    assert f"accept the rest: xapi fuzz accept --all-but {' '.join(known[:3])} --reason" in run.output
    assert f"{known[0]}  error     XF101  1           GET /share: Server error: ZeroDivision" in run.output
    again = fuzz("--xapi-fuzz-phase=boundary")
    assert "first run" not in again.output
    assert f"xapi fuzz accept {known[0]} --reason" in again.output


def test_a_status_or_media_type_that_several_operations_answer_is_one_cause(app_module, fuzz) -> None:
    app_module(APP)
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert "4 findings (1 error, 3 warnings)" in run.output
    assert "warning XF111 GET /a, GET /b: " in run.output
    assert "warning XF112 GET /c, GET /d: " in run.output


@pytest.mark.parametrize("words", [("--all",), ("ID0", "ID1", "ID2", "ID3"), ("--all-but", "ID0")])
def test_an_accepted_cause_fails_nothing_any_more(
    app_module, fuzz, pytester: pytest.Pytester, xapi: Xapi, words: tuple[str, ...], capsys: Any
) -> None:
    app_module(APP)
    fuzz("--xapi-fuzz-phase=boundary")
    known = ids(pytester)
    named = [known[int(word[2:])] if word.startswith("ID") else word for word in words]
    assert xapi("accept", *named, "--reason", "not ours", "--expires", "2999-12-31") == 0
    assert "accepted in xapi-accepted.toml: " in capsys.readouterr().out
    run = fuzz("--xapi-fuzz-phase=boundary")
    left = 1 if "--all-but" in words else 0
    assert run.exit_code == left
    assert f"{4 - left} accepted" in run.output
    text = Path("xapi-accepted.toml").read_text()
    assert text.count("[[accepted]]") == text.count("expires = 2999-12-31") == 6 - left
    assert text.count('reason = "not ours"') == 6 - left
    assert 'answers = ["GET /a: 418", "GET /b: 418"]' in text


def test_a_cause_is_added_once_and_to_the_file_that_is_set(
    app_module, fuzz, pytester: pytest.Pytester, xapi: Xapi, capsys: Any
) -> None:
    app_module(APP, ini="xapi_fuzz_baseline = known.toml")
    (pytester.path / "known.toml").touch()
    fuzz("--xapi-fuzz-phase=boundary")
    first = ids(pytester)[0]
    for _ in range(2):
        assert xapi("accept", first[:5], "--reason", "later") == 0
    assert (pytester.path / "known.toml").read_text().count("[[accepted]]") == 1
    assert not Path("xapi-accepted.toml").exists()
    capsys.readouterr()
    assert xapi("causes") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["id", *ids(pytester)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("accept", "0000", "--reason", "x"), "the last run found no cause '0000'; there is: "),
        (("accept", "", "--reason", "x"), "several causes begin with ''"),
        (("accept", "--all", "--reason", " "), "say in a sentence why"),
        (("accept", "--reason", "x"), "name the causes, or give --all"),
        (
            ("accept", "--all", "--reason", "x", "--report", "none.json"),
            "cannot read none.json: No such file",
        ),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    app_module, fuzz, xapi: Xapi, words: tuple[str, ...], message: str
) -> None:
    app_module(APP)
    fuzz("--xapi-fuzz-phase=boundary")
    with pytest.raises(CommandError, match=message):
        xapi(*words)
    assert not Path("xapi-accepted.toml").exists()


def test_without_a_run_there_is_nothing_to_accept(xapi: Xapi) -> None:
    with pytest.raises(CommandError, match="no property tests have run in this directory"):
        xapi("accept", "--all", "--reason", "x")


def test_causes_are_taken_from_a_report(app_module, fuzz, xapi: Xapi, capsys: Any) -> None:
    app_module(APP)
    fuzz("--xapi-fuzz-phase=boundary", "--xapi-report=json:report.json")
    Path(".xapi/causes.json").unlink()
    capsys.readouterr()
    assert xapi("causes", "--report", "report.json") == 0
    assert len(capsys.readouterr().out.splitlines()) == 5


SECURED = """
    from typing import Annotated
    from xapi import XAPI, Security
    from xapi.security import APIKeyHeader, OAuth2PasswordBearer

    app = XAPI(responses={401: {}, 403: {}})
    Token = Annotated[str, Security(OAuth2PasswordBearer(tokenUrl="/token"))]
    Key = Annotated[str | None, Security(APIKeyHeader(name="X-Key", auto_error=False))]

    @app.get("/me")
    def me(token: Token) -> str:
        return "me"

    @app.get("/open")
    def open_() -> str:
        return "open"
"""


@pytest.mark.parametrize("given", ["{}", '{"OAuth2PasswordBearer": "t0ken-of-a-user"}'])
def test_credentials_that_are_missing_are_asked_for(
    app_module, fuzz, pytester: pytest.Pytester, given: str
) -> None:
    app_module(SECURED)
    pytester.makeconftest(f"import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {given}\n")
    run = fuzz("--xapi-fuzz-phase=boundary")
    hint = "1 operation without the credentials required, so only refusals were tested: GET /me"
    assert (hint in run.output) is (given == "{}")
    assert ('return {"OAuth2PasswordBearer": "..."}' in run.output) is (given == "{}")
