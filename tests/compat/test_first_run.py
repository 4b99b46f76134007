"""The first property tests of a FastAPI app, in the layouts that projects have: nothing real is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

MAIN = """
    import sqlite3
    from fastapi import Depends, FastAPI

    app = FastAPI()

    def database():
        connection = sqlite3.connect("production.db", check_same_thread=False)
        connection.execute("create table if not exists users (name text)")
        yield connection
        connection.close()

    @app.post("/users")
    def add(name: str, connection=Depends(database)) -> str:
        connection.execute("insert into users values ('added')")
        connection.commit()
        return name
"""
PYPROJECT = """
    [tool.pytest.ini_options]
    testpaths = ["tests"]
    pythonpath = ["."]

    [tool.xapi]
    app = "main:app"
    {more}
"""
FAKE = """
    import sqlite3
    import pytest
    from fastapi.testclient import TestClient
    from main import app, database

    @pytest.fixture{how}
    def client():
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.execute("create table users (name text)")
        app.dependency_overrides[database] = lambda: connection
        with TestClient(app) as client:
            yield client
        app.dependency_overrides.clear()
"""
BY_OVERRIDE = """
    import sqlite3
    import pytest
    from main import database

    @pytest.fixture(autouse=True)
    def fake(override):
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.execute("create table users (name text)")
        override(database, lambda: connection)
"""
TEST = """
    def test_add(client):
        assert client.post("/users?name=a").json() == "a"
"""
FUZZ = ("--xapi-fuzz", "--xapi-fuzz-phase=boundary")


def project(conftest: str, more: str = "", test: str = TEST) -> dict[str, str]:
    return {
        "main.py": MAIN,
        "pyproject.toml": PYPROJECT.format(more=more),
        "tests/conftest.py": conftest,
        "tests/test_users.py": test,
    }


@pytest.mark.parametrize(
    ("conftest", "more"),
    [
        (BY_OVERRIDE, ""),
        (FAKE.format(how=""), 'fuzz_fixtures = ["client"]'),
    ],
    ids=["override", "fuzz_fixtures"],
)
def test_the_fixtures_of_the_tests_hold(
    conftest: str, more: str, run_on_fastapi: Any, tmp_path: Path
) -> None:
    run = run_on_fastapi(project(conftest, more), *FUZZ)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "property tests belong to tests" in run.stdout
    assert not (tmp_path / "production.db").exists()


def test_overrides_of_a_module_hold(run_on_fastapi: Any, tmp_path: Path) -> None:
    test = """
        import sqlite3
        from fastapi.testclient import TestClient
        from main import app, database

        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.execute("create table users (name text)")
        app.dependency_overrides[database] = lambda: connection

        def test_add():
            assert TestClient(app).post("/users?name=a").json() == "a"
    """
    run = run_on_fastapi(project("", test=test), *FUZZ, "--xapi-fuzz-only")
    assert run.returncode == 0, run.stdout + run.stderr
    assert not (tmp_path / "production.db").exists()


def test_a_run_without_the_client_that_replaces_the_database_is_refused(
    run_on_fastapi: Any, tmp_path: Path
) -> None:
    run = run_on_fastapi(project(FAKE.format(how="")), *FUZZ)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "tests/conftest.py has fixture client, which replaces dependencies" in run.stderr
    assert 'fuzz_fixtures = ["client"]' in run.stderr
    assert not (tmp_path / "production.db").exists()


def test_the_database_that_is_forbidden_is_not_touched(
    run_on_fastapi: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_DATABASE", f"sqlite:///{tmp_path}/production.db")
    run = run_on_fastapi(project("", 'forbid = ["env:NOTES_DATABASE"]', test=""), *FUZZ)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "in answering POST /users?name=" in run.stdout
    assert "sqlite3.connect at main.py, line 8, in database" in run.stdout
    assert not (tmp_path / "production.db").exists()


LINKED = """
    from fastapi import FastAPI, HTTPException, Path
    from pydantic import BaseModel

    app = FastAPI()
    things = {{}}

    class New(BaseModel):
        title: str

    class Thing(New):
        {made}: int

    @app.post("/things", status_code=201)
    def make(new: New) -> Thing:
        number = len(things) + 7001
        things[number] = Thing(title=new.title, {made}=number)
        return things[number]

    @app.get("/things/{{number}}", responses={{404: {{}}}})
    def read(number: int{limit}) -> Thing:
        if number not in things:
            raise HTTPException(404)
        return things[number]

    @app.delete("/things/{{number}}", status_code=204, responses={{404: {{}}}})
    def remove(number: int{limit}) -> None:
        if number not in things:
            raise HTTPException(404)
"""


def test_sequences_link_by_what_values_are(run_on_fastapi: Any) -> None:
    files = {"main.py": LINKED.format(made="serial", limit=""), "pyproject.toml": PYPROJECT.format(more="")}
    run = run_on_fastapi(files, *FUZZ, "--xapi-fuzz-phase=stateful")
    assert "GET /things/{number}: Deleted resource still available [use_after_free]" in run.stdout
    assert "curl -i -X DELETE http://127.0.0.1:8000/things/7" in run.stdout
    assert "not linked" not in run.stdout


def test_a_linked_value_that_the_parameter_refuses_is_no_finding(run_on_fastapi: Any) -> None:
    files = {
        "main.py": LINKED.format(made="id", limit=" = Path(le=1000)"),
        "pyproject.toml": PYPROJECT.format(more=""),
    }
    run = run_on_fastapi(files, *FUZZ, "--xapi-fuzz-phase=stateful")
    assert "operations without a 2xx answer: DELETE /things/{number}, GET /things/{number}" in run.stdout
    assert "positive_data_acceptance" not in run.stdout
