"""The older spellings of a program: markers as defaults, and `Optional`, `Union`, `List` as types."""

from __future__ import annotations

import ast

MARKERS = {"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"}
OLD_NAMES = {"list": "List", "dict": "Dict", "set": "Set", "tuple": "Tuple"}


def markers_as_defaults(source: str) -> str:
    """Write `q: Annotated[T, Query()] = d` as `q: T = Query(default=d)`."""
    return _rewritten(_MarkersAsDefaults(), source)


def old_typing(source: str) -> str:
    """Write `list[str] | None` as `Optional[List[str]]`."""
    return _rewritten(_OldTyping(), source)


def _rewritten(transformer: ast.NodeTransformer, source: str) -> str:
    tree = ast.parse(source)
    before = ast.dump(tree)
    changed = ast.fix_missing_locations(transformer.visit(tree))
    if ast.dump(changed) == before:
        return source
    return "from typing import *\n" + ast.unparse(changed)


class _MarkersAsDefaults(ast.NodeTransformer):
    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        positional = [item for item in node.args if item.arg not in ("self", "cls")]
        missing = [None] * (len(node.args) - len(node.defaults))
        defaults = [*missing, *node.defaults][len(node.args) - len(positional) :]
        arguments = [
            *zip(positional, defaults, strict=True),
            *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        ]
        rewritten = [(item, self._default(item, default)) for item, default in arguments]
        if [pair[1] for pair in rewritten] == [pair[1] for pair in arguments]:
            return node
        # By name only, so that what has a default may stand before what has none.
        node.args, node.defaults = node.args[: len(node.args) - len(positional)], []
        node.kwonlyargs = [item for item, _ in rewritten]
        node.kw_defaults = [default for _, default in rewritten]
        return node

    def _default(self, item: ast.arg, default: ast.expr | None) -> ast.expr | None:
        match item.annotation:
            case ast.Subscript(
                value=ast.Name(id="Annotated"),
                slice=ast.Tuple(elts=[kind, ast.Call(func=ast.Name(id=name)) as marker]),
            ) if name in MARKERS:
                item.annotation = kind
                if default is not None:
                    marker.keywords.append(ast.keyword("default", default))
                return marker
        return default


class _OldTyping(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if not isinstance(node.op, ast.BitOr):
            return node
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(right, ast.Constant) and right.value is None:
            return ast.Subscript(ast.Name("Optional"), left)
        return ast.Subscript(ast.Name("Union"), ast.Tuple([left, right]))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in OLD_NAMES:
            node.value = ast.Name(OLD_NAMES[node.value.id])
        return node
