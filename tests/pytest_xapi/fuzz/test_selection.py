"""Which property tests are run: by operation, pattern, phase and share; from a file; in a time."""

from __future__ import annotations

import json

import pytest

from tests.pytest_xapi.fuzz.test_items import ITEMS, SHOP, collected

TAGGED = """
    from typing import Annotated
    from xapi import XAPI, Body

    app = XAPI()

    @app.get("/a", tags=["admin"])
    def read_a() -> int:
        return 1

    @app.post("/a", tags=["admin", "write"])
    def write_a(name: Annotated[str, Body(examples=["n"])]) -> int:
        return 1

    @app.get("/b", operation_id="readB")
    def read_b() -> int:
        return 1
"""


def boundaries(output: str) -> list[str]:
    lines = [line for line in collected(output) if line.endswith("boundary")]
    return [line.removeprefix("xapi::").removesuffix(" boundary") for line in lines]


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["--xapi-op=GET /a"], ["GET /a"]),
        (["--xapi-op=post /a", "--xapi-op=GET /b"], ["POST /a", "GET /b"]),
        (["--xapi-fuzz-include=path:/a*"], ["GET /a", "POST /a"]),
        (["--xapi-fuzz-include=tag:write"], ["POST /a"]),
        (["--xapi-fuzz-include=method:get"], ["GET /a", "GET /b"]),
        (["--xapi-fuzz-include=id:readB"], ["GET /b"]),
        (["--xapi-fuzz-include=path:/a", "--xapi-fuzz-include=path:/b"], ["GET /a", "POST /a", "GET /b"]),
        (["--xapi-fuzz-include=path:/a", "--xapi-fuzz-include=method:GET"], ["GET /a"]),
        (["--xapi-fuzz-exclude=tag:admin"], ["GET /b"]),
        (["--xapi-fuzz-include=path:/a", "--xapi-fuzz-exclude=method:POST"], ["GET /a"]),
        (["-o", "xapi_op=GET /a\nGET /b"], ["GET /a", "GET /b"]),
        (["-o", "xapi_fuzz_exclude=path:/a"], ["GET /b"]),
    ],
    ids=str,
)
def test_operations_are_chosen(arguments: list[str], chosen: list[str], app_module, fuzz) -> None:
    app_module(TAGGED)
    assert boundaries(fuzz("--collect-only", "-q", *arguments).output) == chosen


def test_operations_are_chosen_by_the_table(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(TAGGED)
    table = '[tool.xapi]\nfuzz_include = ["tag:admin"]\nfuzz_phases = ["boundary"]\n'
    pytester.path.joinpath("pyproject.toml").write_text(table, encoding="utf-8")
    assert collected(fuzz("--collect-only", "-q", guided=True).output) == [
        "xapi::GET /a boundary",
        "xapi::POST /a boundary",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--xapi-op=GET /c"],
            "--xapi-op: the document has no operation 'GET /c' (did you mean 'GET /b'?)",
        ),
        (
            ["--xapi-fuzz-include=path:/c", "--xapi-fuzz-exclude=tag:x"],
            "nothing to fuzz: no operation of the document matches what is chosen by "
            "--xapi-fuzz-include, --xapi-fuzz-exclude",
        ),
        (
            ["-o", "xapi_fuzz_include=path:/c"],
            "nothing to fuzz: no operation of the document matches what is chosen by -o xapi_fuzz_include",
        ),
    ],
)
def test_a_choice_of_nothing_is_a_usage_error(arguments: list[str], message: str, app_module, fuzz) -> None:
    app_module(TAGGED)
    run = fuzz(*arguments)
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in run.output.splitlines()


