"""Each rule finds its fault, and nothing in its twin."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_xapi.gates.rules import gate
from pytest_xapi.gates.rules.catalog import RULES
from pytest_xapi.gates.rules.settings import Settings

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
FAULTS = CASES["faults"]
TWINS = [fault for fault in FAULTS if "twin" in fault]
STYLES = {
    "operation-id": "snake_case",
    "parameter": "snake_case",
    "schema": "PascalCase",
    "property": "snake_case",
}


def changed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The document with values put at pointers."""
    document = copy.deepcopy(CASES["document"])
    for pointer, value in values.items():
        *parents, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        place = document
        for token in parents:
            place = place[int(token)] if isinstance(place, list) else place[token]
        if isinstance(place, list):
            place[int(last) : int(last) + 1] = [value]
        elif value is None:
            del place[last]
        else:
            place[last] = value
    return document


def broken(document: dict[str, Any], styles: Mapping[str, str] = STYLES) -> list[str]:
    """The names of the rules that a document breaks, where none is switched off."""
    everything = Settings(levels={rule.name: "error" for rule in RULES}, styles=STYLES | styles)
    return [finding.rule for finding in gate.findings(document, everything)]


def test_the_document_without_faults_breaks_no_rule() -> None:
    assert broken(CASES["document"]) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['rule']} {next(iter(fault['set']))}")
def test_a_rule_finds_its_fault_and_no_other_does(fault: Mapping[str, Any]) -> None:
    found = broken(changed(fault["set"]), fault.get("styles", {}))

    assert sorted([fault["rule"], *fault.get("also", ())]) == sorted(found)


@pytest.mark.parametrize("fault", TWINS, ids=lambda fault: f"{fault['rule']} {next(iter(fault['twin']))}")
def test_a_rule_finds_nothing_in_the_twin(fault: Mapping[str, Any]) -> None:
    assert broken(changed(fault["twin"])) == []


def test_each_rule_has_a_fault() -> None:
    assert {fault["rule"] for fault in FAULTS} == {rule.name for rule in RULES}


def test_ids_and_names_are_used_once() -> None:
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
