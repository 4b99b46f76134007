"""Lines of the summary about what shares a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_xapi.words import listed


def lines(what: str, found: Iterable[tuple[str, str]], most_named: int, most_lines: int) -> Iterator[str]:
    """A line for each reason, with what it holds for.

    Args:
        what: how the lines begin.
        found: reasons, each with something that it holds for.
        most_named: how many of those that share a reason are named; reports have them all.
        most_lines: how many reasons have a line.
    """
    by_reason: dict[str, dict[str, None]] = {}
    for reason, named in found:
        by_reason.setdefault(reason, {})[named] = None
    for reason, names in list(by_reason.items())[:most_lines]:
        yield f"{what}: {listed(list(names), most_named)}: {reason}"
    rest = len(by_reason) - most_lines
    if rest > 0:
        yield f"{what}: and more, for {rest} other reasons, which the JSON report has"