def test_a_choice_of_nothing_from_a_fixture_s_app_is_a_usage_error(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(TAGGED)
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n")
    run = fuzz("--xapi-op=GET /c")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert "--xapi-op: the document has no operation 'GET /c'" in run.output
    assert list(fuzz("--xapi-op=GET /b").records) == ["GET /b boundary", "GET /b random"]


def test_phases_are_chosen_and_examples_are_one_where_there_are_some(app_module, fuzz) -> None:
    app_module(TAGGED)
    found = collected(fuzz("--collect-only", "-q", "--xapi-fuzz-phase=examples").output)
    assert found == ["xapi::POST /a examples"]
    run = fuzz("--xapi-fuzz-phase=examples")
    assert run.records["POST /a examples"]["cases"] > 0


def test_all_shares_together_are_all_items_each_once(app_module, fuzz) -> None:
    app_module(SHOP)
    shares = [collected(fuzz("--collect-only", "-q", f"--xapi-shard={i}/3").output) for i in (1, 2, 3)]
    assert sorted(item for share in shares for item in share) == sorted(ITEMS)
    assert all(shares)


def test_only_property_tests_leaves_others_unread(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    pytester.makepyfile(test_own="raise RuntimeError('read')")
    assert collected(fuzz("--collect-only", "-q", "--xapi-fuzz-only").output) == ITEMS


def test_only_property_tests_deselects_what_is_no_module(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    pytester.maketxtfile(test_text=">>> 1\n2\n")
    run = fuzz("--collect-only", "-q", "-o", "xapi_fuzz_only=true")
    assert collected(run.output) == ITEMS
    assert "1 deselected" in run.output


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml"])
def test_the_operations_come_from_a_file(name: str, app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    pytester.path.joinpath("make_it.py").write_text(
        f"import json, shop\nopen({name!r}, 'w').write(json.dumps(shop.app.openapi()))\n", encoding="utf-8"
    )
    pytester.runpython("make_it.py")
    # With it, the operations of a fixture's app are known at collection.
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n")
    assert collected(fuzz("--collect-only", "-q", f"--xapi-openapi={name}").output) == ITEMS
    run = fuzz(f"--xapi-openapi={name}", "--xapi-op=GET /items")
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "the document cannot be read: No such file or directory"),
        ("{", "the document cannot be read: Expecting property name"),
        ("[]", "expected an OpenAPI document, not list"),
    ],
)
def test_a_file_without_document_is_a_usage_error(
    text: str | None, reason: str, app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(SHOP)
    if text is not None:
        pytester.path.joinpath("it.json").write_text(text, encoding="utf-8")
    run = fuzz("--xapi-openapi=it.json")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: --xapi-openapi: 'it.json': {pytester.path / 'it.json'}: {reason}" in run.output


def test_a_yaml_file_that_is_none_is_a_usage_error(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    pytester.path.joinpath("it.yaml").write_text("a: [", encoding="utf-8")
    assert (
        f"'it.yaml': {pytester.path / 'it.yaml'}: the document cannot be read: while parsing"
        in fuzz("--xapi-openapi=it.yaml").output
    )


SPEC_FIRST = """
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        status = 200 if (scope["method"], scope["path"]) == ("GET", "/items") else 405
        await send({"type": "http.response.start", "status": status, "headers": [(b"allow", b"GET")]})
        await send({"type": "http.response.body", "body": b""})
        if "openapi" in scope["path"]:
            raise RuntimeError("the app was asked for its document")
"""


@pytest.mark.parametrize("source", ["an app that has none", "an app with another one", "a fixture"])
def test_the_file_is_the_only_document(source: str, app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP if source == "an app with another one" else SPEC_FIRST)
    answers = {"responses": {"200": {"description": "all"}}}
    document = {"openapi": "3.1.0", "paths": {"/items": {"get": answers}}}
    pytester.path.joinpath("it.json").write_text(json.dumps(document), encoding="utf-8")
    if source == "a fixture":
        pytester.makeini("[pytest]\npythonpath = .\n")
        pytester.makeconftest("import pytest, shop\n@pytest.fixture\ndef xapi_app(): return shop.app")
    run = fuzz("--xapi-openapi=it.json")
    assert run.outcomes == {"xapi::GET /items boundary": "passed", "xapi::GET /items random": "passed"}
    assert "was asked for its document" not in run.output


def test_excluded_operations_are_not_sent_in_sequences_either(app_module, fuzz) -> None:
    app_module(SHOP)
    run = fuzz("--xapi-fuzz-phase=stateful", "--xapi-fuzz-exclude=method:DELETE")
    assert set(run.records["stateful"]["answers"]) == {"GET /items", "GET /items/{item_id}"}


def test_a_time_cuts_sequences_short_and_the_summary_says_where(app_module, fuzz) -> None:
    app_module(TAGGED)
    run = fuzz("--xapi-fuzz-time=1ms", "--xapi-fuzz-phase=boundary")
    assert run.exit_code == 0
    assert "xapi-fuzz: seed 1, profile ci, at most 10 random cases per operation, in 0.001 s" in run.output
    (line,) = [line for line in run.output.splitlines() if line.startswith("cut short")]
    assert "cut short by --xapi-fuzz-time: GET /a boundary after " in line
    assert all(record["cut"] for record in run.records.values())


def test_no_sequence_is_begun_after_the_time(app_module, fuzz) -> None:
    app_module(SHOP)
    record = fuzz("--xapi-fuzz-time=0.001ms", "--xapi-fuzz-phase=stateful").records["stateful"]
    assert (record["cases"], record["cut"]) == (0, True)


def test_a_profile_says_how_much_is_sent(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(TAGGED)
    run = fuzz("--xapi-fuzz-profile=quick", "--xapi-fuzz-phase=random", "-o", "xapi_max_examples=")
    assert "profile quick, at most 10 random cases" in run.output
    result = pytester.runpytest_inprocess(
        "--xapi-fuzz", "--xapi-fuzz-profile=quick", "--collect-only", "-p", "no:asyncio"
    )
    result.stdout.fnmatch_lines(["xapi-fuzz: seed 1, profile quick, at most 20 random cases per operation"])


SERVED = """
    import json, yaml

    ANSWERS = {"responses": {"200": {"description": "all"}}}
    DOCUMENT = {"openapi": "3.1.0", "paths": {"/items": {"get": ANSWERS}}}
    TEXTS = {
        "/schema/openapi.json": json.dumps(DOCUMENT),
        "/schema/openapi.yaml": yaml.safe_dump(DOCUMENT),
        "/page": "Not Found",
        "/items": "",
    }

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        status = 404 if scope["path"] not in TEXTS else 200 if scope["method"] == "GET" else 405
        await send({"type": "http.response.start", "status": status, "headers": [(b"allow", b"GET")]})
        await send({"type": "http.response.body", "body": TEXTS.get(scope["path"], "").encode()})
"""


@pytest.mark.parametrize("path", ["/schema/openapi.json", "/schema/openapi.yaml"])
def test_the_path_of_the_document_can_be_set(path: str, app_module, fuzz) -> None:
    app_module(SERVED, ini=f"xapi_openapi_url = {path}")
    assert fuzz().outcomes == {"xapi::GET /items boundary": "passed", "xapi::GET /items random": "passed"}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/gone", "tried GET /gone, which answered 404"),
        ("/page", "tried GET /page, which is not JSON"),
        ("gone.json", "'gone.json' is not a path of the app: give one as in /openapi.json"),
    ],
)
def test_a_path_without_a_document_is_a_usage_error(path: str, reason: str, app_module, fuzz) -> None:
    app_module(SERVED)
    run = fuzz(f"--xapi-openapi-url={path}")
    assert run.exit_code == pytest.ExitCode.USAGE_ERROR
    assert reason in run.output
