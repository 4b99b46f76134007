"""Each change of a document is of the kind and class that it should be."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates.contract.compare import compare
from pytest_xapi.gates.contract.kinds import KINDS

CASES = runpy.run_path(str(Path(__file__).with_name("cases.py")))["cases"]()
NAMES = {kind.name for kind in KINDS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_has_its_class(case: Any) -> None:
    assert case.expected.keys() <= NAMES

    found = {change.kind: change.severity for change in compare(case.old, case.new)}

    assert found == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_compared_with_itself_has_not_changed(case: Any) -> None:
    assert compare(case.old, case.old) == []
    assert compare(case.new, case.new) == []
