"""Each rule finds its fault, and nothing in its twin."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_xapi.gates.rules import gate
from pytest_xapi.gates.rules.catalog import RULES
from pytest_xapi.gates.rules.routes import RULE
from pytest_xapi.gates.rules.settings import RuleSettings

WRITTEN = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = WRITTEN["cases"]()
TWINS = [case for case in CASES if case.twin is not None]


def broken(document: dict[str, Any], styles: Mapping[str, str]) -> list[str]:
    """The names of the rules that a document breaks, where none is switched off."""
    everything = RuleSettings(levels={rule.name: "error" for rule in RULES}, styles=styles)
    return sorted(finding.rule for finding in gate.findings(document, everything))


def test_the_document_without_faults_breaks_no_rule() -> None:
    assert broken(WRITTEN["SOUND"], WRITTEN["STYLES"]) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rule_finds_its_fault_and_no_other_does(case: Any) -> None:
    assert broken(case.faulty, case.styles) == case.broken


@pytest.mark.parametrize("case", TWINS, ids=lambda case: case.name)
def test_a_rule_finds_nothing_in_the_twin(case: Any) -> None:
    assert broken(case.twin, case.styles) == []


def test_each_rule_has_a_fault_and_a_twin() -> None:
    assert {case.rule for case in TWINS} | {RULE} == {rule.name for rule in RULES}


def test_ids_and_names_are_used_once() -> None:
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
