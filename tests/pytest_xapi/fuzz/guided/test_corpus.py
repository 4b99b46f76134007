"""What guided property tests keep for later runs, and that no secret is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

GUIDED = "--xapi-fuzz-phase=guided"
SUMS = '''
import os

from xapi import Header, XAPI

app = XAPI()
API_KEY = os.environ.get("SERVICE_KEY", "")


@app.get("/sums")
def sums(first: int, second: int, word: str = "") -> bool:
    """Behind three conditions, of which each has to be met before the next is seen."""
    if first * 3 + second == 40_011 and first > 9_000:
        if word.startswith("open") and word.endswith("sesame") and len(word) == 12:
            return 1 // 0
    return True


@app.get("/keys")
def keys(x_api_key: str = Header("")) -> bool:
    """A key of the environment, and a fault behind it."""
    if x_api_key != API_KEY:
        return False
    return 1 // 0
'''
SECRET = "zq81-prod-4af7c2e9"


@pytest.fixture
def corpus(pytester: pytest.Pytester) -> Callable[[], dict[str, list]]:
    """What is kept, by the operation."""

    def read(folder: str = ".xapi/corpus") -> dict[str, list]:
        files = sorted((pytester.path / folder).glob("*.json"))
        return {data["operation"]: data["requests"] for data in map(json.loads, map(Path.read_text, files))}

    return read


@pytest.fixture
def sums(app_module, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_KEY", SECRET)
    app_module(SUMS)


def test_a_later_run_begins_with_what_an_earlier_one_has_reached(sums, fuzz, corpus) -> None:
    operation = ("GET /sums", "not_a_server_error")
    few = (GUIDED, "--xapi-op=GET /sums", "--xapi-fuzz-failures=elsewhere")
    assert operation not in fuzz(*few, cases=1).findings
    assert operation in fuzz(*few, cases=100).findings
    assert "GET /sums" in corpus()
    assert operation in fuzz(*few, cases=1).findings


def test_the_same_corpus_leads_to_the_same_requests(app_module, fuzz, corpus, pytester) -> None:
    app_module(SUMS)
    fuzz(GUIDED, cases=20)
    kept = pytester.path / ".xapi/corpus"
    pytester.run("cp", "-r", str(kept), "kept")
    runs = []
    for _ in range(2):
        found = fuzz(GUIDED, "--xapi-fuzz-corpus=kept", "-p", "no:cacheprovider", cases=20)
        runs.append({item: (record["cases"], record["answers"]) for item, record in found.records.items()})
    assert runs[0] == runs[1]
    assert corpus("kept") == corpus()


def test_no_secret_that_the_app_compares_is_written_or_shown(sums, fuzz, corpus, pytester) -> None:
    found = fuzz(GUIDED, "--xapi-report=json:report.json", "-v", cases=100)
    assert ("GET /keys", "not_a_server_error") in found.findings, found.output
    assert {"GET /sums", "GET /keys"} <= set(corpus())
    assert SECRET not in found.output
    written = [path for path in pytester.path.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(written) > 4
    assert [path.name for path in written if SECRET.encode() in path.read_bytes()] == []


def test_a_file_that_is_none_ends_the_run_with_its_name(sums, fuzz, pytester) -> None:
    fuzz(GUIDED, cases=1)
    file = next((pytester.path / ".xapi/corpus").glob("GET-sums-*.json"))
    for text, reason in [("{", "Expecting"), ('{"version": 9}', "version 9"), ('{"version": 1}', "requests")]:
        file.write_text(text, encoding="utf-8")
        found = fuzz(GUIDED, cases=1)
        assert found.exit_code == 4
        assert file.name in found.output
        assert reason in found.output
        assert "delete it" in found.output


def test_what_was_kept_of_other_operations_is_left_out(sums, app_module, fuzz, corpus, pytester) -> None:
    fuzz(GUIDED, cases=10)
    assert {step["operation"] for plan in corpus()["guided"] for step in plan} == {"GET /sums", "GET /keys"}
    app_module(SUMS.replace('"/keys"', '"/other"'))
    found = fuzz(GUIDED, cases=10)
    assert found.exit_code in (0, 1)
    assert {step["operation"] for plan in corpus()["guided"] for step in plan} == {"GET /sums", "GET /other"}


def test_nothing_is_written_for_who_wants_nothing_to_be_kept(sums, fuzz, pytester) -> None:
    fuzz(GUIDED, "-p", "no:cacheprovider", cases=10)
    assert not (pytester.path / ".xapi/corpus").exists()
