"""What can be set for property tests. Loaded by every run: the standard library only."""

from __future__ import annotations

import argparse
import re

from pytest_xapi.options import Option, case_count, one_of, seconds, seed, switch

PHASES = ("replay", "examples", "boundary", "guided", "random", "stateful")
"""In the order in which they run, of all operations one phase before the next."""
PROFILES = ("quick", "ci", "deep")
SEVERITIES = ("error", "warning", "note")
"""Of findings, the worst first."""
RESETS = ("item", "case")
KINDS = ("path", "method", "tag", "id")
"""What an operation can be chosen by."""


def pattern(text: str) -> tuple[str, str]:
    """A pattern for operations: a kind, a colon, and a glob."""
    kind, colon, glob = text.strip().partition(":")
    if kind not in KINDS or not colon or not glob:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a pattern for operations: expected {', '.join(f'{kind}:' for kind in KINDS)} "
            "and a glob, as in path:/items/*"
        )
    return kind, glob


def shard(text: str) -> tuple[int, int]:
    """A share of the items: which one, and of how many."""
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a shard: expected INDEX/COUNT, as in 2/5")
    return int(found[1]), int(found[2])


FUZZ = Option(
    "fuzz",
    "Add property tests for the operations of the app under test.",
    flag="--xapi-fuzz",
    flag_only=True,
)
SEED = Option("seed", "The seed of the generated cases.", metavar="N", parse=seed, flag="--xapi-seed")
PROFILE = Option(
    "fuzz_profile",
    f"The number of cases: {', '.join(PROFILES)}. By default ci.",
    metavar="NAME",
    parse=one_of(*PROFILES),
    flag="--xapi-fuzz-profile",
)
MAX_EXAMPLES = Option(
    "max_examples",
    "The maximum number of random cases per operation, whatever the profile.",
    metavar="N",
    parse=case_count,
    flag="--xapi-max-examples",
)
TIME = Option(
    "fuzz_time",
    "The time budget for all property tests of the run, as in 60s or 5m.",
    metavar="TIME",
    parse=seconds,
    flag="--xapi-fuzz-time",
)
ANSWER_TIME = Option(
    "fuzz_timeout",
    "The time limit for each response in property tests. By default 5s.",
    metavar="TIME",
    parse=seconds,
    flag="--xapi-fuzz-timeout",
)
ISOLATE = Option(
    "fuzz_isolate",
    "Run the tests in a separate process (pytest-xdist), and continue in a new one if it ends or hangs.",
    parse=switch,
    flag="--xapi-fuzz-isolate",
)
ONLY = Option(
    "fuzz_only", "With --xapi-fuzz, run only property tests.", parse=switch, flag="--xapi-fuzz-only"
)
OPERATION = Option(
    "op",
    "Only this operation, as in 'GET /items/{item_id}'; may be repeated.",
    metavar="OPERATION",
    flag="--xapi-op",
    many=True,
)
INCLUDE = Option(
    "fuzz_include",
    "Only operations that match a pattern: path:, method:, tag: or id: and a glob; may be repeated. "
    "An operation must match at least one pattern of each kind that is given.",
    metavar="PATTERN",
    parse=pattern,
    flag="--xapi-fuzz-include",
    many=True,
)
EXCLUDE = Option(
    "fuzz_exclude",
    "Exclude operations that match a pattern, in the syntax of --xapi-fuzz-include; may be repeated.",
    metavar="PATTERN",
    parse=pattern,
    flag="--xapi-fuzz-exclude",
    many=True,
)
CHOSEN_PHASES = Option(
    "fuzz_phases",
    f"Only this phase: {', '.join(PHASES)}; may be repeated.",
    metavar="PHASE",
    parse=one_of(*PHASES),
    flag="--xapi-fuzz-phase",
    many=True,
)
REPLAY = Option(
    "replay",
    "Send one stored failure again, by the key that is shown with the failure.",
    metavar="KEY",
    flag="--xapi-replay",
    flag_only=True,
)
FAILURES = Option(
    "fuzz_failures",
    "The folder in which failures are stored, to be sent first in later runs. By default .xapi/failures.",
    metavar="FOLDER",
    flag="--xapi-fuzz-failures",
)
CORPUS = Option(
    "fuzz_corpus",
    "The folder in which requests are kept that guided property tests have reached something new with, to be "
    "sent first in later runs. By default .xapi/corpus.",
    metavar="FOLDER",
    flag="--xapi-fuzz-corpus",
)
SHARD = Option(
    "shard",
    "Run one shard of the property tests, as in 2/5; all shards together run every test once.",
    metavar="I/N",
    parse=shard,
    flag="--xapi-shard",
)
REGRESSIONS = Option(
    "write_regressions",
    "Write a test for each finding to this folder.",
    metavar="FOLDER",
    flag="--xapi-write-regressions",
)
FAILS_ON = Option(
    "fuzz_fails_on",
    f"The severity from which a finding fails its item: {', '.join(SEVERITIES)}. By default warning.",
    metavar="SEVERITY",
    parse=one_of(*SEVERITIES),
    flag="--xapi-fuzz-fails-on",
)
BASELINE = Option(
    "fuzz_baseline",
    "The baseline: a TOML file of accepted findings, with reasons.",
    metavar="FILE",
    flag="--xapi-fuzz-baseline",
)
BASELINE_UPDATE = Option(
    "fuzz_baseline_update",
    "Add new findings to the baseline; you have to write the reasons.",
    flag="--xapi-fuzz-baseline-update",
    flag_only=True,
)
NOTES = Option(
    "fuzz_notes",
    "Print advisory notes in the summary: documented responses that were never returned, data that "
    "response models drop, parameters that change nothing, memory that grows with each request.",
    parse=switch,
    flag="--xapi-fuzz-notes",
)
LOOP_LIMIT = Option(
    "fuzz_loop_limit",
    "How long code may block the event loop before it is a finding, as in 250ms. By default 500ms.",
    metavar="TIME",
    parse=seconds,
)
RESET = Option(
    "fuzz_reset",
    f"When the fixture xapi_reset is called: {', '.join(RESETS)}. By default item: before the first case "
    "of an item, and after each restart of the app.",
    metavar="WHEN",
    parse=one_of(*RESETS),
)

