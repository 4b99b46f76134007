"""How much is sent, and what it follows from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options

DEFAULT_SEED = 1
DEFAULT_PROFILE = "ci"
GUIDED_FOR_RANDOM = 20
PATIENCE_FOR_RANDOM = 3
"""Where the number of random cases is limited, so are guided ones and their patience: to these multiples."""


@dataclass(frozen=True)
class Profile:
    """How much a run is to send."""

    random_cases: int
    """Of each operation."""
    sequences: int
    guided_cases: int
    """Of each operation, and of all in sequences: at most."""
    patience: int
    """Guided cases that reach nothing new, one after the other, before there are no more."""
    guided_seconds: float
    """How long they may reach nothing new: apps that answer slowly get fewer."""


PROFILES = {
    "quick": Profile(random_cases=20, sequences=5, guided_cases=300, patience=25, guided_seconds=2),
    "ci": Profile(random_cases=100, sequences=25, guided_cases=10_000, patience=150, guided_seconds=5),
    "deep": Profile(
        random_cases=2_000, sequences=500, guided_cases=100_000, patience=2_000, guided_seconds=60
    ),
}


@dataclass(frozen=True)
class RunPlan:
    """The same plan sends the same cases to an operation, whatever else is run, and wherever."""

    seed: int = DEFAULT_SEED
    profile: str = DEFAULT_PROFILE
    random_cases: int = PROFILES[DEFAULT_PROFILE].random_cases
    sequences: int = PROFILES[DEFAULT_PROFILE].sequences
    guided_cases: int = PROFILES[DEFAULT_PROFILE].guided_cases
    patience: int = PROFILES[DEFAULT_PROFILE].patience
    guided_seconds: float = PROFILES[DEFAULT_PROFILE].guided_seconds

    def seed_of(self, label: str, phase: str) -> int:
        """The seed of one item: it depends on nothing but the plan's seed, the operation and the phase."""
        digest = hashlib.blake2b(f"{self.seed} {label} {phase}".encode(), digest_size=8).digest()
        return int.from_bytes(digest)


def of(config: pytest.Config) -> RunPlan:
    """The plan of a run, from its flags and ini options."""
    name = settings.value(config, options.PROFILE, DEFAULT_PROFILE)
    profile = PROFILES[name]
    most = settings.value(config, options.MAX_EXAMPLES, profile.guided_cases)
    return RunPlan(
        seed=settings.value(config, options.SEED, DEFAULT_SEED),
        profile=name,
        random_cases=settings.value(config, options.MAX_EXAMPLES, profile.random_cases),
        sequences=profile.sequences,
        guided_cases=min(profile.guided_cases, most * GUIDED_FOR_RANDOM),
        patience=min(profile.patience, most * PATIENCE_FOR_RANDOM),
        guided_seconds=profile.guided_seconds,
    )
