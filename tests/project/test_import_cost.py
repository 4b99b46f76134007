"""Importing the framework, or loading the plugin, brings in nothing that its user may never need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def modules_loaded_by(statement: str, after: str = "pass") -> set[str]:
    """The modules that a fresh interpreter loads for a statement, beyond those it has `after` another."""
    program = (
        f"import json, sys; {after}; before = set(sys.modules); {statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


def packages_of(modules: set[str]) -> set[str]:
    """The modules and every package that they lie in."""
    return {
        ".".join(parts[:end]) for parts in (m.split(".") for m in modules) for end in range(1, len(parts) + 1)
    }


@pytest.mark.parametrize(
    "room",
    [
        "xapi.cli",
        "xapi.openapi",
        "xapi.operation.describe",
        "xapi.operation.model",
        "xapi.pipeline.plan",
        "xapi.pipeline.codegen.operation",
        "xapi.routing.index",
        "xapi.templating",
        "xapi.testclient",
        "xapi.testing",
        "pytest_xapi",
        "asgi_lifespan",
        "email_validator",
        "hypothesis",
        "httpx",
        "jinja2",
        "mkdocs_redoc_tag",
        "mkdocs_swagger_ui_tag",
        "multipart",
        "pydantic_settings",
        "pytest",
        "python_multipart",
        "schemathesis",
        "uvicorn",
        "yaml",
    ],
)
def test_importing_xapi_does_not_load(room: str) -> None:
    # Starlette itself loads python-multipart where that is installed: what it brings is not ours to count.
    loaded = modules_loaded_by("import xapi", after="import starlette.applications, starlette.websockets")
    assert "xapi" in loaded
    assert room not in packages_of(loaded)


@pytest.mark.parametrize(
    "package", ["anyio", "httpx", "hypothesis", "pydantic", "schemathesis", "starlette", "xapi"]
)
def test_loading_the_plugin_does_not_load(package: str) -> None:
    loaded = modules_loaded_by("import pytest_xapi.plugin", after="import pytest")
    assert "pytest_xapi.plugin" in loaded
    assert package not in packages_of(loaded)


def test_packages_count_with_their_modules() -> None:
    assert packages_of({"json.decoder", "abc"}) == {"json", "json.decoder", "abc"}


def test_only_what_a_statement_adds_is_counted() -> None:
    assert "wave" in modules_loaded_by("import wave")
    assert "wave" not in modules_loaded_by("import wave", after="import wave")
