"""The syntax tree of a module with probes in its functions.

Only what stands in functions is changed: what a module and its classes do when they are imported is as it
was. Each probe is a call of a constant, or a mark in an array that is one: `bound` puts the objects in the
place of their names in compiled code. So no name of the app's is used, nothing is looked up, and no frame of
a probe is in a traceback: what may raise stays in the app's own expressions, with their lines and columns.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import CodeType
from typing import Any, TypeVar, cast

from pytest_xapi.fuzz.guided.sites import (
    CALL,
    COMPARE,
    DIVIDE,
    ITEM,
    MATCH,
    METHOD,
    TRUTH,
    UNPACK,
    Site,
    Sites,
)
from pytest_xapi.fuzz.guided.watched import (
    FUNCTIONS,
    LOOKUPS,
    METHODS,
    OPERATORS,
    SEARCHES,
    constant,
    pattern,
)

COMPARED = "\0xapi compared"
JUDGED = "\0xapi judged"
GIVEN = "\0xapi given"
DIVIDED = "\0xapi divided"
LOOKED_UP = "\0xapi looked up"
UNPACKED = "\0xapi unpacked"
LINES = "\0xapi lines"
OPEN = frozenset({"\0xapi open"})
"""The names of what probes need: they stand for objects until `bound` puts those in.

What is read by an index is no text: the compiler would put a character in the place of `"text"[1]`.
"""

_MOST_TEXT = 120
_ARGUMENTS_OF_RANGE = 3
_MOST_TOLD = 2
"""Of a method's arguments."""

_Function = TypeVar("_Function", ast.FunctionDef, ast.AsyncFunctionDef)
_Conditional = ast.If | ast.While | ast.IfExp | ast.Assert


def rewritten(
    tree: ast.Module, file: str, source: Sequence[bytes], sites: Sites
) -> tuple[ast.Module, set[int]]:
    """A module with probes, and the lines in its functions on which statements start.

    Args:
        tree: The module; it is changed.
        file: Where its source is.
        source: The lines of that.
        sites: Takes the places that are probed.
    """
    writer = _Writer(file, source, sites)
    writer.visit(tree)
    return ast.fix_missing_locations(tree), writer.lines


def bound(code: CodeType, objects: Mapping[Any, Any]) -> CodeType:
    """Compiled code with objects in the place of the names of what probes need."""
    constants = tuple(
        bound(item, objects)
        if isinstance(item, CodeType)
        else objects.get(item, item)
        if isinstance(item, str | frozenset)
        else item
        for item in code.co_consts
    )
    return code.replace(co_consts=constants)


