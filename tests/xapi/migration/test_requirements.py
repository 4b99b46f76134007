"""Requirements on FastAPI become requirements on xapi; settings of tools follow."""

from __future__ import annotations

import pytest

from xapi.migration.requirements import rewrite_pyproject, rewrite_requirements


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("fastapi", "xapi-framework"),
        ("FastAPI\n", "xapi-framework\n"),
        ("fastapi==0.110.0\r\n", "xapi-framework\r\n"),
        ("fastapi >= 0.1, < 1\n", "xapi-framework\n"),
        ("fastapi[all]~=0.110  # the web\n", "xapi-framework[standard]  # the web\n"),
        ("fastapi[standard-no-fastapi-cloud-cli]\n", "xapi-framework\n"),
        ('fastapi>0.1; python_version > "3.8"\n', 'xapi-framework; python_version > "3.8"\n'),
        ("starlette\n", "starlette\n"),
        ("# fastapi\n", "# fastapi\n"),
        ("not-fastapi\n", "not-fastapi\n"),
    ],
)
def test_a_line_of_requirements(line: str, new: str) -> None:
    found = rewrite_requirements(f"uvicorn\n{line}")
    assert found.text == f"uvicorn\n{new}"
    assert found.notes == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("fastapi @ git+https://example.com/fastapi\n", "not understood"),
        ("fastapi==0.1 \\\n    --hash=sha256:12\n", "with hashes"),
        ("fastapi-users==1.0\n", "fastapi-users is a library for FastAPI"),
    ],
)
def test_a_line_that_a_person_has_to_look_at(line: str, reason: str) -> None:
    found = rewrite_requirements(f"uvicorn\n{line}")
    assert found.text == f"uvicorn\n{line}"
    (note,) = found.notes
    assert note.line == 2
    assert reason in note.reason


PROJECT = """\
[project]
name = "bookings"
dependencies = ["uvicorn", "fastapi[all]>=0.1,<1",  # fastapi
  'fastapi; python_version > "3.8"',
]

[project.optional-dependencies]
web = ["fastapi"]

[dependency-groups]
dev = ["fastapi>=0.100"]

[tool.poetry.dependencies]
fastapi = "^0.110"

[tool.ruff.lint.flake8-bugbear]
extend-immutable-calls = ["fastapi.Depends", "fastapi.params.Query"]
"""


def test_a_pyproject_file() -> None:
    found = rewrite_pyproject(PROJECT)
    assert found.notes == ()
    assert (
        found.text
        == """\
[project]
name = "bookings"
dependencies = ["uvicorn", "xapi-framework[standard]",  # fastapi
  'xapi-framework; python_version > "3.8"',
]

[project.optional-dependencies]
web = ["xapi-framework"]

[dependency-groups]
dev = ["xapi-framework"]

[tool.poetry.dependencies]
xapi-framework = "*"

[tool.ruff.lint.flake8-bugbear]
extend-immutable-calls = ["xapi.Depends", "xapi.params.Query"]
"""
    )
    assert rewrite_pyproject(found.text) == type(found)(found.text, ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('[tool.poetry.dependencies]\nfastapi = {version = "1", extras = ["all"]}', "not known what for"),
        ('[tool.isort]\nknown_third_party = ["fastapi"]', "not known what for"),
        ('[tool.x]\nnames = ["fastapi.nothing"]', "has no fastapi.nothing"),
        ('[project]\ndependencies = ["fastapi-mail"]', "fastapi-mail is a library for FastAPI"),
    ],
)
def test_a_setting_that_a_person_has_to_look_at(line: str, reason: str) -> None:
    found = rewrite_pyproject(f"{line}\n")
    assert found.text == f"{line}\n"
    (note,) = found.notes
    assert note.line == 2
    assert reason in note.reason


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(ValueError, match="at the end of a table"):
        rewrite_pyproject("[project")
