"""Do all contenders do the same work? Their answers to the same requests are compared before the timing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.peers import PEERS
from benchmarks.rows import Contender, Row

NUMBERS = (1_000_003, 1_000_004, 1_000_111)
"""The requests that are compared; the timed ones begin at 0."""
SHOWN = 200

Answer = Mapping[str, Any]


class Different(Exception):
    """A contender answers differently from the row's first; the message shows both."""


def compare(row: Row, reference: Sequence[Answer], contender: Contender, answers: Sequence[Answer]) -> None:
    """Compares a contender's answers with those of the row's first contender.

    Status, media type and content must agree: the bytes where both run the same source, the JSON elsewhere. A
    contender that the row is lenient with has to agree on success or refusal only.

    Raises:
        Different: They do not agree.
    """
    if len(answers) != len(reference):
        raise Different(f"{contender.label} gave {len(answers)} answers, {len(reference)} were expected")
    same_source = bool(PEERS[row.contenders[0].peer].framework and PEERS[contender.peer].framework)
    for expected, got in zip(reference, answers, strict=True):
        if contender.label in row.lenient:
            agree = expected["status"] // 100 == got["status"] // 100
        else:
            agree = _essence(expected, same_source) == _essence(got, same_source)
        if not agree:
            raise Different(
                f"{contender.label} answers {_short(got)}, {row.contenders[0].label} {_short(expected)}"
            )


def _essence(answer: Answer, to_the_byte: bool) -> tuple[Any, ...]:
    content = answer["content"]
    if not to_the_byte and answer["media_type"] == "application/json":
        content = json.loads(content)
    return answer["status"], answer["media_type"], answer["marks"], content


def _short(answer: Answer) -> str:
    text = f"{answer['status']} {answer['media_type']} {answer['content']}"
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."
