"""`xapi contract update` and `diff` for apps of every framework that has documents.

xapi's app is asked here; those of FastAPI and Litestar in environments of their own, by `test_peers.py`.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import pytest

from pytest_xapi.commands import contract

NAME = os.environ.get("XAPI_CONTRACT_APP", "xapi")


def xapi(*words: str) -> int | None:
    """Run a command of `xapi`, whether or not the plugin is installed."""
    parser = argparse.ArgumentParser()
    contract.add_to(parser.add_subparsers())
    arguments = parser.parse_args(words)
    code: int | None = arguments.run(arguments)
    return code


def test_the_document_of_an_app_is_written_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (
        f"from contract_{NAME} import make_app\nfrom contract_world import World\napp = make_app(World())\n"
    )
    (tmp_path / "written.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    xapi("contract", "update", "written:app")

    written = json.loads((tmp_path / "openapi.lock.json").read_text(encoding="utf-8"))
    assert "get" in written["paths"]["/items/{number}"]
    assert xapi("contract", "diff", "--app", "written:app") == 0
    assert capsys.readouterr().out.endswith("no changes\n")
