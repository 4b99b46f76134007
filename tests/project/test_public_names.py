"""What is public: the page, `__all__` and what can be imported are the same."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/public-names.md").read_text(encoding="utf-8")
DOCUMENTED = {
    module: re.findall(r"`(\w+)`", names)
    for module, names in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", PAGE, re.MULTILINE)
}
# Modules may name what is theirs alone, as packages do for what is inside of them.
OF_THE_PACKAGE = {"framework/xapi/openapi/reader/__init__.py", "pytest_xapi/gates/contract/gate.py",
                  "pytest_xapi/gates/rules/gate.py"}  # fmt: skip


def test_the_page_has_modules() -> None:
    assert len(DOCUMENTED) > 40


@pytest.mark.parametrize("module", DOCUMENTED)
def test_the_names_of_the_page_are_those_that_a_module_exports(module: str) -> None:
    found = import_module(module)
    assert sorted(found.__all__) == DOCUMENTED[module]
    assert [name for name in DOCUMENTED[module] if not hasattr(found, name)] == []


def test_every_module_that_says_what_it_exports_is_on_the_page() -> None:
    exporting = {
        str(path.relative_to(ROOT))
        for package in ("framework/xapi", "pytest_xapi")
        for path in (ROOT / package).rglob("*.py")
        if re.search("^__all__", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    documented = {str(Path(str(import_module(module).__file__)).relative_to(ROOT)) for module in DOCUMENTED}
    assert exporting - OF_THE_PACKAGE == documented
