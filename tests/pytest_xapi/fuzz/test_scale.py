"""Several processes, what items cost, and what is said while they run."""

from __future__ import annotations

import json
import re

import pytest

from tests.pytest_xapi.fuzz.test_items import ITEMS, SHOP

STATE = """
    from xapi import XAPI, Body

    app = XAPI()
    names = []

    @app.post("/names", status_code=201)
    def add(name: str = Body(embed=True)) -> int:
        names.append(name)
        if len(names) > 2:
            raise RuntimeError("full")
        return len(names)

    @app.get("/names/{index}", responses={404: {}})
    def read(index: int) -> int:
        return 1 // index
"""
RESET = """
    import pytest, shop

    @pytest.fixture
    def xapi_reset():
        return shop.names.clear
"""


def fingerprints(run) -> set[tuple[str, str]]:
    return {
        (item, finding["fingerprint"])
        for item, record in run.records.items()
        for finding in record["findings"]
    }


def test_findings_are_the_same_alone_in_two_processes_and_twice(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(STATE)
    pytester.makeconftest(RESET)
    alone = fuzz("--xapi-fuzz-failures=one")
    assert len(fingerprints(alone)) >= 2
    for folder in ("two", "three"):
        shared = fuzz("-n2", "-p", "xdist", f"--xapi-fuzz-failures={folder}")
        assert fingerprints(shared) == fingerprints(alone)
        assert {name: record["cases"] for name, record in shared.records.items()} == {
            name: record["cases"] for name, record in alone.records.items()
        }


def test_what_was_expensive_is_run_first_where_processes_share(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(SHOP)
    fuzz("--xapi-fuzz-failures=elsewhere")
    cache = pytester.path / ".pytest_cache" / "v" / "xapi" / "fuzz-costs"
    costs = json.loads(cache.read_text(encoding="utf-8"))
    assert set(costs) == set(ITEMS)
    cache.write_text(json.dumps({name: float(place) for place, name in enumerate(ITEMS)}), encoding="utf-8")
    run = fuzz("-n1", "-p", "xdist", "--xapi-fuzz-failures=nowhere")
    assert list(run.outcomes) == ITEMS[::-1]


def test_progress_is_shown_beside_each_outcome(app_module, fuzz) -> None:
    app_module(SHOP)
    output = fuzz("-v", "--xapi-fuzz-phase=boundary").output
    assert re.search(r"^xapi::GET /items boundary PASSED \(\d+ cases, \d+/s, 0 found\)", output, re.M)
    assert re.search(
        r"^xapi::GET /items/{item_id} boundary FAILED \(\d+ cases, \d+/s, 1 found\)", output, re.M
    )
    assert "FAILED xapi::GET /items/{item_id} boundary - Failed: 1 find" in output
    assert " cases, " not in fuzz("-q", "--xapi-fuzz-phase=boundary").output.partition("= xapi fuzz =")[0]


def test_the_summary_has_one_line_for_each_cause_the_worst_first(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI, HTTPException

        app = XAPI()

        def shared(number: int) -> int:
            return 1 // number

        @app.get("/undeclared")
        def undeclared() -> int:
            raise HTTPException(404)

        @app.get("/a/{number}")
        def a(number: int) -> int:
            return shared(number)

        @app.get("/b/{number}")
        def b(number: int) -> int:
            return shared(number)
        """
    )
    output = fuzz("--xapi-fuzz-phase=boundary").output
    assert ", 2 findings (1 error, 1 warning), seed 1" in output
    lines = [line for line in output.splitlines() if line.startswith(("error XF", "warning XF"))]
    assert lines == [
        "error XF101 GET /a/{number}, GET /b/{number}: Server error [not_a_server_error] (shop.py:13): "
        "ZeroDivisionError at shop.py in shared: return 1 // number",
        "warning XF111 GET /undeclared: Undocumented status code [status_code_conformance] (shop.py:9): "
        "UndefinedStatusCode 404",
    ]


def test_a_documented_response_that_nothing_triggered_is_a_note(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.get("/", responses={409: {}, "5XX": {}})
        def read() -> int:
            return 1
        """
    )
    note = "note: GET / never answered 409, 5XX, which its document names"
    assert note in fuzz("--xapi-fuzz-notes").output.splitlines()
    assert "note: " not in fuzz().output


def test_no_character_is_asked_for_its_encoding(app_module, pytester: pytest.Pytester) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.put("/names/{name}")
        def put(name: str) -> dict[str, str]:
            return {"name": name}

        @app.get("/names/{name}")
        def read(name: str) -> dict[str, str]:
            return {"name": name}
        """
    )
    pytester.makeconftest(
        """
        from hypothesis.internal.charmap import intervals_from_codec

        def pytest_terminal_summary(terminalreporter):
            terminalreporter.write_line(f"tables: {intervals_from_codec.cache_info().currsize}")
        """
    )
    result = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-fuzz-phase=stateful")
    result.stdout.fnmatch_lines(["*operations, * cases in *", "tables: 0"])


SEEN = """
    import threading
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    ANSWERS = {"responses": {"200": {"description": "Fine"}}}
    DOCUMENT = {
        "openapi": "3.1.0", "info": {"title": "Seen", "version": "1"},
        "paths": {f"/{name}": {"get": ANSWERS} for name in "abc"},
    }
    asked, threads, sent = [], set(), []

    async def document(request):
        asked.append(request.url.path)
        return JSONResponse(DOCUMENT)

    async def answer(request):
        sent.append(request.url.path)
        threads.update(thread for thread in threading.enumerate() if "xapi-fuzz" in thread.name)
        return JSONResponse({})

    def new():
        return Starlette(routes=[
            Route("/openapi.json", document), *(Route(f"/{name}", answer) for name in "abc")
        ])

    app = new()
"""
LAST = """
    import pytest

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items):
        items.reverse()
"""


def test_items_share_threads_and_the_document_and_leave_none_to_the_tests_after_them(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(SEEN)
    pytester.makeconftest(LAST)
    pytester.makepyfile("""
        import threading, shop

        def test_after_them():
            assert len(shop.sent) > 3
            assert len(shop.threads) == 2, shop.threads
            assert shop.asked == ["/openapi.json"] * 2  # at collection, and where its lifespan runs
            assert not any("heartbeat" in thread.name for thread in threading.enumerate())
    """)
    run = fuzz()
    assert set(run.outcomes.values()) == {"passed"}, run.output
    assert any("test_after_them" in name for name in run.outcomes)


def test_the_document_of_each_app_of_a_fixture_is_read(app_module, fuzz, pytester: pytest.Pytester) -> None:
    app_module(SEEN)
    pytester.makeconftest("""
        import pytest, shop

        @pytest.fixture
        def xapi_app():
            return shop.new()

        def pytest_unconfigure():
            assert shop.asked == ["/openapi.json"] * 7, shop.asked
    """)
    run = fuzz()
    assert (len(run.records), run.exit_code) == (6, 0), run.output


def test_what_takes_nothing_is_sent_once_by_chance(app_module, fuzz) -> None:
    app_module(SEEN)
    cases = {name: record["cases"] for name, record in fuzz("--xapi-fuzz-phase=random").records.items()}
    assert cases == {f"GET /{name} random": 1 for name in "abc"}
