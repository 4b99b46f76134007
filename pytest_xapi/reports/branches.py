"""Which branches of a source the property tests took, from its lines and its conditions: for coverage.py."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Arc = tuple[int, int]
"""From a line to the next one; a negative number is the function that is entered or left."""
Outcomes = Mapping[tuple[int, int], Collection[bool]]
"""By line and column of a condition: how it came out."""


def outcomes_of(conditions: Iterable[Mapping[str, Any]]) -> Mapping[str, Outcomes]:
    """How conditions came out, by file."""
    found: dict[str, dict[tuple[int, int], set[bool]]] = defaultdict(lambda: defaultdict(set))
    for condition in conditions:
        found[condition["file"]][condition["line"], condition["column"]].update(condition["outcomes"])
    return found


def taken(source: str, possible: Collection[Arc], lines: Collection[int], outcomes: Outcomes) -> set[Arc]:
    """The arcs that were taken, of those that there are; what is not certain is left out.

    Args:
        source: The source.
        possible: The arcs that there are.
        lines: The lines that were reached.
        outcomes: How conditions came out.
    """
    targets, sources = defaultdict(set), defaultdict(set)
    for start, end in possible:
        targets[start].add(end)
        sources[end].add(start)
    of_conditions = set(_of_conditions(ast.parse(source), targets, outcomes))
    found = {(line, line) for line in lines}  # so that each of them counts
    for start, end in possible:
        if start < 0:
            is_taken = end in lines
        elif start not in lines:
            is_taken = False
        elif len(targets[start]) == 1:
            is_taken = end < 0 or end in lines
        else:
            is_taken = (start, end) in of_conditions or (end in lines and sources[end] == {start})
        if is_taken:
            found.add((start, end))
    return found


def _of_conditions(
    tree: ast.Module, targets: Mapping[int, Collection[int]], outcomes: Outcomes
) -> Iterator[Arc]:
    """Where statements with a condition went on, as it came out."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.If | ast.While):
            continue
        body = node.body[0].lineno
        for end in targets.get(node.lineno, ()):
            if _may_be(node.test, end == body, outcomes):
                yield node.lineno, end


def _may_be(test: ast.expr, wanted: bool, outcomes: Outcomes) -> bool:
    """Whether a test came out so: the last of several conditions is asked if those before were not so."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _may_be(inner, not wanted, outcomes)
        case ast.BoolOp(op=operator, values=values):
            if wanted == isinstance(operator, ast.Or):
                return any(_may_be(value, wanted, outcomes) for value in values)
            return _may_be(values[-1], wanted, outcomes)
    return wanted in outcomes.get((test.lineno, test.col_offset), ())