class _Writer(ast.NodeTransformer):
    """Changes what stands in functions, from the outside to the inside."""

    def __init__(self, file: str, source: Sequence[bytes], sites: Sites) -> None:
        self._file = file
        self._source = source
        self._sites = sites
        self.lines: set[int] = set()
        self._names: list[str] = []
        self._in_function = False
        self._may_store = True
        """Whether a value can be kept under a name: not in what a comprehension goes through."""
        self._stored = 0
        self._slot = sites.new_slot()
        """Of the expression that is being changed; the first one is that of none."""

    # Scopes

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        outer, self._in_function = self._in_function, False
        self._names.append(node.name)
        node.body = [self.visit(item) for item in node.body]
        self._names.pop()
        self._in_function = outer
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        return self._function(node)

    def _function(self, node: _Function) -> _Function:
        outer = self._in_function, self._may_store
        self._in_function = self._may_store = True
        self._names += [node.name, "<locals>"]
        has_text = ast.get_docstring(node, clean=False) is not None
        first = node.body[:1] if has_text else []
        node.body = first + self._block(node.body[len(first) :])
        del self._names[-2:]
        self._in_function, self._may_store = outer
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        outer, self._in_function = self._in_function, True
        self._names += ["<lambda>", "<locals>"]
        node.body = self._whole(node.body, self.visit)
        del self._names[-2:]
        self._in_function = outer
        return node

    # Statements

    def _whole(self, node: ast.expr, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
        """An expression of a statement, in two forms: with probes, and as it was where it is closed.

        Functions that it makes are there once, so that they are known again.
        """
        if not self._in_function:
            return change(node)
        may_double = not any(isinstance(item, ast.Lambda) for item in ast.walk(node))
        plain = copy.deepcopy(node) if may_double else node
        outer, self._slot = self._slot, self._sites.new_slot()
        before = len(self._sites.all)
        probed = change(node)
        slot, self._slot = self._slot, outer
        if not may_double or len(self._sites.all) == before:
            return probed
        at = _at(plain, ast.Subscript(ast.Constant(cast(Any, OPEN)), ast.Constant(slot), ast.Load()))
        return _at(plain, ast.IfExp(test=at, body=probed, orelse=plain))

    def _block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            if not isinstance(statement, ast.Global | ast.Nonlocal):
                self.lines.add(statement.lineno)
                found.append(_at(statement, _mark(statement.lineno)))
            found.append(self.visit(statement))
        return found

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                is_block = self._in_function and name in ("body", "orelse", "finalbody")
                changed = self._block(value) if is_block else [_visited(self, item) for item in value]
                setattr(node, name, changed)
            elif isinstance(value, ast.expr) and _is_whole(node, name):
                setattr(node, name, self._whole(value, self.visit))
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.value = None if node.value is None else self._whole(node.value, self.visit)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        node.targets = [self.visit(target) for target in node.targets]
        names = node.targets[0]
        is_counted = isinstance(names, ast.Tuple | ast.List) and not _is_display(node.value)
        change = partial(self._unpacked, names) if self._in_function and is_counted else self.visit
        node.value = self._whole(node.value, change)
        return node

    def _unpacked(self, names: ast.expr, node: ast.expr) -> ast.expr:
        """A value that is taken apart into names."""
        assert isinstance(names, ast.Tuple | ast.List)
        starred = any(isinstance(item, ast.Starred) for item in names.elts)
        site = self._site(UNPACK, "unpack", node)
        counted = ast.Constant(len(names.elts) - starred), ast.Constant(starred)
        return _at(node, _call(UNPACKED, site, self.visit(node), *counted))

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._conditional(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._conditional(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return self._conditional(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._conditional(node)

    def _conditional(self, node: _Conditional) -> ast.AST:
        before = len(self._sites.all)
        test = self._whole(node.test, self._condition)
        found = [site for site in self._sites.all[before:] if site.branches]
        if (
            len(found) == 1
            and isinstance(node, ast.If | ast.While)
            and not isinstance(node.test, ast.UnaryOp)
        ):
            self._sites.alone[found[0].slot] = found[0].number, node.body[0].lineno
        node.test = ast.Constant(value=True)
        self.generic_visit(node)
        node.test = test
        return node

    def visit_Match(self, node: ast.Match) -> ast.Match:
        if self._in_function:
            static = tuple(pattern(case.pattern) for case in node.cases)
            node.subject = self._whole(node.subject, partial(self._matched, static))
        for case in node.cases:
            if case.guard is not None:
                case.guard = self._whole(case.guard, self._condition)
            case.body = self._block(case.body) if self._in_function else [self.visit(i) for i in case.body]
        return node

    def _matched(self, static: tuple[object, ...], node: ast.expr) -> ast.expr:
        site = self._site(MATCH, "match", node, static=static)
        return _at(node, _call(GIVEN, site, self.visit(node)))

    # Conditions

    def _condition(self, node: ast.expr) -> ast.expr:
        """An expression whose truth decides how the code goes on."""
        if not self._in_function:
            visited: ast.expr = self.visit(node)
            return visited
        if isinstance(node, ast.BoolOp):
            node.values = [self._condition(value) for value in node.values]
            return node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self._condition(node.operand)
            return node
        if isinstance(node, ast.Compare):
            return self._compare(node, branches=True)
        if isinstance(node, ast.Constant):
            return node
        return self._judged(node)

    def _judged(self, node: ast.expr) -> ast.expr:
        site = self._site(TRUTH, "truth", node, branches=True)
        return _at(node, _call(JUDGED, site, self.visit(node)))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if not self._in_function:
            return self.generic_visit(node)
        *first, last = node.values
        node.values = [*map(self._condition, first), self.visit(last)]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        is_not = isinstance(node.op, ast.Not) and self._in_function
        node.operand = self._condition(node.operand) if is_not else self.visit(node.operand)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        return self._compare(node, branches=False) if self._in_function else self.generic_visit(node)

    def _compare(self, node: ast.Compare, branches: bool) -> ast.expr:
        """A comparison whose probe takes both sides; a chain becomes its links."""
        operands = [node.left, *node.comparators]
        if not self._may_store and not all(map(_is_simple, operands)):
            return self.generic_visit(node)  # type: ignore[return-value]
        if len(node.ops) == 1 and all(map(_is_simple, operands)):
            static = constant(operands[:1])
            site = self._site(COMPARE, OPERATORS[type(node.ops[0])], node, branches, static)
            return _at(node, _call(COMPARED, site, *operands, node))
        links: list[ast.expr] = []
        left, kept = self._kept(operands[0], all(map(_is_simple, operands[1:])))
        for operator, operand in zip(node.ops, operands[1:], strict=True):
            right, kept_right = self._kept(operand, True)
            link = _at(node, ast.Compare(left=_again(left), ops=[operator], comparators=[_again(right)]))
            whole = link if len(node.ops) > 1 else node
            if whole is link:
                link.lineno, link.col_offset = left.lineno, left.col_offset
                link.end_lineno, link.end_col_offset = right.end_lineno, right.end_col_offset
            site = self._site(COMPARE, OPERATORS[type(operator)], whole, branches, constant([left]))
            links.append(_at(node, _call(COMPARED, site, kept, kept_right, link)))
            left, kept = right, _again(right)
        return links[0] if len(links) == 1 else _at(node, ast.BoolOp(op=ast.And(), values=links))

    def _kept(self, node: ast.expr, is_last: bool) -> tuple[ast.expr, ast.expr]:
        """How a value is read again, and what keeps it for that when it is made."""
        if isinstance(node, ast.Constant) or ((is_last or not self._may_store) and _is_simple(node)):
            return node, node
        self._stored += 1
        name = f"@xapi_{self._stored}"
        stored = _at(node, ast.NamedExpr(_at(node, ast.Name(name, ast.Store())), self.visit(node)))
        return _at(node, ast.Name(name, ast.Load())), stored

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        is_division = self._in_function and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
        is_text = isinstance(node.left, ast.Constant | ast.JoinedStr) and not _is_number(node.left)
        if not is_division or is_text or isinstance(node.right, ast.Constant | ast.Tuple | ast.Dict):
            return self.generic_visit(node)
        site = self._site(DIVIDE, "==", node.right)
        self.generic_visit(node)
        node.right = _at(node.right, _call(DIVIDED, site, node.right))
        return node

    def _step(self, node: ast.expr) -> ast.expr:
        """A step, which must not be zero either."""
        if isinstance(node, ast.Constant):
            return node
        return _at(node, _call(DIVIDED, self._site(DIVIDE, "==", node), node))

    # Calls and look-ups

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = _called(node.func)
        if name == "range" and len(node.args) == _ARGUMENTS_OF_RANGE and self._in_function:
            self.generic_visit(node)
            node.args[-1] = self._step(node.args[-1])
            return node
        if isinstance(node.func, ast.Attribute) and name in METHODS and self._in_function:
            return self._method(node, node.func)
        takes_value = self._in_function and node.args and not isinstance(node.args[0], ast.Starred)
        is_known = isinstance(node.func, ast.Name) and (name in FUNCTIONS or name[:1].isupper())
        if not (takes_value and is_known):
            return self.generic_visit(node)
        site = self._site(CALL, name, node)
        others: list[ast.expr] = [ast.Name(name, ast.Load())] if name[:1].isupper() else []
        if name == "isinstance" and len(node.args) == 2 and _is_simple(node.args[1]):
            others = [_again(node.args[1])]
        if name in SEARCHES and len(node.args) > 1 and self._may_store:
            again, stored = self._kept(node.args[1], True)
            others, node.args[1] = [stored], _again(again)
        self.generic_visit(node)
        node.args[0] = self._given(site, node.args[0], others)
        return node

    def _method(self, node: ast.Call, function: ast.Attribute) -> ast.Call:
        """A call of a method: its object and its first arguments are told before it."""
        site = self._site(METHOD, function.attr, node, static=constant(node.args[:1]))
        function.value = self.visit(function.value)
        kept: list[ast.expr] = []
        given: list[ast.expr] = []
        is_told = True
        for item in node.args:
            is_told &= len(kept) < _MOST_TOLD and not isinstance(item, ast.Starred)
            if is_told and (self._may_store or _is_simple(item)):
                again, stored = self._kept(item, all(map(_is_simple, node.args)))
                kept.append(stored)
                given.append(_again(again))
            else:
                is_told = False
                given.append(self.visit(item))
        node.args, node.keywords = given, [self.visit(item) for item in node.keywords]
        is_lookup = function.attr in LOOKUPS and bool(kept)
        function.value = self._given(site, function.value, kept, LOOKED_UP if is_lookup else GIVEN)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.slice, ast.Slice) and node.slice.step is not None and self._in_function:
            self.generic_visit(node)
            node.slice.step = self._step(node.slice.step)
            return node
        is_read = isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice | ast.Tuple)
        if not (self._in_function and is_read) or not (self._may_store or _is_simple(node.slice)):
            return self.generic_visit(node)
        site = self._site(ITEM, "[]", node, static=constant([node.slice]))
        value = self.visit(node.value)
        again, stored = self._kept(node.slice, True)
        told = _at(node.value, _call(LOOKED_UP, site, value, stored))
        node.value, node.slice = told, _again(again)
        return node

    # Comprehensions

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        outer, self._may_store = self._may_store, False
        node.iter = self.visit(node.iter)
        self._may_store = outer
        node.ifs = [self._whole(item, self._condition) for item in node.ifs]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        return node

    # What probes are made of

    def _given(self, site: Site, value: ast.expr, others: Sequence[ast.expr], probe: str = GIVEN) -> ast.expr:
        """A value that is told with others."""
        return _at(value, _call(probe, site, value, *others))

    def _site(
        self,
        kind: str,
        what: str,
        node: ast.expr,
        branches: bool = False,
        static: tuple[object, ...] = (),
    ) -> Site:
        names = self._names[:-1] if self._names[-1:] == ["<locals>"] else self._names
        where = (self._file, node.lineno, node.col_offset, ".".join(names))
        text = self._text(node)
        text = text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 3]}..."
        return self._sites.new(kind, what, where, text, branches, static, self._slot)

    def _text(self, node: ast.expr) -> str:
        """An expression as it is written, in one line."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = list(self._source[first : last + 1])
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return " ".join(line.decode("utf-8", "replace").strip() for line in lines)


_Node = TypeVar("_Node", bound=ast.AST)


def _visited(writer: _Writer, item: Any) -> Any:
    return writer.visit(item) if isinstance(item, ast.AST) else item


def _at(node: ast.AST, made: _Node) -> _Node:
    """A new node in the place of another one, with all below it that has no place yet."""
    ast.copy_location(made, node)
    for child in ast.iter_child_nodes(made):
        if isinstance(child, ast.expr) and not hasattr(child, "lineno"):
            _at(node, child)
    return made


def _call(name: str, site: Site, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Constant(name), [ast.Constant(site.number), *arguments], [])


def _mark(line: int) -> ast.Assign:
    at = ast.Subscript(ast.Constant(LINES), ast.Constant(line), ast.Store())
    return ast.Assign([at], ast.Constant(1))


def _is_simple(node: ast.expr) -> bool:
    """Whether it can be read twice: nothing happens then, and it takes no time."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def _is_display(node: ast.expr) -> bool:
    """Whether the source says how many members a value has."""
    return isinstance(node, ast.Tuple | ast.List | ast.Constant)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _again(node: ast.expr) -> ast.expr:
    """A simple expression, to be read once more."""
    match node:
        case ast.Name():
            made: ast.expr = ast.Name(node.id, ast.Load())
        case ast.Constant():
            made = ast.Constant(node.value, node.kind)
        case _:
            return node
    return ast.copy_location(made, node)


def _is_whole(node: ast.AST, name: str) -> bool:
    """Whether an expression is one of a statement, or of each member of a comprehension."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        return name in ("elt", "key", "value")
    return isinstance(node, ast.stmt) and name in ("value", "iter", "exc")


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
