"""What importing the test driver loads, and what it says where httpx is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import xapi.testing


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", ["", "LoopDriver", "HTTPExchange", "LifespanManager", "override"])
def test_httpx_is_loaded_only_for_the_clients(name: str) -> None:
    program = f"import sys, xapi.testing as t; getattr(t, {name!r}, None); print('httpx' in sys.modules)"
    assert run(program) == "False\n"


@pytest.mark.parametrize("name", ["TestClient", "AsyncClient", "WebSocketSession"])
def test_a_missing_httpx_is_named_with_what_to_install(name: str) -> None:
    program = f"""
import sys
sys.modules["httpx"] = None
import xapi.testing
try:
    xapi.testing.{name}
except ModuleNotFoundError as error:
    print(error)
"""
    assert run(program) == f'xapi.testing.{name} needs httpx: pip install "xapi-framework[test]"\n'


@pytest.mark.parametrize("program", ["xapi", "xapi.testing", "xapi.testclient"])
def test_asgi_lifespan_is_loaded_only_for_the_asynchronous_client(program: str) -> None:
    assert run(f"import sys, {program}; print('asgi_lifespan' in sys.modules)") == "False\n"


def test_a_missing_asgi_lifespan_is_named_by_the_asynchronous_client_alone() -> None:
    program = """
import sys
sys.modules["asgi_lifespan"] = None
import xapi.testing
xapi.testing.TestClient, xapi.testing.LiveServer, xapi.testing.LifespanManager
try:
    xapi.testing.AsyncClient
except ModuleNotFoundError as error:
    print(error)
"""
    assert run(program) == (
        'xapi.testing.AsyncClient needs asgi_lifespan: pip install "xapi-framework[test]"\n'
    )


def test_a_missing_httpx_is_named_in_testclient_too() -> None:
    program = """
import sys
sys.modules["httpx"] = None
try:
    import xapi.testclient
except ModuleNotFoundError as error:
    print(error)
"""
    assert 'pip install "xapi-framework[test]"' in run(program)


def test_another_missing_module_is_not_taken_for_httpx() -> None:
    program = """
import sys
import xapi.testing
sys.modules["xapi.testing.transports"] = None
try:
    xapi.testing.TestClient
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert run(program) == "xapi.testing.transports\n"


def test_every_public_name_is_there() -> None:
    for name in xapi.testing.__all__:
        assert getattr(xapi.testing, name).__name__ == name
        assert name in dir(xapi.testing)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'xapi\.testing' has no attribute 'Nothing'"):
        xapi.testing.Nothing  # noqa: B018
