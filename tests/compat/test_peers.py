"""The contract, run on FastAPI's and Litestar's apps, each in an environment of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FRAMEWORK = HERE.parents[1] / "framework"


def load_environments() -> Any:
    spec = importlib.util.spec_from_file_location("contract_environments", HERE / "environments.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environments = load_environments()


@pytest.mark.parametrize("peer", ["fastapi", "litestar"])
def test_the_contract_holds_for_a_peer(peer: str) -> None:
    if not environments.is_ready(peer):
        missing = f"the environment of {peer} is not there: run `make ci-deps`"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    environment |= {"PYTHONPATH": str(FRAMEWORK), "XAPI_CONTRACT_APP": peer, "PYTHONDONTWRITEBYTECODE": "1"}
    finished = subprocess.run(
        [
            environments.python_of(peer),
            "-m",
            "pytest",
            "-q",
            "-c",
            HERE / "contract.ini",
            HERE / "test_contract.py",
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    passed = re.search(r"(\d+) passed", finished.stdout)
    assert passed is not None
    assert int(passed[1]) >= 30
    assert "skipped" not in finished.stdout


def test_each_peer_has_requirements_that_are_pinned() -> None:
    assert environments.PEERS == ["fastapi", "litestar"]
    for peer in environments.PEERS:
        lines = (HERE / "requirements" / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
        assert all("==" in line for line in lines if not line.startswith("#"))
