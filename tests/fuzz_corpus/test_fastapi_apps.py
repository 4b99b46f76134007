"""The apps of FastAPI, in the environment that `tests/compat` has for it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.catalogue import bugs

HERE = Path(__file__).parent
COMPAT = HERE.parent / "compat"
FRAMEWORK = HERE.parents[1] / "framework"


def load_environments() -> Any:
    spec = importlib.util.spec_from_file_location("corpus_environments", COMPAT / "environments.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_witnesses_show_the_bugs_of_the_apps_of_fastapi(require: Callable[[bool, str], None]) -> None:
    environments = load_environments()
    require(environments.is_ready("fastapi"), "the environment of fastapi is not there: run `make ci-deps`")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    environment |= {
        "PYTHONPATH": str(FRAMEWORK),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XAPI_CORPUS_FRAMEWORK": "fastapi",
    }
    command = ["-m", "pytest", "-q", "-c", COMPAT / "contract.ini", HERE / "test_corpus.py"]
    finished = subprocess.run(
        [environments.python_of("fastapi"), *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    passed = re.search(r"(\d+) passed", finished.stdout)
    assert passed is not None
    of_fastapi = [bug for bug in bugs().values() if bug.framework == "fastapi"]
    assert int(passed[1]) == 4 * len(of_fastapi)
