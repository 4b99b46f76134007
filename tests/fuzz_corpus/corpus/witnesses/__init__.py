"""What shows each bug. It is kept away from the apps, whose constants property tests read and try."""

from collections.abc import Mapping
from functools import cache

from corpus.witnesses.form import Witness as Witness


@cache
def witnesses() -> Mapping[str, Witness]:
    """All witnesses by the name of the bug."""
    from corpus.witnesses import answers, foreign, guided, sequences, values

    one_for_each = values.WITNESSES | answers.WITNESSES | sequences.WITNESSES | foreign.WITNESSES
    return one_for_each | guided.WITNESSES
