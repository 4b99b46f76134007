"""The small numbers in an app's source that are worth trying: `if quantity == 42` is seldom met by chance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

SMALL = 100
"""Larger numbers are found by who looks for constants; of these there are many, so their place decides."""
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass
class SmallNumbers:
    """Whole numbers up to `SMALL`, each once, in the order of the source."""

    compared: dict[int, None] = field(default_factory=dict)
    """Those that values are compared with, or divided by, and where order counts their neighbours."""
    others: dict[int, None] = field(default_factory=dict)
    """All others: assigned to names, given to functions, in collections."""

    def add(self, source: str) -> None:
        """Add those of a module. A text that is no Python has none.

        Args:
            source: The text of the module.
        """
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            self.compared |= dict.fromkeys(filter(_is_small, _compared_in(node)))
            self.others |= dict.fromkeys(filter(_is_small, _numbers([node])))


def _compared_in(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Compare):
        numbers = list(_numbers(_sides(node)))
        steps = (0, 1, -1) if any(isinstance(operator, _ORDERED) for operator in node.ops) else (0,)
        yield from (number + step for step in steps for number in numbers)
    elif isinstance(node, ast.MatchValue):
        yield from _numbers([node.value])
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from _numbers([node.right])


def _sides(node: ast.Compare) -> Iterator[ast.AST]:
    """What is compared, and the members of collections in which something is looked for."""
    for side in (node.left, *node.comparators):
        if isinstance(side, ast.Tuple | ast.List | ast.Set):
            yield from side.elts
        elif isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "range":
            yield from side.args
        else:
            yield side


def _numbers(nodes: Iterator[ast.AST] | list[ast.AST] | list[ast.expr]) -> Iterator[int]:
    """The numbers that some nodes are, themselves: those inside of them stand elsewhere."""
    for node in nodes:
        is_negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        constant = node.operand if isinstance(node, ast.UnaryOp) and is_negative else node
        if isinstance(constant, ast.Constant) and type(constant.value) is int:
            yield -constant.value if is_negative else constant.value


def _is_small(number: int) -> bool:
    return -SMALL <= number <= SMALL
