"""The items: how they are named, chosen, ordered, and which fixtures reach them."""

from __future__ import annotations

import pytest

SHOP = """
    from xapi import XAPI, Depends, HTTPException

    app = XAPI()

    def user() -> str:
        return "nobody"

    @app.get("/items")
    def list_items() -> list[str]:
        return []

    @app.get("/items/{item_id}", operation_id="readItem")
    def read_item(item_id: int) -> int:
        return 1 // item_id

    @app.delete("/items/{item_id}")
    def delete_item(item_id: int, name: str = Depends(user)) -> None:
        if name == "nobody":
            raise RuntimeError("nobody is here")
"""
ITEMS = [
    "xapi::GET /items boundary",
    "xapi::GET /items/{item_id} boundary",
    "xapi::DELETE /items/{item_id} boundary",
    "xapi::GET /items random",
    "xapi::GET /items/{item_id} random",
    "xapi::DELETE /items/{item_id} random",
    "xapi::stateful",
]

FOLDER = """
    import pytest
    from folders import make_app, user

    @pytest.fixture{scope}
    def xapi_app():
        return make_app({path!r})
"""
FOLDERS = """
    from xapi import XAPI, Depends

    def user() -> str:
        return "nobody"

    def make_app(path):
        app = XAPI()

        @app.get(path)
        def read(name: str = Depends(user)) -> str:
            if name == "nobody":
                raise RuntimeError("nobody is here")
            return name

        return app
"""


def collected(output: str) -> list[str]:
    return [line for line in output.splitlines() if "::" in line]


def test_there_is_one_item_for_each_operation_and_phase_one_phase_before_the_next(app_module, fuzz) -> None:
    app_module(SHOP)
    assert collected(fuzz("--collect-only", "-q").output) == ITEMS


def test_without_the_flag_there_is_none(app_module, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    assert pytester.runpytest_inprocess("-p", "no:asyncio").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_items_stand_beside_the_tests_of_the_project(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SHOP)
    pytester.mkdir("tests").joinpath("test_own.py").write_text("def test_own(): pass\n", encoding="utf-8")
    assert collected(fuzz("--collect-only", "-q", "tests").output) == ["tests/test_own.py::test_own", *ITEMS]


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["-k", "DELETE"], [ITEMS[2], ITEMS[5]]),
        (["-k", "GET:/items:"], [ITEMS[0], ITEMS[3]]),
        (["-k", "GET:/items:random"], [ITEMS[3]]),
        (["-k", "GET:/items/[item_id]:"], [ITEMS[1], ITEMS[4]]),
        (["-k", "readItem and boundary"], [ITEMS[1]]),
        (["-k", "boundary"], ITEMS[:3]),
        (["-k", "stateful"], ITEMS[6:]),
        (["-m", "xapi_fuzz"], ITEMS),
        (["-m", "not xapi_fuzz"], []),
        (["--deselect", ITEMS[1]], [ITEMS[0], *ITEMS[2:]]),
    ],
    ids=str,
)
def test_items_are_chosen_as_others_are(arguments: list[str], chosen: list[str], app_module, fuzz) -> None:
    app_module(SHOP)
    assert collected(fuzz("--collect-only", "-q", "--strict-markers", *arguments).output) == chosen


def test_a_run_stops_at_the_first_failure_and_takes_up_the_last_ones(app_module, fuzz) -> None:
    app_module(SHOP)
    first = fuzz("-x")
    assert first.outcomes == {ITEMS[0]: "passed", ITEMS[1]: "failed"}
    again = fuzz("--lf")
    assert again.outcomes == {ITEMS[1]: "failed"}


def test_two_processes_come_to_the_same_verdicts(app_module, pytester: pytest.Pytester, fuzz) -> None:
    app_module(SHOP)
    alone = fuzz()
    together = fuzz("-n2", "-p", "xdist", "--xapi-fuzz-failures=elsewhere")
    assert together.outcomes == alone.outcomes
    assert together.findings == alone.findings
    assert {name: record["cases"] for name, record in together.records.items()} == {
        name: record["cases"] for name, record in alone.records.items()
    }
    assert "3 operations, " in together.output