FOLDER = Option(
    "fuzz_folder",
    "The folder that the property tests belong to: its fixtures and those of its parent folders apply to "
    "them.",
    metavar="FOLDER",
    flag="--xapi-fuzz-folder",
)
GUIDE = Option(
    "fuzz_guide",
    "The packages and modules that guided property tests look into. By default those below pytest's root "
    "directory.",
    metavar="NAME",
    many=True,
)
FORBID = Option(
    "forbid",
    "What property tests may not touch: the URL of a database or a service, HOST:PORT, a path, or env:NAME "
    "for what a variable holds.",
    metavar="TARGET",
    many=True,
)
FIXTURES = Option(
    "fuzz_fixtures",
    "Fixtures of the project that property tests use, as with pytest.mark.usefixtures.",
    metavar="NAME",
    many=True,
)

OPTIONS = (
    FUZZ,
    SEED,
    PROFILE,
    MAX_EXAMPLES,
    TIME,
    ANSWER_TIME,
    ISOLATE,
    ONLY,
    OPERATION,
    INCLUDE,
    EXCLUDE,
    CHOSEN_PHASES,
    REPLAY,
    FAILURES,
    CORPUS,
    SHARD,
    REGRESSIONS,
    FAILS_ON,
    BASELINE,
    BASELINE_UPDATE,
    NOTES,
    LOOP_LIMIT,
    RESET,
    FOLDER,
    FIXTURES,
    GUIDE,
    FORBID,
)
