"""Docstrings are written in one dialect: `Args:`, `Returns:`, `Yields:`, `Raises:`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OTHER_DIALECTS = re.compile(
    r"^\s*(Parameters|Arguments|Params|Keyword Args|Return|Yield|Throws|Exceptions):\s*$"
    r"|^\s*:(param|type|returns?|rtype|raises)\b"
    r"|^\s*(Parameters|Returns|Raises)\n\s*-{3,}",
    re.MULTILINE,
)


def test_there_is_one_dialect() -> None:
    documented, found = 0, []
    for folder in ("framework", "pytest_xapi", "benchmarks"):
        for file in (ROOT / folder).rglob("*.py"):
            if any(part.startswith(".") for part in file.relative_to(ROOT).parts):  # fetched by benchmarks
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                text = ast.get_docstring(node) or ""
                documented += "Args:" in text
                if OTHER_DIALECTS.search(text):
                    found.append(f"{file.relative_to(ROOT)}: {getattr(node, 'name', 'the module')}")
    assert found == []
    assert documented > 100
