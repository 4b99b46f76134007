"""The example of the page about guided property tests."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[4] / "docs" / "guided.md"


def test_the_bug_of_the_example_is_found(app_module, fuzz) -> None:
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    app_module(program[1])
    found = fuzz("--xapi-fuzz-phase=guided", cases=100)
    assert found.findings == {("POST /payments", "not_a_server_error")}, found.output
    assert "guided: all code and conditions reached of 1 of 1 operation" in found.output
