"""The same run finds the same causes alone, in two processes, in two shards and in a random order."""

from __future__ import annotations

import pytest

from tests.pytest_xapi.reports import shelf

TESTS = """
import pytest

@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages(client, size):
    assert client.get("/pages", params={"size": size}).json() == 100 // size
"""
SMALL = ("-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:schemathesis")


def test_a_run_finds_the_same_causes_however_it_is_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shelf.files("xapi", "XAPI") | {"test_shelf.py": TESTS}
    for name, text in project.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(pytester.path)
    monkeypatch.delenv("PYTEST_ADDOPTS")

    def start(*arguments: str) -> tuple[int, str]:
        done = pytester.runpytest_subprocess("--xapi-fuzz", "--xapi-max-examples=10", *SMALL, *arguments)
        return int(done.ret), done.stdout.str()

    shelf.check_same_causes(pytester.path, start, {"XF101", "XF104", "XF111", "XF113"}, capsys)