def test_each_folder_with_an_app_of_its_own_has_a_set_of_its_own(fuzz, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(folders=FOLDERS)
    pytester.makeini("[pytest]\npythonpath = .\n")
    write_folder(pytester, "one", '(scope="module")', override=True)
    write_folder(pytester, "two", '(scope="session")', override=False)
    run = fuzz()
    # Only in the folder that overrides the dependency there is a user.
    assert run.outcomes["one/xapi::all operations"] == "passed"
    assert run.outcomes["two/xapi::all operations"] == "failed"
    assert run.findings == {("GET /two", "not_a_server_error")}
    assert "RuntimeError: nobody is here" in run.output


def write_folder(pytester: pytest.Pytester, name: str, scope: str, *, override: bool) -> None:
    conftest = FOLDER.format(scope=scope, path=f"/{name}")
    if override:
        conftest += """
    @pytest.fixture(autouse=True)
    def somebody(override):
        override(user, "somebody")
"""
    lines = [line.removeprefix("    ") for line in conftest.splitlines()]
    pytester.mkdir(name).joinpath("conftest.py").write_text("\n".join(lines), encoding="utf-8")


def test_where_only_a_fixture_gives_the_app_one_item_stands_for_all_and_says_so(
    fuzz, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(folders=FOLDERS)
    pytester.makeini("[pytest]\npythonpath = .\n")
    write_folder(pytester, "one", "", override=True)
    run = fuzz()
    assert list(run.records) == ["GET /one boundary", "GET /one random"]
    assert "one/xapi::all operations is one item" in run.output
    assert "set --xapi-app or the ini option xapi_app to get one item for each operation" in run.output


def test_the_app_of_a_fixture_may_not_differ_from_the_one_that_is_set(
    fuzz, app_module, pytester: pytest.Pytester
) -> None:
    app_module(SHOP)
    pytester.makepyfile(folders=FOLDERS)
    write_folder(pytester, "one", "", override=True)
    run = fuzz("-k", "readItem")
    assert run.outcomes == {
        "one/xapi::GET /items/{item_id} boundary": "failed",
        "one/xapi::GET /items/{item_id} random": "failed",
    }
    assert "(xapi_app in tox.ini: shop:app)" in run.output
    assert "only in the configured app: DELETE /items/{item_id}" in run.output
    assert "only in the fixture's app: GET /one" in run.output


def test_the_lifespan_runs_and_fixtures_of_every_scope_apply(
    fuzz, app_module, pytester: pytest.Pytester
) -> None:
    app_module(
        """
        from contextlib import asynccontextmanager
        from xapi import XAPI

        started = []

        @asynccontextmanager
        async def lifespan(app):
            started.append("up")
            yield
            started.append("down")

        app = XAPI(lifespan=lifespan)

        @app.get("/")
        def read() -> list[str]:
            if started != ["session", "package", "module", "function", "up"]:
                raise RuntimeError(started)
            return started
        """
    )
    pytester.makeconftest(
        "\n".join(
            [
                "import pytest, shop",
                *(
                    f"@pytest.fixture(scope={scope!r}, autouse=True)\n"
                    f"def in_{scope}(): shop.started.append({scope!r})"
                    for scope in ("session", "package", "module", "function")
                ),
                "def pytest_unconfigure(): assert shop.started[-2:] == ['up', 'down']",
            ]
        )
    )
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.exit_code == 0, run.output


def test_an_operation_whose_description_is_unusable_fails_with_the_reason(fuzz, app_module) -> None:
    app_module(
        """
        from xapi import XAPI

        schema = {"$ref": "#/components/schemas/Gone"}
        parameter = {"name": "q", "in": "query", "schema": schema, "required": True}
        app = XAPI()

        @app.get("/", openapi_extra={"parameters": [parameter]})
        def read() -> int:
            return 1
        """
    )
    run = fuzz()
    assert run.outcomes == {"xapi::GET / boundary": "failed", "xapi::GET / random": "failed"}
    assert "the document's description of GET / cannot be used:" in run.output
