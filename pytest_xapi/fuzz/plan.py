"""How much is sent, and what it follows from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pytest

from pytest_xapi import settings

DEFAULT_SEED = 1
DEFAULT_RANDOM_CASES = 100
DEFAULT_SEQUENCES = 25

SEQUENCES = "sequences"
"""The item that sends requests one after the other, as the links of the document say."""


@dataclass(frozen=True)
class Plan:
    """The same plan sends the same cases to an operation, whatever else is run, and wherever."""

    seed: int = DEFAULT_SEED
    random_cases: int = DEFAULT_RANDOM_CASES
    sequences: int = DEFAULT_SEQUENCES

    def seed_of(self, name: str) -> int:
        """The seed of one item: it depends on nothing but the plan's seed and the item's name."""
        digest = hashlib.blake2b(f"{self.seed} {name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest)


def of(config: pytest.Config) -> Plan:
    """The plan of a run, from its flags and ini options."""
    given = settings.read(config)
    return Plan(
        seed=DEFAULT_SEED if given.seed is None else given.seed,
        random_cases=given.max_examples or DEFAULT_RANDOM_CASES,
    )
