"""What `import fastapi` gives. Run with the alias, by `test_under_the_alias.py`."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.metadata import distribution, version
from pathlib import Path

import fastapi
import fastapi.routing
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query

import xapi

NAMES = json.loads(Path(__file__).parents[1].joinpath("names.json").read_text(encoding="utf-8"))
LEFT_OUT = {
    "fastapi._compat.shared": {"WithArgsTypes"},
    "fastapi.applications": {
        "AppBodyLimitMiddleware",
        "ExceptionTelemetryMiddleware",
        "NativeTelemetry",
        "TelemetryConfig",
    },
    "fastapi.background": {"P"},
    "fastapi.cli": {"cli_main"},
    "fastapi.dependencies.utils": {"multipart_incorrect_install_error", "multipart_not_installed_error"},
    "fastapi.encoders": {"Color", "PyExtraColor"},
    "fastapi.openapi.models": {"typing_deprecated"},
    "fastapi.routing": {
        "AppType",
        "MAX_BODY_SIZE_SCOPE_KEY",
        "ObjectReceiveStream",
        "get_body_limit_error",
        "get_body_size_limit",
        "get_telemetry_data",
        "validate_max_body_size",
        "wrap_app_with_body_limit",
    },
}
"""Names of FastAPI's own telemetry and size limits, which work otherwise here, and of what it uses."""


@pytest.mark.parametrize("module", [name for name in NAMES if name != "fastapi.telemetry"])
def test_a_module_has_the_names_of_the_reference(module: str) -> None:
    found = import_module(module)
    assert {name for name in NAMES[module] if not hasattr(found, name)} == LEFT_OUT.get(module, set())


def test_what_is_not_there_is_told_as_python_tells_it() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'fastapi.telemetry'"):
        import_module("fastapi.telemetry")
    with pytest.raises(ImportError, match=r"cannot import name 'nothing' from 'fastapi.routing'"):
        from fastapi.routing import nothing  # noqa: F401


def test_the_objects_are_those_of_xapi() -> None:
    assert (APIRouter, Depends, Query) == (xapi.APIRouter, xapi.Depends, xapi.Query)
    assert issubclass(FastAPI, xapi.XAPI)
    assert issubclass(xapi.XAPI, FastAPI)
    assert isinstance(xapi.XAPI(), FastAPI)
    assert not isinstance(xapi.APIRouter(), FastAPI)


def test_an_app_says_what_an_app_of_fastapi_says() -> None:
    assert FastAPI().openapi()["info"] == {"title": "FastAPI", "version": "0.1.0"}
    assert FastAPI(title="Shop").title == "Shop"
    with pytest.raises(TypeError, match="takes no keyword titel"):
        FastAPI(titel="Shop")


def test_the_modules_have_no_file_and_the_version_is_the_one_that_is_aliased() -> None:
    assert not any(
        hasattr(module, "__file__") for name, module in sys.modules.items() if name.startswith("fastapi.")
    )
    assert fastapi.__version__ == version("fastapi") == "0.165.0"
    assert distribution("FastAPI").metadata["Name"] == "fastapi"
    assert list(distribution("fastapi").files or ()) == []


def test_each_module_is_one_under_both_names() -> None:
    assert import_module("xapi.as_fastapi.tree.routing") is fastapi.routing
    assert fastapi.routing.__spec__ is not None
    assert fastapi.routing.__spec__.name == "fastapi.routing"
