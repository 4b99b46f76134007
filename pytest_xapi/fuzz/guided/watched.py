"""What of an app's code is worth watching, by name; and what the source says of what it looks for."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from pytest_xapi.fuzz.guided.sites import CONSTANT

OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
LOOKUPS = ("get", "pop", "setdefault")
"""Methods that look something up."""
SEARCHES = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
"""Functions that find the place of a value among others in order."""
METHODS = frozenset(
    {
        *SEARCHES,
        "startswith",
        "endswith",
        "get",
        "pop",
        "setdefault",
        "find",
        "index",
        "count",
        "split",
        "rsplit",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "match",
        "fullmatch",
        "search",
        "isdigit",
        "isdecimal",
        "isnumeric",
        "isalpha",
        "isalnum",
        "isupper",
        "islower",
        "istitle",
        "isascii",
        "isspace",
        "isidentifier",
        "isprintable",
        "fromisoformat",
        "strptime",
        "fromhex",
        "b64decode",
        "urlsafe_b64decode",
        "standard_b64decode",
        "b32decode",
        "b16decode",
        "unhexlify",
        "loads",
        "unquote",
        "unquote_plus",
        "parse_qs",
        "parse_qsl",
        "urlsplit",
        "urlparse",
        "compile",
        "findall",
        "finditer",
        "sub",
        "subn",
        "format",
        "issubset",
        "issuperset",
        "isdisjoint",
    }
)
"""Methods, and functions of modules, whose arguments are worth knowing."""
FUNCTIONS = frozenset(
    {
        *SEARCHES,
        "bool",
        "int",
        "float",
        "complex",
        "len",
        "isinstance",
        "Decimal",
        "Fraction",
        "UUID",
        "loads",
        "b64decode",
        "urlsafe_b64decode",
        "b32decode",
        "unhexlify",
        "unquote",
        "unquote_plus",
        "parse_qs",
        "parse_qsl",
        "urlsplit",
        "urlparse",
        "compile",
        "strptime",
        "fromisoformat",
        "match",
        "fullmatch",
        "search",
        "min",
        "max",
        "mean",
        "median",
        "fmean",
        "stdev",
        "variance",
        "sqrt",
        "log",
        "log10",
        "log2",
        "chr",
        "next",
    }
)
"""Functions that are called by their name."""


def constant(nodes: Sequence[ast.expr]) -> tuple[object, ...]:
    """Of what is looked up: that the source says what it is."""
    return (CONSTANT,) if any(isinstance(node, ast.Constant) for node in nodes) else ()


def pattern(node: ast.pattern) -> object:
    """What a case of `match` looks for, as far as the source says it: values, and keys of mappings."""
    match node:
        case ast.MatchValue(value=ast.Constant(value=value)):
            return ("value", value)
        case ast.MatchSingleton(value=value):
            return ("value", value)
        case ast.MatchMapping(keys=keys, patterns=patterns):
            pairs = zip(keys, patterns, strict=True)
            return ("mapping", tuple((k.value, pattern(p)) for k, p in pairs if isinstance(k, ast.Constant)))
        case ast.MatchSequence(patterns=patterns):
            starred = any(isinstance(item, ast.MatchStar) for item in patterns)
            items = tuple(pattern(item) for item in patterns if not isinstance(item, ast.MatchStar))
            return ("sequence", items, starred)
        case ast.MatchClass(cls=ast.Name(id=name), patterns=patterns):
            return ("class", name, tuple(map(pattern, patterns)))
        case ast.MatchOr(patterns=patterns):
            return ("or", tuple(map(pattern, patterns)))
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return pattern(inner)
    return ("any",)
