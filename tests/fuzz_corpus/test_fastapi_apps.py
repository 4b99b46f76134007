"""The apps of FastAPI, in the environment that `tests/compat` has for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.catalogue import bugs


def test_the_witnesses_show_the_bugs_of_the_apps_of_fastapi(
    passed_for_peer: Callable[..., tuple[int, str]],
) -> None:
    file = Path(__file__).with_name("test_corpus.py")
    passed, _ = passed_for_peer("fastapi", file, XAPI_CORPUS_FRAMEWORK="fastapi")
    of_fastapi = [bug for bug in bugs().values() if bug.framework == "fastapi"]
    assert passed == 4 * len(of_fastapi)
